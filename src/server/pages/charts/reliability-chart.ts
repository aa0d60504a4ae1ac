// Whether a probability of 5 % means five in a hundred: observed against predicted, with the line where they agree.

import * as Plot from "@observablehq/plot";
import type { ReliabilityRow } from "../../../evaluate/index.ts";
import { count, percent, percentRange } from "../number-text.ts";
import { type ChartParts, HALF, ink } from "./chart.ts";

export function reliabilityChart(rows: readonly ReliabilityRow[]): ChartParts {
  const most = Math.min(1, Math.max(0.1, ...rows.flatMap((row) => [row.predicted, row.high])) * 1.05);
  const holds = rows.filter((row) => row.low <= row.predicted && row.predicted <= row.high).length;
  const axis = {
    percent: true,
    domain: [0, most * 100],
    ticks: 5,
    tickSize: 0,
    tickFormat: (tick: number) => `${tick}\u202f%`,
  };
  return {
    wide: HALF,
    label: `Observed against predicted share of missed payments in ${rows.length} bins; in ${holds} of them the prediction lies within the interval of what was observed.`,
    caption: `Each dot is about a tenth of the people. On the line, prediction and observation agree. In ${holds} of ${rows.length} bins the prediction lies within the 95\u202f% interval of what was observed.`,
    draw: (width) => ({
      width,
      height: 330,
      marginTop: 30,
      marginLeft: 44,
      marginBottom: 42,
      x: { ...axis, label: "Predicted", labelAnchor: "center", labelArrow: "none" },
      y: { ...axis, label: "Observed", labelArrow: "none", grid: true },
      marks: [
        Plot.link([0], { x1: 0, y1: 0, x2: most, y2: most, stroke: ink.muted, strokeDasharray: "3 4" }),
        Plot.ruleX(rows, { x: "predicted", y1: "low", y2: "high", stroke: ink.accent, strokeWidth: 1.5 }),
        Plot.dot(rows, { x: "predicted", y: "observed", fill: ink.accent, r: 4, title: rowTitle }),
        Plot.ruleY([0], { stroke: ink.muted }),
      ],
    }),
  };
}

function rowTitle(row: ReliabilityRow): string {
  const limits = percentRange(row.low, row.high);
  return `${count(row.n)} people: predicted ${percent(row.predicted)}, observed ${percent(row.observed)} (${limits})`;
}
