// Guardrails in canary and bake: each look, challenger beside its control.

import type { GuardrailLook, GuardrailResult } from "../../../learning/index.ts";
import { type Html, html } from "../html.ts";
import { section, tag } from "../layout.ts";
import { nameWords } from "../name-words.ts";
import { count, decimals } from "../number-text.ts";
import { table } from "../table.ts";
import { guardrailVerdict } from "./loop-words.ts";

export function looksSection(looks: readonly GuardrailLook[]): Html {
  const broken = looks.flatMap(({ results }) => results).find(({ verdict }) => verdict === "broken");
  return section(
    "guardrails",
    "Guardrails",
    "Fast signals while the challenger decides for some (canary) and then for all (bake). A broken one ends it at once. Protected attributes are not among them.",
    html`<p class="finding">${broken === undefined ? "Every guardrail held." : broken.sentence}</p>
${stages(looks).map(([stage, own]) => stageTable(stage, own))}`,
  );
}

function stages(looks: readonly GuardrailLook[]): [GuardrailLook["stage"], GuardrailLook[]][] {
  return [...Map.groupBy(looks, ({ stage }) => stage)];
}

/** A row a guardrail, a column a look; the last look in full. */
function stageTable(stage: GuardrailLook["stage"], looks: readonly GuardrailLook[]): Html {
  const last = looks.at(-1)!;
  const { challenger, control } = last.decisions;
  return table({
    caption: stage === "canary" ? "Canary" : "Bake",
    about: `${count(looks.length)} ${looks.length === 1 ? "look" : "looks"}; at the last, ${count(challenger)} decisions by the challenger beside ${count(control)} of its control.`,
    rows: last.results,
    narrow: "stack",
    marked: ({ verdict }) => verdict === "broken",
    columns: [
      {
        head: "Guardrail",
        cell: ({ name, verdict }) => html`${nameWords(name)} ${tag(verdict, guardrailVerdict(verdict))}`,
      },
      { head: "Says", cell: ({ sentence }) => sentence },
      { head: "Challenger", figure: true, cell: (result) => short(result.challenger) },
      { head: "Control", figure: true, cell: (result) => short(result.control) },
      { head: "At most", figure: true, cell: ({ most }) => short(most) },
      { head: "At each look", cell: ({ name }) => trail(name, looks) },
    ],
  });
}

function trail(name: string, looks: readonly GuardrailLook[]): Html {
  const results = looks.flatMap(({ results: all }) => all.filter((result) => result.name === name));
  return html`<span class="trail">${results.map(mark)}</span>`;
}

function mark({ verdict, sentence }: GuardrailResult): Html {
  return html`<span class="${verdict}" role="img" aria-label="${guardrailVerdict(verdict)}" title="${sentence}"></span>`;
}

function short(value: number | null): string {
  return value === null ? "–" : decimals(value, Math.abs(value) >= 100 ? 0 : 4, 0);
}
