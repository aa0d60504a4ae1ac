// One loop: its verdict, its way step by step, what was measured against which bounds, who approved, how it did in canary and
// bake, and the hash of all of it.

import { type LoopDocument, type LoopEntry, loopSteps } from "../../../learning/index.ts";
import { figure } from "../charts/chart.ts";
import { stepsChart } from "../charts/steps-chart.ts";
import { type Html, html, nothing } from "../html.ts";
import { dayText, microsText } from "../instant-text.ts";
import { empty, hashCode, hero, page, section, tag } from "../layout.ts";
import { sentence } from "../name-words.ts";
import { count } from "../number-text.ts";
import type { PageParts } from "../page-parts.ts";
import { bundlePath, evidencePath, loopPath } from "../paths.ts";
import { facts, table } from "../table.ts";
import { gatesSection } from "./gates-section.ts";
import { looksSection } from "./looks-section.ts";
import { stateWords, stepWords, triggerWords } from "./loop-words.ts";
import { secondsText } from "./seconds-text.ts";

export async function loopPage(parts: PageParts, entry: LoopEntry): Promise<string> {
  const pack = entry.evidence === null ? null : await parts.loopEvidence(entry.evidence);
  return page(parts, {
    title: `Loop ${entry.id}`,
    at: "learning",
    body: html`${hero(html`Loop <a href="${loopPath(entry.id)}"><code>${entry.id}</code></a>`, sentence(stateWords(entry.state)), `${sentence(entry.why)}.`)}
${problemNote(entry)}
${waysOn(entry)}
${stepsSection(entry, pack)}
${pack === null || pack.gates.length === 0 ? nothing : gatesSection(pack.gates)}
${pack === null ? nothing : approvalSection(pack)}
${pack === null || pack.looks.length === 0 ? nothing : looksSection(pack.looks)}
${evidenceSection(entry, pack)}`,
  });
}

function problemNote({ problem }: LoopEntry): Html {
  if (problem === null) return nothing;
  const { code, thing, rule, wayOut } = problem;
  return html`<p class="wrong" role="alert">${sentence(thing)}: ${rule}. ${wayOut}. <small><code>${code}</code></small></p>`;
}

/** What a person may do with it now. */
function waysOn({ id, state, cancelAsked, endedAt }: LoopEntry): Html {
  if (endedAt !== null) return nothing;
  if (cancelAsked)
    return html`<p class="clock" role="note">It was asked to end, and does so at the next safe place.</p>`;
  if (state === "paused") {
    return html`<p class="clock" role="note">It waits for you: <code>assay loops approve ${id} --note TEXT</code> lets it go on, <code>assay loops refuse ${id} --note TEXT</code> keeps the champion.</p>`;
  }
  return html`<p class="clock" role="note">${state === "asked" ? html`It begins once <code>assay work</code> runs. ` : nothing}To end it: <code>assay loops cancel ${id}</code>. The champion serves on meanwhile.</p>`;
}

function stepsSection(entry: LoopEntry, pack: LoopDocument | null): Html {
  return section(
    "steps",
    "Its way",
    "Each step can be cut off anywhere and goes on where it was; it never does anything twice.",
    html`<ol class="line">${loopSteps.map((step) => stepItem(step, entry, pack))}</ol>
${
  pack === null || pack.steps.length === 0
    ? nothing
    : html`${figure(stepsChart(pack.steps))}
<details><summary>What each step made</summary>${madeTable(pack.steps)}</details>`
}`,
  );
}

function stepItem(step: LoopEntry["step"] & string, entry: LoopEntry, pack: LoopDocument | null): Html {
  const done = pack?.steps.find((record) => record.step === step);
  const state = placeOf(step, entry, done !== undefined);
  const current = state === "here" ? html` aria-current="step"` : nothing;
  return html`<li class="${state}"${current}><strong>${stepWords(step)}</strong><small>${done === undefined ? NOT_DONE[state] : secondsText(done.seconds)}</small></li>`;
}

type Place = "done" | "here" | "ended" | "ahead";
const NOT_DONE: { readonly [place in Place]: string } = {
  done: "done",
  here: "under way",
  ended: "ended here",
  ahead: "not reached",
};

function placeOf(step: LoopEntry["step"] & string, { step: at, endedAt, state }: LoopEntry, recorded: boolean): Place {
  const [own, present] = [loopSteps.indexOf(step), at === null ? -1 : loopSteps.indexOf(at)];
  if (own === present) {
    if (endedAt === null) return "here";
    return state === "released" ? "done" : "ended";
  }
  return own < present || recorded ? "done" : "ahead";
}

function madeTable(steps: LoopDocument["steps"]): Html {
  const rows = steps.flatMap(({ step, made }) => Object.entries(made).map(([name, value]) => ({ step, name, value })));
  return table({
    caption: "What each step made",
    rows,
    narrow: "stack",
    columns: [
      { head: "Step", cell: ({ step }) => stepWords(step) },
      { head: "Made", cell: ({ name }) => name },
      { head: "", cell: ({ value }) => (typeof value === "number" ? count(value) : madeText(value)) },
    ],
  });
}

/** Hashes are long and have no blank. */
function madeText(value: string | null): Html | string {
  if (value === null) return "nothing";
  return /^[0-9a-f]{64}$/.test(value) ? hashCode(value) : value;
}

function approvalSection({ approval }: LoopDocument): Html {
  return section(
    "approval",
    "Approval",
    "Where every gate passes the declared envelope may approve; where one cannot tell, a person does.",
    approval === null
      ? empty("It did not come to an approval.")
      : html`<p class="finding">${approval.person} ${approval.verdict === "approve" ? "approved it" : "refused it"}. ${tag(approval.verdict, approval.basis === "person" ? "a person" : "the envelope")}</p><p>${approval.note}</p>`,
  );
}

function evidenceSection(entry: LoopEntry, pack: LoopDocument | null): Html {
  const { champion, challenger, evidence, labelCutOff, trigger, askedAt, endedAt } = entry;
  return section(
    "evidence",
    "Evidence",
    evidence === null
      ? "The evidence pack is written when the loop ends."
      : html`Every number with its run, snapshot and seed, under one hash: <a href="${evidencePath(entry.id)}">JSON</a>.`,
    html`${facts([
      ["Asked for", html`${microsText(askedAt)}, ${triggerWords(trigger)}`],
      ["Ended", endedAt === null ? "not yet" : microsText(endedAt)],
      ["Outcomes known by", dayText(labelCutOff)],
      ["Seed", pack?.seed ?? null],
      ["Champion", champion === null ? null : html`<a href="${bundlePath(champion)}">${hashCode(champion)}</a>`],
      [
        "Challenger",
        challenger === null ? null : html`<a href="${bundlePath(challenger)}">${hashCode(challenger)}</a>`,
      ],
      ["Evidence pack", evidence === null ? null : hashCode(evidence)],
    ])}
${evidence !== null && pack === null ? html`<p class="wrong" role="alert">The registry does not hold this evidence pack any more.</p>` : nothing}`,
  );
}
