// What the bundle that only looked on would have decided: who would flip, and whether both say why alike.

import type { ShadowReport } from "../../../monitoring/index.ts";
import { type Html, html } from "../html.ts";
import { section } from "../layout.ts";
import { dispositions, dispositionWords, modelName } from "../name-words.ts";
import { count, decimals, percent, percentOrDash, percentRange } from "../number-text.ts";
import { facts, table, withNote } from "../table.ts";

export function shadowSection({
  model,
  decisions,
  flips,
  flipped,
  firstReasonAgrees,
  meanDifference,
}: ShadowReport): Html {
  const seen = new Set([...Object.keys(flips), ...Object.values(flips).flatMap((row) => Object.keys(row))]);
  const names = [
    ...dispositions.filter((name) => seen.has(name)),
    ...[...seen].filter((name) => !(dispositions as readonly string[]).includes(name)).sort(),
  ];
  return section(
    "shadow",
    "The shadow",
    html`${modelName(model)} looked on at ${count(decisions)} decisions and made none of them.`,
    html`<p class="finding">It would have decided ${percentOrDash(flipped.value)} of them otherwise.</p>
${table({
  caption: "What was decided, by what the shadow would have decided",
  rows: names,
  narrow: "scroll",
  columns: [
    { head: "Decided", cell: (name) => dispositionWords(name) },
    ...names.map((other) => ({
      head: `Shadow: ${dispositionWords(other).toLowerCase()}`,
      figure: true,
      cell: (name: string) => flipCell(flips[name]?.[other] ?? 0, name === other, decisions),
    })),
  ],
})}
${facts([
  ["Would flip", withNote(percentOrDash(flipped.value), percentRange(flipped.low, flipped.high))],
  [
    "Same first reason, of those adverse under both",
    withNote(percentOrDash(firstReasonAgrees.value), percentRange(firstReasonAgrees.low, firstReasonAgrees.high)),
  ],
  ["Shadow minus champion, mean probability", `${decimals(meanDifference * 100, 2)} percentage points`],
])}`,
  );
}

function flipCell(flipped: number, same: boolean, decisions: number): Html | string {
  if (flipped === 0) return "–";
  if (same) return html`<span class="few">${count(flipped)}</span>`;
  return withNote(html`<strong>${count(flipped)}</strong>`, percent(flipped / decisions));
}
