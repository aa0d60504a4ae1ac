// How many people lie in each score band, and how many of them missed the payment: volume as bars, the bad rate with its
// interval above them, on one axis of shares.

import * as Plot from "@observablehq/plot";
import type { ScoreBand } from "../../../evaluate/index.ts";
import { count, percent, percentOrDash, percentRange } from "../number-text.ts";
import { type ChartParts, ink, isNarrow } from "./chart.ts";

/** `8.0–14.0 %`, `below 8.0 %`, `26.0 % and above`. */
export function bandName({ from, to }: Pick<ScoreBand, "from" | "to">): string {
  if (from === null) return to === null ? "all" : `below ${percent(to)}`;
  return percentRange(from, to) ?? `${percent(from)} and above`;
}

export function bandsChart(bands: readonly ScoreBand[]): ChartParts {
  // Bands may be narrower than their names can say, so their places tell them apart.
  const rows = bands.map((band, place) => ({ ...band, place, name: bandName(band) }));
  const worst = rows.at(-1);
  return {
    label: `Share of people and bad rate in ${bands.length} score bands; the bad rate rises to ${percentOrDash(worst?.badRate ?? null)} in the worst band.`,
    caption:
      "Bars: share of people in the band. Dots: share of them that missed the payment, with 95\u202f% intervals.",
    draw: (width) => ({
      width,
      height: isNarrow(width) ? 240 : 300,
      marginLeft: 44,
      marginBottom: isNarrow(width) ? 52 : 32,
      x: {
        domain: rows.map((row) => row.place),
        label: null,
        tickRotate: isNarrow(width) ? -40 : 0,
        tickSize: 0,
        tickFormat: (place: number) => tickName(rows[place]!),
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
        Plot.barY(rows, { x: "place", y: "share", fill: ink.soft, title: barTitle, insetLeft: 2, insetRight: 2 }),
        Plot.ruleX(rows.filter(hasLimits), { x: "place", y1: "low", y2: "high", stroke: ink.accent, strokeWidth: 1.5 }),
        Plot.dot(rows.filter(hasLimits), { x: "place", y: "badRate", fill: ink.accent, r: 4, title: rateTitle }),
        Plot.ruleY([0], { stroke: ink.muted }),
      ],
    }),
  };
}

type Named = ScoreBand & { readonly name: string };

function hasLimits(band: Named): boolean {
  return band.badRate !== null;
}

/** Short enough to stand under a bar. */
function tickName({ name }: Named): string {
  return name.replace("below ", "< ").replace(/(.*) and above/, "\u2265 $1");
}

function barTitle(band: Named): string {
  return `${band.name}: ${count(band.n)} people, ${percent(band.share)} of all`;
}

function rateTitle(band: Named): string {
  const limits = percentRange(band.low, band.high);
  return `${band.name}: ${count(band.bads)} of ${count(band.n)} missed it, ${percentOrDash(band.badRate)}${limits === null ? "" : ` (${limits})`}`;
}
