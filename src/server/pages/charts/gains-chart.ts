// How many of all missed payments are found by looking at the riskiest people first.

import * as Plot from "@observablehq/plot";
import type { GainsRow } from "../../../evaluate/index.ts";
import { decimalsOrDash, percent, percentOrDash } from "../number-text.ts";
import { type ChartParts, HALF, ink } from "./chart.ts";

export function gainsChart(rows: readonly GainsRow[]): ChartParts {
  const points = [
    { people: 0, found: 0 },
    ...rows.map((row) => ({ people: row.cumulativeShare, found: row.cumulativeBadShare ?? 0 })),
  ];
  const first = rows[0];
  const finding =
    first === undefined
      ? "No rows."
      : `The riskiest ${percent(first.cumulativeShare, 0)} hold ${percentOrDash(first.cumulativeBadShare, 0)} of all missed payments, ${decimalsOrDash(first.cumulativeLift, 1)} times their share.`;
  const axis = {
    percent: true,
    domain: [0, 100],
    ticks: 5,
    tickSize: 0,
    tickFormat: (tick: number) => `${tick}\u202f%`,
  };
  return {
    wide: HALF,
    label: `Share of missed payments found against share of people looked at, riskiest first. ${finding}`,
    caption: `${finding} The dashed line is what looking at random would find.`,
    draw: (width) => ({
      width,
      height: 330,
      marginTop: 30,
      marginLeft: 48,
      marginRight: 24,
      marginBottom: 42,
      x: { ...axis, label: "People, riskiest first", labelAnchor: "center", labelArrow: "none" },
      y: { ...axis, label: "Missed payments found", labelArrow: "none", grid: true },
      marks: [
        Plot.link([0], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: ink.muted, strokeDasharray: "3 4" }),
        Plot.areaY(points, { x: "people", y: "found", fill: ink.soft, fillOpacity: 0.6 }),
        Plot.lineY(points, { x: "people", y: "found", stroke: ink.accent, strokeWidth: 2 }),
        Plot.dot(points.slice(1), { x: "people", y: "found", fill: ink.accent, r: 3, title: pointTitle }),
        Plot.ruleY([0], { stroke: ink.muted }),
      ],
    }),
  };
}

function pointTitle({ people, found }: { readonly people: number; readonly found: number }): string {
  return `The riskiest ${percent(people, 0)} hold ${percent(found)} of all missed payments`;
}
