// Score bands as outcomes show them: what was expected, and what was observed with its interval.

import * as Plot from "@observablehq/plot";
import type { OutcomeReport } from "../../../monitoring/index.ts";
import { count, percent, percentOrDash, percentRange } from "../number-text.ts";
import { bandName } from "./bands-chart.ts";
import { type ChartParts, ink, isNarrow } from "./chart.ts";

type Band = OutcomeReport["bands"][number];

export function expectedChart(bands: readonly Band[]): ChartParts {
  const rows = bands.map((band, place) => ({ ...band.observed, expected: band.expected, band, place }));
  const known = rows.filter(({ value, expected }) => value !== null && expected !== null);
  const holds = known.filter(({ low, high, expected }) => low! <= expected! && expected! <= high!).length;
  const finding = `In ${holds} of ${known.length} bands what was expected lies within the interval of what was observed.`;
  return {
    label: `Bad rate in ${bands.length} score bands, expected and observed. ${finding}`,
    caption: `Dots: share of known outcomes that are bad, with 95\u202f% intervals. Ticks: what the probabilities expected. ${finding}`,
    draw: (width) => ({
      width,
      height: isNarrow(width) ? 240 : 280,
      marginLeft: 44,
      marginBottom: isNarrow(width) ? 60 : 34,
      x: {
        domain: rows.map(({ place }) => place),
        label: null,
        tickSize: 0,
        padding: 0.4,
        tickRotate: isNarrow(width) ? -45 : 0,
        tickFormat: (place: number) =>
          bandName(rows[place]!.band)
            .replace("below ", "< ")
            .replace(/(.*) and above/, "≥ $1"),
      },
      y: {
        percent: true,
        grid: true,
        label: null,
        tickSize: 0,
        ticks: 5,
        tickFormat: (tick: number) => `${tick}\u202f%`,
      },
      marks: [
        Plot.ruleX(known, { x: "place", y1: "low", y2: "high", stroke: ink.accent, strokeWidth: 1.5 }),
        Plot.dot(known, {
          x: "place",
          y: "value",
          fill: ink.accent,
          r: 4,
          title: (row: (typeof rows)[number]) => titleOf(row.band),
        }),
        Plot.tickY(known, { x: "place", y: "expected", stroke: ink.text, strokeWidth: 2 }),
        Plot.ruleY([0], { stroke: ink.muted }),
      ],
    }),
  };
}

function titleOf(band: Band): string {
  const { observed, expected, matured } = band;
  const limits = percentRange(observed.low, observed.high);
  return `${bandName(band)}: ${count(matured)} known, ${percentOrDash(observed.value)} bad${limits === null ? "" : ` (${limits})`}, ${percent(expected ?? 0)} expected`;
}
