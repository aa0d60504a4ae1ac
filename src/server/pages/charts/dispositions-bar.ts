// One bar, divided by what was decided. Plain SVG with shares as percentages, so it fits every width.

import { type Html, html } from "../html.ts";
import { dispositionWords } from "../name-words.ts";
import { count, percent } from "../number-text.ts";

export interface DispositionCount {
  readonly disposition: string;
  readonly count: number;
}

export function dispositionsBar(counts: readonly DispositionCount[]): Html {
  const total = counts.reduce((sum, row) => sum + row.count, 0);
  const shares = counts.map((row) => row.count / total);
  const label = counts.map((row, i) => `${dispositionWords(row.disposition)}: ${percent(shares[i]!)}`).join("; ");
  const parts = counts.map((row, i) => {
    const from = shares.slice(0, i).reduce((sum, share) => sum + share, 0);
    return html`<rect class="part ${row.disposition}" x="${(from * 100).toFixed(3)}%" width="${(shares[i]! * 100).toFixed(3)}%" height="100%"><title>${dispositionWords(row.disposition)}: ${count(row.count)}</title></rect>`;
  });
  return html`<svg class="dispositions" role="img" aria-label="${label}" height="28" width="100%">${parts}</svg>`;
}
