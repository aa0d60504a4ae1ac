// How many people lie in each score band, and how many of them missed the payment: volume as bars, the bad rate with its
// interval above them, on one axis of shares.

import * as Plot from "@observablehq/plot";
import type { ScoreBand } from "../../../evaluate/index.ts";
import { count, percent, percentOrDash, range } from "../number-text.ts";
import { type ChartParts, ink, isNarrow } from "./chart.ts";

/** `8–14 %`, `below 8 %`, `26 % and above`. */
export function bandName({ from, to }: Pick<ScoreBand, "from" | "to">): string {
  const text = (value: number) => percent(value, value < 0.1 && !Number.isInteger(value * 100) ? 1 : 0);
  if (from === null) return to === null ? "all" : `below ${text(to)}`;
  return to === null ? `${text(from)} and above` : `${text(from).replace(/\u202f%$/, "")}\u2013${text(to)}`;
}

export function bandsChart(bands: readonly ScoreBand[]): ChartParts {
  const rows = bands.map((band) => ({ ...band, name: bandName(band) }));
  const worst = rows.at(-1);
  return {
    label: `Share of people and bad rate in ${bands.length} score bands; the bad rate rises to ${percentOrDash(worst?.badRate ?? null)} in the worst band.`,
    caption:
      "Bars: share of people in the band. Dots: share of them that missed the payment, with 95\u202f% intervals.",
    draw: (width) => ({
      width,
      height: isNarrow(width) ? 240 : 300,
      marginLeft: 44,
      marginBottom: isNarrow(width) ? 56 : 36,
      x: { domain: rows.map((row) => row.name), label: null, tickRotate: isNarrow(width) ? -35 : 0, tickSize: 0 },
      y: { percent: true, grid: true, label: null, ticks: 5, tickFormat: (tick: number) => `${tick}\u202f%` },
      marks: [
        Plot.barY(rows, { x: "name", y: "share", fill: ink.soft, title: barTitle, insetLeft: 2, insetRight: 2 }),
        Plot.ruleX(rows.filter(hasLimits), { x: "name", y1: "low", y2: "high", stroke: ink.accent, strokeWidth: 1.5 }),
        Plot.dot(rows.filter(hasLimits), { x: "name", y: "badRate", fill: ink.accent, r: 4, title: rateTitle }),
        Plot.ruleY([0], { stroke: ink.muted }),
      ],
    }),
  };
}

type Named = ScoreBand & { readonly name: string };

function hasLimits(band: Named): boolean {
  return band.badRate !== null;
}

function barTitle(band: Named): string {
  return `${band.name}: ${count(band.n)} people, ${percent(band.share)} of all`;
}

function rateTitle(band: Named): string {
  const limits = range(band.low, band.high, (value) => percent(value));
  return `${band.name}: ${count(band.bads)} of ${count(band.n)} missed it, ${percentOrDash(band.badRate)}${limits === null ? "" : ` (${limits})`}`;
}
