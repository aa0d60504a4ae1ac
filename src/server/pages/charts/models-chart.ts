// Models side by side: area under the curve with its interval, overall and among borrowers who are not late.

import * as Plot from "@observablehq/plot";
import type { ComparedModel, Estimate } from "../../../evaluate/index.ts";
import { decimals, range } from "../number-text.ts";
import { nameWords } from "../name-words.ts";
import { type ChartParts, ink, isNarrow } from "./chart.ts";

export function modelsChart(models: readonly ComparedModel[], chosen: string): ChartParts {
  const rows = models.flatMap((model) => [rowOf(model, "All", model.auc, chosen), rowOf(model, "Not late", model.aucWithin, chosen)]);
  const held = rows.filter((row) => row.value !== null);
  return {
    label: `Area under the curve of ${models.length} models with 95 % intervals, for all borrowers and for those not late.`,
    caption: "Filled: all borrowers. Hollow: borrowers not late. Bars are 95\u202f% intervals; those of models on the same rows overlap more than their paired difference would.",
    draw: (width) => ({
      width,
      height: 44 + models.length * 44,
      marginLeft: isNarrow(width) ? 96 : 130,
      marginRight: 16,
      marginBottom: 36,
      x: { label: "Area under the curve", labelAnchor: "center", labelArrow: "none", grid: true, ticks: 5, nice: true },
      y: { domain: models.map((model) => nameWords(model.name)), label: null, tickSize: 0 },
      marks: [
        Plot.ruleY(held, { x1: "low", x2: "high", y: "name", dy: shiftOf, stroke: colourOf, strokeWidth: 1.5 }),
        ...[all, notLate].map((of) => of(held)),
      ],
    }),
  };
}

interface ModelPoint {
  readonly name: string;
  readonly group: "All" | "Not late";
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly chosen: boolean;
}

function rowOf(model: ComparedModel, group: ModelPoint["group"], { value, low, high }: Estimate, chosen: string): ModelPoint {
  return { name: nameWords(model.name), group, value, low, high, chosen: model.name === chosen };
}
