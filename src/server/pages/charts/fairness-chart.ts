// Adverse impact ratios by group, with their intervals: 1 is the reference's rate; four fifths is a line that people look
// for (29 CFR 1607.4(D)), no verdict.

import * as Plot from "@observablehq/plot";
import type { FairnessDocument } from "../../../evaluate/index.ts";
import { sentence, words } from "../name-words.ts";
import { decimals, range } from "../number-text.ts";
import { type ChartParts, ink, isNarrow } from "./chart.ts";

type Row = Pick<FairnessDocument["rows"][number], "attribute" | "group" | "reference" | "air" | "low" | "high">;

export const FOUR_FIFTHS = 0.8;

/** `rows` share one stage and one meaning of favourable. */
export function fairnessChart(rows: readonly Row[]): ChartParts {
  const shown = rows.flatMap((row) => (row.air === null ? [] : [{ ...row, air: row.air, name: groupName(row) }]));
  const below = shown.filter((row) => row.air < FOUR_FIFTHS).length;
  const least = Math.min(0.7, ...shown.map((row) => row.low ?? row.air));
  const most = Math.max(1.2, ...shown.map((row) => row.high ?? row.air));
  return {
    label: `Adverse impact ratios of ${shown.length} groups; ${below} of them lie below four fifths.`,
    caption:
      "Rate of the group over the rate of its reference, with 95\u202f% intervals. Solid line: equal rates. Dashed: four fifths.",
    draw: (width) => ({
      width,
      height: 52 + shown.length * 26,
      marginLeft: isNarrow(width) ? 128 : 190,
      marginRight: 16,
      marginTop: 8,
      marginBottom: 40,
      x: {
        label: "Adverse impact ratio",
        labelAnchor: "center",
        labelArrow: "none",
        domain: [least, most],
        grid: true,
        ticks: 5,
      },
      y: { domain: shown.map((row) => row.name), label: null, tickSize: 0 },
      marks: [
        Plot.ruleX([1], { stroke: ink.muted }),
        Plot.ruleX([FOUR_FIFTHS], { stroke: ink.muted, strokeDasharray: "3 4" }),
        Plot.ruleY(
          shown.filter((row) => row.low !== null),
          { x1: "low", x2: "high", y: "name", stroke: ink.accent, strokeWidth: 1.5 },
        ),
        Plot.dot(shown, { x: "air", y: "name", fill: ink.accent, r: 4, title: rowTitle }),
      ],
    }),
  };
}

function groupName({ group, attribute }: Row): string {
  return /^\d|\d$/.test(group) ? `${sentence(words(attribute))} ${group}` : sentence(group);
}

function rowTitle(row: Row): string {
  const limits = range(row.low, row.high, (limit) => decimals(limit, 2));
  return `${row.group} against ${row.reference}: ${decimals(row.air ?? 0, 2)}${limits === null ? "" : ` (${limits})`}`;
}
