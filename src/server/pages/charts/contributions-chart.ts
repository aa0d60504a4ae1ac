// What raised and what lowered one person's risk, by group of features: exact Shapley values on the margin scale (log odds),
// against people who just passed.

import * as Plot from "@observablehq/plot";
import { decimals } from "../number-text.ts";
import { type ChartParts, ink, isNarrow } from "./chart.ts";

export interface NamedContribution {
  readonly name: string;
  /** Positive raised the risk. */
  readonly contribution: number;
}

export function contributionsChart(rows: readonly NamedContribution[]): ChartParts {
  const sorted = [...rows].sort((a, b) => b.contribution - a.contribution);
  const raised = sorted.filter((row) => row.contribution > 0);
  const far = Math.max(0.1, ...sorted.map((row) => Math.abs(row.contribution))) * 1.25;
  return {
    label: `Contributions of ${rows.length} groups to the risk; ${raised.length} raised it${raised[0] === undefined ? "" : `, most of all: ${raised[0].name}`}.`,
    caption:
      "To the right: raised the risk. To the left: lowered it. Log odds, against people who just passed the cut-off.",
    draw: (width) => ({
      width,
      height: 40 + sorted.length * (isNarrow(width) ? 40 : 28),
      marginLeft: isNarrow(width) ? 8 : 360,
      marginRight: 8,
      marginTop: 8,
      marginBottom: 28,
      x: { domain: [-far, far], label: null, ticks: 5, tickFormat: (tick: number) => decimals(tick, 1), grid: true },
      y: { domain: sorted.map((row) => row.name), label: null, axis: null, padding: isNarrow(width) ? 0.6 : 0.35 },
      marks: [
        Plot.barX(sorted, {
          x: "contribution",
          y: "name",
          fill: colourOf,
          dy: isNarrow(width) ? 6 : 0,
          title: titleOf,
        }),
        Plot.ruleX([0], { stroke: ink.muted }),
        Plot.text(sorted, {
          ...nameAt(width),
          y: "name",
          text: "name",
          fill: ink.text,
          stroke: "var(--paper)",
          strokeWidth: 5,
        }),
        ...[1, -1].map((side) => figureMark(sorted, side, isNarrow(width))),
      ],
    }),
  };
}

/** Names stand left of the bars, or above them where there is no room. */
function nameAt(width: number) {
  return isNarrow(width)
    ? ({ frameAnchor: "left", textAnchor: "start", dy: -10 } as const)
    : ({ frameAnchor: "left", textAnchor: "end", dx: -12 } as const);
}

function figureMark(rows: readonly NamedContribution[], side: number, narrow: boolean): Plot.Text {
  const own = rows.filter((row) => (side > 0 ? row.contribution >= 0 : row.contribution < 0));
  return Plot.text(own, {
    x: "contribution",
    y: "name",
    text: (row: NamedContribution) => signed(row.contribution),
    textAnchor: side > 0 ? "start" : "end",
    dx: side * 5,
    dy: narrow ? 6 : 0,
    fill: ink.muted,
    fontVariant: "tabular-nums",
  });
}

function colourOf(row: NamedContribution): string {
  return row.contribution > 0 ? ink.accent : ink.soft;
}

function titleOf(row: NamedContribution): string {
  return `${row.name}: ${signed(row.contribution)}`;
}

function signed(value: number): string {
  return `${value > 0 ? "+" : ""}${decimals(value, 2)}`;
}
