// Gates: what was measured, against which bound, and what it was measured on.

import type { GateResult } from "../../../learning/index.ts";
import { type Html, html } from "../html.ts";
import { hashCode, section, tag } from "../layout.ts";
import { nameWords, words } from "../name-words.ts";
import { count, decimals } from "../number-text.ts";
import { bundlePath } from "../paths.ts";
import { facts, table } from "../table.ts";
import { gateVerdict } from "./loop-words.ts";

export function gatesSection(gates: readonly GateResult[]): Html {
  const named = (verdict: GateResult["verdict"]) => gates.filter((gate) => gate.verdict === verdict).length;
  return section(
    "gates",
    "Gates",
    "Champion and challenger on the same people and the same label cut-off. What is missing is never a pass.",
    html`<p class="finding">${count(named("pass"))} of ${count(gates.length)} gates pass, ${count(named("fail"))} fail, ${count(named("inconclusive"))} cannot tell.</p>
${table({
  caption: "Gates",
  rows: gates,
  narrow: "stack",
  columns: [
    { head: "Gate", cell: ({ name, verdict }) => html`${nameWords(name)} ${tag(verdict, gateVerdict(verdict))}` },
    { head: "Says", cell: ({ sentence }) => sentence },
    { head: "Measured", cell: ({ measured }) => numbers(measured) },
    { head: "Bound", cell: ({ bounds }) => numbers(bounds) },
    { head: "Evidence", cell: evidenceCell },
  ],
})}`,
  );
}

function numbers(named: { readonly [name: string]: number | null }): Html {
  const entries = Object.entries(named).map(
    ([name, value]) => html`<li>${words(name)}\u00a0<strong>${value === null ? "unknown" : short(value)}</strong></li>`,
  );
  return html`<ul class="fields">${entries}</ul>`;
}

function short(value: number): string {
  return decimals(value, Math.abs(value) >= 100 ? 0 : 4, 0);
}

function evidenceCell({ evidence }: GateResult): Html {
  return html`<details><summary>${count(Object.keys(evidence).length)} sources</summary>${facts(
    Object.entries(evidence).map(([name, value]) => [nameWords(name), linked(name, value)] as const),
  )}</details>`;
}

/** Bundles have pages; other evidence is found by its hash. */
function linked(name: string, value: string): Html {
  return name === "champion" || name === "challenger" || name === "bundle"
    ? html`<a href="${bundlePath(value)}">${hashCode(value)}</a>`
    : hashCode(value);
}
