// Charts are drawn on the server by Observable Plot into a document of linkedom's, once for a wide page and once for a narrow
// one; the style sheet shows one of the two. Plot's own style element is taken out: pages forbid inline styles, and what it
// says is in the style sheet. Colours are the style sheet's too, so a chart follows the reader's light or dark.

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { Html, html, type Slot } from "../html.ts";

export const WIDE = 850;
/** Three charts beside each other. */
export const THIRD = 262;
/** Two charts beside each other. */
export const HALF = 405;
export const NARROW = 342;

export const ink = {
  accent: "var(--accent)",
  soft: "var(--accent-soft)",
  muted: "var(--muted)",
  line: "var(--line)",
  warn: "var(--warn)",
  text: "var(--ink)",
  strong: "var(--strong)",
} as const;

export interface ChartParts {
  /** What the chart shows, for whoever cannot see it: the finding, not only the axes. */
  readonly label: string;
  readonly caption: Slot;
  /** Pixels where there is room; WIDE by default. */
  readonly wide?: number;
  readonly draw: (width: number) => Plot.PlotOptions;
}

/** A figure with its chart in two sizes. */
export function figure({ label, caption, wide = WIDE, draw }: ChartParts): Html {
  return html`<figure class="chart">
<div class="wide" role="img" aria-label="${label}">${svg(draw(wide))}</div>
<div class="narrow" role="img" aria-label="${label}">${svg(draw(NARROW))}</div>
<figcaption>${caption}</figcaption>
</figure>`;
}

const { document } = parseHTML("<!doctype html><html><body></body></html>");

/** One drawing as markup; the same options give the same bytes. */
export function svg(options: Plot.PlotOptions): Html {
  const drawn = Plot.plot({ ...options, document: document as unknown as Document, className: "plot" });
  for (const style of drawn.querySelectorAll("style")) style.remove();
  return new Html(drawn.outerHTML);
}

export function isNarrow(width: number): boolean {
  return width < 500;
}
