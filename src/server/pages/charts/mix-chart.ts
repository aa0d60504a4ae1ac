// Shares by name, now against the profile: what decisions came to, which reason stood first.

import * as Plot from "@observablehq/plot";
import { count, percent } from "../number-text.ts";
import type { Cell } from "./cells-chart.ts";
import { type ChartParts, HALF, ink, isNarrow } from "./chart.ts";

export interface Mix {
  /** `dispositions`, `first reasons`. */
  readonly what: string;
  readonly cells: readonly Cell[];
  readonly words: (name: string) => string;
}

export function mixChart({ what, cells, words }: Mix): ChartParts {
  const rows = cells.toSorted((a, b) => b.reference - a.reference);
  return {
    wide: HALF,
    label: `Shares of ${count(rows.length)} ${what}, now against the profile: ${rows.map((row) => titled(row, words)).join("; ")}.`,
    caption: `Bars: share of ${what} now. Ticks: in the profile.`,
    draw: (width) => ({
      width,
      height: 44 + rows.length * 28,
      marginLeft: isNarrow(width) ? 132 : 150,
      marginRight: 14,
      marginTop: 4,
      marginBottom: 30,
      x: {
        percent: true,
        label: null,
        grid: true,
        ticks: 4,
        tickSize: 0,
        tickFormat: (tick: number) => `${tick}\u202f%`,
      },
      y: {
        domain: rows.map(({ cell }) => cell),
        label: null,
        tickSize: 0,
        padding: 0.3,
        tickFormat: (cell: string) => short(words(cell)),
      },
      marks: [
        Plot.barX(rows, { x: "current", y: "cell", fill: ink.soft, title: (row: Cell) => titled(row, words) }),
        Plot.tickX(rows, { x: "reference", y: "cell", stroke: ink.text, strokeWidth: 2 }),
      ],
    }),
  };
}

function short(text: string): string {
  return text.length > 20 ? `${text.slice(0, 19)}…` : text;
}

function titled({ cell, reference, current }: Cell, words: Mix["words"]): string {
  return `${words(cell)} ${percent(current)}, was ${percent(reference)}`;
}
