// Models side by side: area under the curve with its interval, for all borrowers and for those who are not late.

import * as Plot from "@observablehq/plot";
import type { ComparedModel, Estimate } from "../../../evaluate/index.ts";
import { modelName } from "../name-words.ts";
import { decimals, percent, range } from "../number-text.ts";
import { type ChartParts, ink, isNarrow } from "./chart.ts";

export function modelsChart(models: readonly ComparedModel[]): ChartParts {
  const all = models.map(({ name, auc }) => pointOf(name, "all borrowers", auc));
  const notLate = models.map(({ name, aucWithin }) => pointOf(name, "borrowers not late", aucWithin));
  return {
    label: `Area under the curve of ${models.length} models with ${percent(0.95, 0)} intervals, for all borrowers and for borrowers not late.`,
    caption: `Filled: all borrowers. Hollow: borrowers not late. Lines are ${percent(0.95, 0)} intervals; models were compared on the same rows, so their difference is known better than these suggest.`,
    draw: (width) => ({
      width,
      height: 56 + models.length * 44,
      marginLeft: isNarrow(width) ? 92 : 120,
      marginRight: 20,
      marginBottom: 40,
      marginTop: 8,
      x: {
        label: "Area under the curve",
        labelAnchor: "center",
        labelArrow: "none",
        grid: true,
        ticks: isNarrow(width) ? 4 : 6,
        nice: true,
      },
      y: { domain: models.map(({ name }) => modelName(name)), label: null, tickSize: 0 },
      marks: [...marksOf(all, -6, ink.accent), ...marksOf(notLate, 6, "var(--paper)")],
    }),
  };
}

interface Point {
  readonly name: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly title: string;
}

function pointOf(model: string, group: string, { value, low, high }: Estimate): Point | null {
  if (value === null) return null;
  const limits = range(low, high, (limit) => decimals(limit, 3));
  const name = modelName(model);
  return {
    name,
    value,
    low,
    high,
    title: `${name}, ${group}: ${decimals(value, 3)}${limits === null ? "" : ` (${limits})`}`,
  };
}

function marksOf(points: readonly (Point | null)[], dy: number, fill: string): Plot.Markish[] {
  const held = points.filter((point) => point !== null);
  const limited = held.filter((point) => point.low !== null);
  return [
    Plot.ruleY(limited, { x1: "low", x2: "high", y: "name", dy, stroke: ink.accent, strokeWidth: 1.5 }),
    Plot.dot(held, { x: "value", y: "name", dy, fill, stroke: ink.accent, strokeWidth: 1.5, r: 4, title: "title" }),
  ];
}
