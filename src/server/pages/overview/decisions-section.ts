// What happened: decisions by what they came to, what was proved about them, and a way to look one up.

import { type DispositionCount, dispositionsBar } from "../charts/dispositions-bar.ts";
import { type Html, html, nothing } from "../html.ts";
import { empty, section } from "../layout.ts";
import { dispositions, dispositionWords } from "../name-words.ts";
import { count, decimals, percent, withUnit } from "../number-text.ts";
import { decisionsPath } from "../paths.ts";
import type { StoryFacts } from "../story-facts.ts";
import { facts, table } from "../table.ts";

export function decisionsSection(counts: readonly DispositionCount[], story: StoryFacts): Html {
  const ordered = [...counts].sort((a, b) => rank(a.disposition) - rank(b.disposition));
  return section(
    "decisions",
    "What was decided",
    "By the policy alone; where a person closed a referral, that is a decision of its own.",
    html`${ordered.length === 0 ? empty("No decision has been made yet.") : decided(ordered)}
${lookUp(null)}
${proved(story)}`,
  );
}

function rank(disposition: string): number {
  const place = (dispositions as readonly string[]).indexOf(disposition);
  return place < 0 ? dispositions.length : place;
}

function decided(counts: readonly DispositionCount[]): Html {
  const total = counts.reduce((sum, row) => sum + row.count, 0);
  return html`${dispositionsBar(counts)}
${table({
  caption: "Decisions by what they came to",
  rows: counts,
  narrow: "scroll",
  columns: [
    {
      head: "Decision",
      cell: (row) =>
        html`<span class="key ${row.disposition}" aria-hidden="true"></span>${dispositionWords(row.disposition)}`,
    },
    { head: "Decisions", figure: true, cell: (row) => count(row.count) },
    { head: "Share", figure: true, cell: (row) => percent(row.count / total) },
  ],
})}`;
}

/** A form that finds one decision; `sought` is what was looked for without success. */
export function lookUp(sought: string | null): Html {
  return html`<form class="look-up" action="${decisionsPath}" method="get" role="search">
<label for="find">Look up a decision</label>
<div><input id="find" name="find" type="search" autocomplete="off" spellcheck="false" required placeholder="Decision id" value="${sought ?? ""}"><button type="submit">Find</button></div>
${sought === null ? nothing : html`<p class="wrong" role="alert">No decision has the id “${sought}”. Ids are whole and case counts; the list below shows them.</p>`}
</form>`;
}

function proved(story: StoryFacts): Html {
  const { parity, replay, decisions } = story;
  const pairs = [
    [
      "Replayed from the record",
      replay === undefined
        ? null
        : html`${count(replay.count)} decisions, <strong>${differences(replay.differences)}</strong>`,
    ],
    [
      "Online, training and naive values compared",
      parity === undefined
        ? null
        : html`${count(parity.values)} values, <strong>${differences(parity.differences)}</strong>`,
    ],
    [
      "Adverse decisions without a reason",
      decisions?.withoutReason === undefined ? null : count(decisions.withoutReason),
    ],
    ["Answer time, half and 99 in 100 within", times(decisions)],
    ["Decisions a second", decisions?.perSecond === undefined ? null : count(decisions.perSecond)],
    ["Release and roll-back under load", release(story)],
  ] as const;
  if (pairs.every(([, content]) => content === null)) return nothing;
  return html`<h3>What was proved about them</h3>
${facts(pairs)}`;
}

function differences(found: number): string {
  return found === 0 ? "no difference" : `${count(found)} differences`;
}

function times(decisions: StoryFacts["decisions"]): string | null {
  if (decisions?.p50Ms === undefined || decisions.p99Ms === undefined) return null;
  return `${withUnit(decimals(decisions.p50Ms, 1), "ms")} and ${withUnit(decimals(decisions.p99Ms, 1), "ms")}`;
}

function release({ releaseMs, rollbackMs, dropped }: StoryFacts): string | null {
  if (releaseMs === undefined || rollbackMs === undefined) return null;
  const lost = dropped === undefined ? "" : `; ${count(dropped)} requests dropped`;
  return `${withUnit(count(releaseMs), "ms")} and ${withUnit(count(rollbackMs), "ms")}${lost}`;
}
