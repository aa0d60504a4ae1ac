// How the values of one column were spread, from its sketch: a bar for each value where there are few, else twenty-four equal
// bins between the hundredth and the last hundredth, with what lies beyond in the outer two.

import * as Plot from "@observablehq/plot";
import { quantileOf, type ValueSketch } from "../../../evaluate/index.ts";
import { count, percent } from "../number-text.ts";
import { type ChartParts, ink } from "./chart.ts";

const BINS = 24;

export interface SketchOf {
  /** For people. */
  readonly words: string;
  /** Of at least one value. */
  readonly sketch: ValueSketch;
  readonly text: (value: number) => string;
}

export function sketchChart({ words, sketch, text }: SketchOf): ChartParts {
  const bars = barsOf(sketch);
  const median = quantileOf(sketch, 0.5)!;
  const [least, most] = [sketch.least!, sketch.most!];
  return {
    label: `${words}: ${count(sketch.n)} values from ${text(least)} to ${text(most)}, half of them at most ${text(median)}.`,
    caption: `${text(least)} to ${text(most)}; half are at most ${text(median)}.`,
    draw: (width) => ({
      width,
      height: 170,
      marginTop: 8,
      marginLeft: 44,
      marginRight: 12,
      marginBottom: 28,
      x: { label: null, tickSize: 0, ticks: 4, tickFormat: compact },
      y: { label: null, tickSize: 0, ticks: 3, grid: true, tickFormat: (tick: number) => percent(tick, 0) },
      marks: [
        Plot.rectY(bars, { x1: "from", x2: "to", y: "share", fill: ink.soft, insetLeft: 0.5, insetRight: 0.5 }),
        Plot.ruleX([median], { stroke: ink.text, strokeWidth: 1.5 }),
        Plot.ruleY([0], { stroke: ink.muted }),
      ],
    }),
  };
}

const numbers = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

function compact(value: number): string {
  return numbers.format(value).replace("-", "\u2212");
}

interface Bar {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

function barsOf({ values, counts, n }: ValueSketch): Bar[] {
  if (values.length <= BINS) return barsOfValues(values, counts, n);
  const [low, high] = [quantileOf({ values, counts }, 0.01)!, quantileOf({ values, counts }, 0.99)!];
  const width = high > low ? (high - low) / BINS : 1;
  const rows = new Float64Array(BINS);
  for (const [i, value] of values.entries()) {
    rows[Math.min(BINS - 1, Math.max(0, Math.floor((value - low) / width)))]! += counts[i]!;
  }
  return Array.from(rows, (of, bin) => ({ from: low + bin * width, to: low + (bin + 1) * width, share: of / n }));
}

/** Each as wide as the closest two lie apart. */
function barsOfValues(values: readonly number[], counts: readonly number[], n: number): Bar[] {
  const gaps = values.slice(1).map((value, i) => value - values[i]!);
  const half = (gaps.length === 0 ? 1 : Math.min(...gaps)) * 0.4;
  return values.map((value, i) => ({ from: value - half, to: value + half, share: counts[i]! / n }));
}
