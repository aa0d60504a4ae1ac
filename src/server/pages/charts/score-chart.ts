// Where one person's score fell among the policy's bands.

import * as Plot from "@observablehq/plot";
import type { RuleNode } from "../../../define/index.ts";
import { dispositionWords, sentence } from "../name-words.ts";
import { percent, threshold } from "../number-text.ts";
import { type ChartParts, ink } from "./chart.ts";

type Bands = Extract<RuleNode, { readonly kind: "bands" }>;

interface Segment {
  readonly action: string;
  readonly from: number;
  readonly to: number;
}

export function scoreChart(bands: Bands, score: number): ChartParts {
  const last = bands.bands.at(-1)?.below ?? 0;
  const most = Math.min(1, Math.max(last * 1.5, score * 1.15));
  const segments = segmentsOf(bands, most);
  const at = segments.find((segment) => score < segment.to) ?? segments.at(-1)!;
  return {
    label: `The estimated probability is ${percent(score, 2)}, in the band: ${dispositionWords(at.action)}.`,
    caption: `${sentence(segments.map((segment) => saidOf(segment, segment === segments.at(-1))).join(", "))}.`,
    draw: (width) => ({
      width,
      height: 96,
      marginTop: 40,
      marginBottom: 26,
      marginLeft: 12,
      marginRight: 12,
      x: {
        domain: [0, most],
        label: null,
        tickFormat: threshold,
        ticks: segments.map((segment) => segment.from),
        tickSize: 0,
      },
      y: { axis: null },
      marks: [bar(segments, at), ...pointer(score, most)],
    }),
  };
}

function segmentsOf({ bands, otherwise }: Bands, most: number): Segment[] {
  const edges = [0, ...bands.map((band) => band.below), most];
  const actions = [...bands.map((band) => band.action.kind), otherwise.kind];
  return actions.map((action, i) => ({ action, from: edges[i]!, to: edges[i + 1]! }));
}

function saidOf({ action, from, to }: Segment, isLast: boolean): string {
  return `${dispositionWords(action).toLowerCase()} ${isLast ? `from ${threshold(from)}` : `below ${threshold(to)}`}`;
}

function bar(segments: readonly Segment[], at: Segment): Plot.Rect {
  const fill = (segment: Segment) => (segment === at ? ink.accent : ink.soft);
  return Plot.rect(segments, { x1: "from", x2: "to", y1: 0, y2: 1, fill, insetLeft: 1, insetRight: 1, rx: 2 });
}

function pointer(score: number, most: number): Plot.Markish[] {
  const x = (value: number) => value;
  const text = { frameAnchor: "top", dy: -16, fill: ink.text, fontWeight: 600, fontSize: 14 } as const;
  return [
    Plot.tickX([score], { x, stroke: ink.text, strokeWidth: 2, insetTop: -6, insetBottom: -2 }),
    Plot.text([score], { ...text, x, text: () => percent(score, 2), textAnchor: anchorOf(score / most) }),
  ];
}

/** So that the figure does not leave the frame at either end. */
function anchorOf(place: number): "start" | "middle" | "end" {
  if (place < 0.1) return "start";
  return place > 0.9 ? "end" : "middle";
}
