// The list of loops: who asked, what came of it.

import type { Bake, LoopEntry } from "../../../learning/index.ts";
import { type Html, html } from "../html.ts";
import { dayText, microsText } from "../instant-text.ts";
import { hero, page, section, tag } from "../layout.ts";
import { sentence, shortHash } from "../name-words.ts";
import { count } from "../number-text.ts";
import type { PageParts } from "../page-parts.ts";
import { bundlePath, loopPath } from "../paths.ts";
import { table, withNote } from "../table.ts";
import { stateWords, stepWords, triggerWords, watchedWords } from "./loop-words.ts";

const LISTED = 50;

export async function learningPage(parts: PageParts): Promise<string> {
  const [loops, watched] = [await parts.loops(LISTED), await parts.watchedReleases(LISTED)];
  const halt = await parts.halted();
  return page(parts, {
    title: "Learning",
    at: "learning",
    body: html`${opening(parts.workspaceName, loops)}
${halt === null ? null : html`<p class="lead"><strong>Learning is stopped</strong> by ${halt.person}: ${halt.note}. No loop begins or releases until <code>assay loops resume</code>.</p>`}
${loops.length === 0 ? null : list(loops)}
${watched.length === 0 ? null : watchedReleases(watched)}`,
  });
}

function opening(workspace: string, loops: readonly LoopEntry[]): Html {
  const [latest] = loops;
  if (latest === undefined) {
    return hero(
      workspace,
      "Nothing has been learnt again yet",
      html`A loop retrains, holds champion and challenger to the same gates, and releases or keeps. Ask for one with <code>assay learn</code>; <code>assay work</code> carries it out. Which bundle learns is declared under <code>learning</code> in assay.config.ts.`,
    );
  }
  const released = loops.filter(({ state }) => state === "released").length;
  const all = `Of the ${count(loops.length)} loops here ${count(released)} put a challenger in force that stayed; keeping the champion is as good an end.`;
  return hero(
    workspace,
    `The latest loop: ${stateWords(latest.state)}`,
    `${sentence(latest.why)}. ${loops.length > 1 ? all : ""}`,
  );
}

function list(loops: readonly LoopEntry[]): Html {
  return table({
    caption: "Loops, newest first",
    rows: loops,
    narrow: "stack",
    columns: [
      { head: "Asked for", cell: ({ id, askedAt }) => html`<a href="${loopPath(id)}">${microsText(askedAt)}</a>` },
      { head: "Came to", cell: ({ state, why }) => withNote(tag(state, stateWords(state)), why) },
      { head: "Step", cell: ({ step }) => (step === null ? "–" : stepWords(step)) },
      { head: "Asked", cell: ({ trigger }) => triggerWords(trigger) },
      { head: "Outcomes known by", cell: ({ labelCutOff }) => dayText(labelCutOff) },
    ],
  });
}

/** A release that a person made is held against the decisions before it, as a loop's would be. */
function watchedReleases(watched: readonly Bake[]): Html {
  const releases = table({
    caption: "Releases by hand, newest first",
    rows: watched,
    narrow: "stack",
    columns: [
      { head: "Bundle", cell: ({ bundle }) => bundleLink(bundle) },
      { head: "Came to", cell: ({ state, why }) => withNote(tag(state, watchedWords(state)), why) },
      { head: "Before it", cell: ({ previous }) => bundleLink(previous) },
      { head: "Seen", cell: ({ breachAt }) => (breachAt === null ? "–" : microsText(breachAt)) },
      { head: "Rolled back after", cell: rollbackText, figure: true },
    ],
  });
  return section(
    "watched",
    "Watched releases",
    "What somebody releases by hand is held against the decisions before it; a broken guardrail brings those back.",
    releases,
  );
}

function bundleLink(hash: string): Html {
  return html`<a href="${bundlePath(hash)}"><code>${shortHash(hash)}</code></a>`;
}

function rollbackText({ breachAt, rolledBackAt }: Bake): string {
  return breachAt === null || rolledBackAt === null ? "–" : `${((rolledBackAt - breachAt) / 1000).toFixed(0)} ms`;
}
