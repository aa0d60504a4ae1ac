// The list of loops: who asked, what came of it.

import type { LoopEntry } from "../../../learning/index.ts";
import { type Html, html } from "../html.ts";
import { dayText, microsText } from "../instant-text.ts";
import { hero, page, tag } from "../layout.ts";
import { sentence } from "../name-words.ts";
import { count } from "../number-text.ts";
import type { PageParts } from "../page-parts.ts";
import { loopPath } from "../paths.ts";
import { table, withNote } from "../table.ts";
import { stateWords, stepWords, triggerWords } from "./loop-words.ts";

const LISTED = 50;

export async function learningPage(parts: PageParts): Promise<string> {
  const loops = await parts.loops(LISTED);
  return page(parts, {
    title: "Learning",
    at: "learning",
    body: html`${opening(parts.workspaceName, loops)}
${loops.length === 0 ? null : list(loops)}`,
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
  return hero(
    workspace,
    `The latest loop: ${stateWords(latest.state)}`,
    html`${sentence(latest.why)}. Of the ${count(loops.length)} loops here ${count(released)} put a challenger in force that stayed; keeping the champion is as good an end.`,
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
