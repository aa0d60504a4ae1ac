// Where one person's score fell among the policy's bands.

import * as Plot from "@observablehq/plot";
import type { RuleNode } from "../../../define/index.ts";
import { dispositionWords, nameWords } from "../name-words.ts";
import { percent } from "../number-text.ts";
import { type ChartParts, ink, isNarrow } from "./chart.ts";

type Bands = Extract<RuleNode, { readonly kind: "bands" }>;

export function scoreChart(bands: Bands, score: number): ChartParts {
  const last = bands.bands.at(-1)?.below ?? 0;
  const most = Math.min(1, Math.max(last * 1.5, score * 1.15));
  const edges = [0, ...bands.bands.map((band) => band.below), most];
  const actions = [...bands.bands.map((band) => band.action.kind), bands.otherwise.kind];
  const segments = actions.map((action, i) => ({ action, from: edges[i]!, to: edges[i + 1]! }));
  const at = segments.find((segment) => score < segment.to) ?? segments.at(-1)!;
  return {
    label: `The estimated probability is ${percent(score, 2)}, in the band: ${dispositionWords(at.action)}.`,
    caption: `${nameWords(bands.name)}: ${segments.map(({ action, from, to }, i) => `${dispositionWords(action).toLowerCase()} ${i === segments.length - 1 ? `from ${percent(from, 0)}` : `below ${percent(to, 0)}`}`).join(", ")}.`,
    draw: (width) => ({
      width,
      height: 92,
      marginTop: 34,
      marginBottom: 26,
      marginLeft: 12,
      marginRight: 12,
      x: {
        percent: true,
        domain: [0, most * 100],
        label: null,
        tickFormat: (tick: number) => `${tick}\u202f%`,
        ticks: edges.slice(0, -1).map((edge) => edge * 100),
        tickSize: 0,
      },
      marks: [
        Plot.rectX(segments, {
          x1: "from",
          x2: "to",
          y1: 0,
          y2: 1,
          fill: (segment) => (segment === at ? ink.accent : ink.soft),
          insetLeft: 1,
          insetRight: 1,
          rx: 2,
        }),
        Plot.tickX([score], {
          x: (value: number) => value,
          stroke: ink.text,
          strokeWidth: 2,
          insetTop: -8,
          insetBottom: -2,
        }),
        Plot.text([score], {
          x: (value: number) => value,
          frameAnchor: "top",
          dy: -16,
          text: () => percent(score, 2),
          textAnchor: anchorOf(score / most),
          fill: ink.text,
          fontWeight: 600,
          fontSize: isNarrow(width) ? 13 : 14,
        }),
      ],
    }),
  };
}

/** So that the figure does not leave the frame at either end. */
function anchorOf(place: number): "start" | "middle" | "end" {
  if (place < 0.1) return "start";
  return place > 0.9 ? "end" : "middle";
}
