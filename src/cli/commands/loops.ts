// Loops: ask for one, look how far it is, answer it where it waits, end it.

import { userInfo } from "node:os";
import { AssayError, formatInstant, parseInstant } from "../../base/index.ts";
import { type Bakes, type Book, bakesOver, type LoopDocument, type LoopEntry, readLoop } from "../../learning/index.ts";
import { decisionClock } from "../../workspace/index.ts";
import type { CommandContext } from "../command-context.ts";
import { problems } from "../errors.ts";
import { workspaceBook } from "../loop-book.ts";
import { type Terminal, table } from "../terminal.ts";

const LISTED = 50;

/** Asks; the worker works. */
export async function learn(
  { terminal, workspace }: CommandContext,
  bundle: string | undefined,
  options: { readonly why: string; readonly cutOff?: string },
): Promise<number> {
  const opened = await workspace();
  const { config } = opened.found;
  const labelCutOff = options.cutOff === undefined ? decisionClock(config).now() : parseInstant(options.cutOff);
  if (labelCutOff === undefined) throw new AssayError(problems.BAD_INSTANT(`"${options.cutOff}"`));
  const book = await workspaceBook(opened);
  const bundleName = bundle ?? config.learning?.bundle ?? "";
  const trigger = { kind: "hand", why: options.why, by: userInfo().username } as const;
  const loop = await book.ask({ bundleName, trigger, labelCutOff });
  terminal.say(`Loop ${loop.id} is asked for. A worker takes it: assay work. Follow it: assay loops ${loop.id}`);
  terminal.result(loop);
  return 0;
}

const WORDS = ["approve", "refuse", "cancel"] as const;
type Word = (typeof WORDS)[number];

/** `loops`, `loops ID`, `loops approve|refuse|cancel ID`, `loops stop|resume`. */
export async function loops(
  { terminal, workspace }: CommandContext,
  first: string | undefined,
  second: string | undefined,
  options: { readonly note: string },
): Promise<number> {
  const opened = await workspace();
  const book = await workspaceBook(opened);
  if (first === undefined) return await listLoops(terminal, book, bakesOver(await opened.metadata()));
  if (second === undefined && (first === "stop" || first === "resume")) {
    return await switched(terminal, book, { stop: first === "stop", note: options.note });
  }
  if (second === undefined) {
    const loop = await book.loop(first);
    if (loop === undefined) throw new AssayError(problems.NO_LOOP(`"${first}"`));
    const registry = await opened.registry();
    const evidence = loop.evidence === null ? null : await readLoop(registry, loop.evidence);
    for (const line of loopLines(loop, evidence)) terminal.say(line);
    terminal.result({ loop, evidence });
    return 0;
  }
  if (!(WORDS as readonly string[]).includes(first)) {
    process.stderr.write(
      "Use: assay loops, assay loops ID, assay loops approve|refuse|cancel ID, or assay loops stop|resume\n",
    );
    return 2;
  }
  const loop = await spoken(book, first as Word, second, options.note);
  terminal.say(`Loop ${loop.id} is ${loop.state}: ${loop.why}`);
  terminal.result(loop);
  return 0;
}

/** The kill switch. */
async function switched(
  terminal: Terminal,
  book: Book,
  { stop, note }: { readonly stop: boolean; readonly note: string },
): Promise<number> {
  if (stop) await book.halt({ person: userInfo().username, note });
  else await book.resume();
  const halt = await book.halted();
  terminal.say(
    halt === null ? "Learning may go on." : `Learning is stopped by ${halt.person}. Go on: assay loops resume`,
  );
  terminal.result({ halt });
  return 0;
}

async function spoken(book: Book, word: Word, id: string, note: string): Promise<LoopEntry> {
  const person = userInfo().username;
  return word === "cancel" ? await book.cancel(id, person) : await book.answer(id, { verdict: word, person, note });
}

async function listLoops(terminal: Terminal, book: Book, bakes: Bakes): Promise<number> {
  const [all, halt] = [await book.loops(LISTED), await book.halted()];
  if (halt !== null) terminal.say(`Learning is stopped by ${halt.person}: ${halt.note}`);
  const rows = all.map(({ id, state, step, trigger, askedAt }) => [
    id,
    state,
    step ?? "",
    trigger.kind,
    formatInstant(askedAt).slice(0, 19),
  ]);
  for (const line of table(["loop", "state", "step", "asked for by", "at (UTC)"], rows)) terminal.say(line);
  const watched = await bakes.bakes(LISTED);
  for (const { bundle, state, why } of watched)
    terminal.say(`  Release of ${bundle.slice(0, 12)}, watched: ${state}. ${why}`);
  terminal.result({ halt, loops: all, watched });
  return 0;
}

export function loopLines(loop: LoopEntry, evidence: LoopDocument | null): string[] {
  const { id, state, why, trigger, labelCutOff, champion, challenger } = loop;
  const short = (hash: string | null) => hash?.slice(0, 12) ?? "none";
  const about = [
    `Loop ${id}: ${state}. ${why}`,
    `  asked for by ${trigger.by} (${trigger.kind}): ${trigger.why}; outcomes known by ${labelCutOff.slice(0, 10)}`,
    `  champion ${short(champion)}, challenger ${short(challenger)}, evidence ${short(loop.evidence)}`,
  ];
  if (evidence === null) return about;
  const steps = evidence.steps.map(({ step, seconds, made }) => [step, seconds.toFixed(1), madeText(made)]);
  const judged = (all: readonly { readonly name: string; readonly verdict: string; readonly sentence: string }[]) =>
    all.map(({ name, verdict, sentence }) => `  ${verdict.padEnd(12)}  ${name.padEnd(14)}  ${sentence}`);
  return [
    ...about,
    ...table(["step", "seconds", "made"], steps),
    ...(evidence.gates.length === 0 ? [] : ["Gates", ...judged(evidence.gates)]),
    ...(evidence.looks.length === 0 ? [] : ["Guardrails, at the last look", ...judged(evidence.looks.at(-1)!.results)]),
  ];
}

/** Hashes by their beginnings. */
function madeText(made: LoopDocument["steps"][number]["made"]): string {
  const short = (value: string | number | null) =>
    /^[0-9a-f]{64}$/.test(String(value)) ? String(value).slice(0, 8) : value;
  return Object.entries(made)
    .map(([name, value]) => `${name} ${short(value)}`)
    .join(", ");
}
