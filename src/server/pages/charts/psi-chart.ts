// How far each value moved, beside what chance alone would give at these sizes. Whether it moved is said by the report, which
// corrects for having looked at many; the two lines of credit practice say how much that is.

import * as Plot from "@observablehq/plot";
import { PSI_ACT, PSI_WATCH, type ValueDrift } from "../../../monitoring/index.ts";
import { columnWords } from "../name-words.ts";
import { decimals } from "../number-text.ts";
import { type ChartParts, ink, isNarrow } from "./chart.ts";

export function psiChart(drifts: readonly ValueDrift[]): ChartParts {
  const rows = drifts.map((drift) => ({
    ...drift,
    words: columnWords(drift.name),
    moved: drift.verdict === "drifted" || drift.verdict === "small",
  }));
  const beyond = rows.filter(({ psi }) => psi >= PSI_WATCH).length;
  const most = Math.max(PSI_ACT * 1.2, ...rows.flatMap(({ psi, psiCritical }) => [psi, psiCritical])) * 1.05;
  return {
    label: `Population stability index of ${rows.length} values; ${beyond} of them moved by ${decimals(PSI_WATCH, 1)} or more.`,
    caption:
      "Dots: PSI against the profile, filled where a value moved beyond chance, corrected for having looked at so many. Ticks: what 95 in 100 unchanged values stay under at these sizes. Lines: .1 (watch) and .25 (act), as credit practice reads them. The scale is of square roots.",
    draw: (width) => ({
      width,
      height: 52 + rows.length * 20,
      marginLeft: isNarrow(width) ? 150 : 230,
      marginRight: 16,
      marginTop: 8,
      marginBottom: 40,
      x: {
        type: "sqrt",
        domain: [0, most],
        label: "Population stability index",
        labelAnchor: "center",
        labelArrow: "none",
        ticks: ticksUpTo(most, isNarrow(width)),
        tickFormat: (tick: number) => decimals(tick, 2, 0),
      },
      y: {
        domain: rows.map(({ name }) => name),
        label: null,
        tickSize: 0,
        tickFormat: wordsWithin(isNarrow(width) ? 21 : 34),
      },
      marks: [
        Plot.ruleX([PSI_WATCH], { stroke: ink.muted, strokeDasharray: "3 4" }),
        Plot.ruleX([PSI_ACT], { stroke: ink.warn, strokeDasharray: "3 4" }),
        Plot.ruleY(rows, { x1: 0, x2: "psi", y: "name", stroke: ink.line }),
        Plot.tickX(rows, { x: "psiCritical", y: "name", stroke: ink.text, strokeWidth: 1.5, inset: 3 }),
        Plot.dot(rows, { x: "psi", y: "name", fill: fillOf, stroke: colourOf, strokeWidth: 1.5, r: 4, title: titleOf }),
      ],
    }),
  };
}

interface Row extends ValueDrift {
  readonly words: string;
  readonly moved: boolean;
}

function ticksUpTo(most: number, narrow: boolean): number[] {
  return (narrow ? [0, 0.1, 0.5, 1, 2, 4] : [0, 0.02, 0.1, 0.25, 0.5, 1, 2, 4, 8]).filter((tick) => tick <= most);
}

function wordsWithin(length: number): (name: string) => string {
  return (name) => {
    const words = columnWords(name);
    return words.length > length ? `${words.slice(0, length - 1)}…` : words;
  };
}

function colourOf({ psi }: Row): string {
  return psi >= PSI_WATCH ? ink.warn : ink.accent;
}

function fillOf(row: Row): string {
  return row.moved ? colourOf(row) : "var(--paper)";
}

function titleOf({ words, psi, psiCritical, verdict }: Row): string {
  return `${words}: PSI ${decimals(psi, 3)}, chance gives ${decimals(psiCritical, 3)}; ${VERDICTS[verdict]}`;
}

export const VERDICTS: { readonly [verdict in ValueDrift["verdict"]]: string } = {
  stable: "stable",
  small: "moved a little",
  drifted: "moved",
  tooFew: "too few to tell",
};
