// How long each step of a loop took: one bar after the other, as they followed.

import * as Plot from "@observablehq/plot";
import type { LoopDocument } from "../../../learning/index.ts";
import { stepWords } from "../learning/loop-words.ts";
import { secondsText } from "../learning/seconds-text.ts";
import { type ChartParts, ink, isNarrow } from "./chart.ts";

export function stepsChart(steps: LoopDocument["steps"]): ChartParts {
  const total = steps.reduce((sum, { seconds }) => sum + seconds, 0);
  const [each, unit] = total < 180 ? [1, "s"] : [60, "min"];
  let at = 0;
  const rows = steps.map(({ step, seconds }) => {
    const from = at;
    at += seconds;
    return { name: stepWords(step), seconds, from: from / each, to: at / each };
  });
  const longest = rows.reduce((a, b) => (b.seconds > a.seconds ? b : a));
  return {
    label: `${rows.length} steps in ${secondsText(total)}; the longest is ${longest.name}, ${secondsText(longest.seconds)}.`,
    caption: `From the first step to the last ${secondsText(total)}, waiting for decisions and people included.`,
    draw: (width) => ({
      width,
      height: 34 + rows.length * 22,
      marginLeft: isNarrow(width) ? 82 : 96,
      marginRight: 64,
      marginTop: 4,
      marginBottom: 26,
      x: {
        domain: [0, Math.max(total, 1) / each],
        label: null,
        grid: true,
        ticks: isNarrow(width) ? 3 : 6,
        tickSize: 0,
        tickFormat: (tick: number) => `${tick}\u202f${unit}`,
      },
      y: { domain: rows.map(({ name }) => name), label: null, tickSize: 0, padding: 0.35 },
      marks: [
        Plot.barX(rows, { x1: "from", x2: "to", y: "name", fill: ink.accent }),
        Plot.text(rows, {
          x: "to",
          y: "name",
          text: (row: (typeof rows)[number]) => secondsText(row.seconds),
          textAnchor: "start",
          dx: 6,
          fill: ink.muted,
        }),
      ],
    }),
  };
}
