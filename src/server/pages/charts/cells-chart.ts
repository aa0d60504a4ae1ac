// One value, then and now: shares of rows in the reference's tenths. Where nothing has changed each bar ends at its tick.

import * as Plot from "@observablehq/plot";
import { decimals, percent } from "../number-text.ts";
import { type ChartParts, ink, THIRD } from "./chart.ts";

export interface Cell {
  readonly cell: string;
  readonly reference: number;
  readonly current: number;
}

export interface CellsOf {
  /** For people. */
  readonly words: string;
  readonly psi: number;
  readonly cells: readonly Cell[];
}

export function cellsChart({ words, psi, cells }: CellsOf): ChartParts {
  const rows = cells.map((cell, place) => ({ ...cell, place }));
  const most = rows.reduce((a, b) => (Math.abs(b.current - b.reference) > Math.abs(a.current - a.reference) ? b : a));
  return {
    wide: THIRD,
    label: `${words}: shares by cell, now against the profile; most apart in the cell ${most.cell}, ${percent(most.current)} instead of ${percent(most.reference)}.`,
    caption: `${words} · PSI ${decimals(psi, 3)}`,
    draw: (width) => ({
      width,
      height: 150,
      marginTop: 8,
      marginLeft: 34,
      marginRight: 6,
      marginBottom: 46,
      x: {
        domain: rows.map(({ place }) => place),
        label: null,
        tickSize: 0,
        tickRotate: -45,
        padding: 0.2,
        tickFormat: (place: number) => cellText(rows[place]!.cell),
      },
      y: {
        percent: true,
        grid: true,
        label: null,
        tickSize: 0,
        ticks: 3,
        tickFormat: (tick: number) => `${tick}\u202f%`,
      },
      marks: [
        Plot.barY(rows, { x: "place", y: "current", fill: ink.soft, title: cellTitle }),
        Plot.tickY(rows, { x: "place", y: "reference", stroke: ink.text, strokeWidth: 2, title: cellTitle }),
        Plot.ruleY([0], { stroke: ink.muted }),
      ],
    }),
  };
}

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** `≤ 12345.6` as `≤ 12.3K`, `missing: no history` as `no history`. */
function cellText(cell: string): string {
  const [, sign, number] = /^([≤>]) (.+)$/.exec(cell) ?? [];
  if (sign === undefined) return cell.replace(/^missing: /, "").slice(0, 12);
  return `${sign}${compact.format(Number(number)).replace("-", "\u2212")}`;
}

function cellTitle({ cell, reference, current }: Cell): string {
  return `${cell}: ${percent(current)} now, ${percent(reference)} in the profile`;
}
