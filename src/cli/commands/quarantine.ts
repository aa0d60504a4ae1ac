// Rows that were refused: looked at without the writer of history, so also while the service runs; mended ones go in by
// the same door as any other row.

import { z } from "zod";
import { AssayError, formatInstant, formatProblem, isAssayError, nearest, type Problem } from "../../base/index.ts";
import {
  type History,
  type Mend,
  type Mended,
  type QuarantineEntry,
  readNdjsonFile,
  readQuarantine,
} from "../../history/index.ts";
import type { CommandContext } from "../command-context.ts";
import { problems } from "../errors.ts";
import { table, thousands } from "../terminal.ts";

const SHOWN = 20;
const BY = "the command line";
const ACTIONS = ["show", "resubmit"];

interface QuarantineOptions {
  readonly all: boolean;
  readonly id?: string;
  readonly set?: readonly string[];
}

export async function quarantine(
  context: CommandContext,
  action: string | undefined,
  idOrFile: string | undefined,
  options: QuarantineOptions,
): Promise<number> {
  if (action === undefined) return await list(context, options);
  if (action === "show") return await show(context, idOrFile ?? "");
  if (action === "resubmit") return await resubmit(context, idOrFile, options);
  const near = { nearest: nearest(action, ACTIONS) };
  throw new AssayError(problems.UNKNOWN_ACTION(`quarantine ${action}`, { known: ACTIONS.join(", ") }, near));
}

/** By code, with the newest rows. Payloads stay in the quarantine unless asked for: they may hold personal data. */
async function list({ terminal, workspace }: CommandContext, { all }: QuarantineOptions): Promise<number> {
  const entries = await readQuarantine((await workspace()).folder("history"));
  const rows = entries.list({ limit: Number.POSITIVE_INFINITY, onlyOpen: !all });
  const { byCode } = all ? entries.counts() : entries.openCounts();
  const lines = Object.entries(byCode).map(([code, count]) => [code, thousands(count)]);
  for (const line of table(["code", "rows"], lines)) terminal.say(line);
  for (const row of rows.slice(-SHOWN)) terminal.say(lineOf(row));
  terminal.result({ counts: byCode, rows });
  return 0;
}

function lineOf(entry: QuarantineEntry): string {
  const mended = entry.mended === undefined ? "" : ` Mended at position ${entry.mended.position.offset}.`;
  return `${entry.id}  ${entry.source} row ${entry.row}: ${formatProblem(entry)}${mended}`;
}

async function show({ terminal, workspace }: CommandContext, id: string): Promise<number> {
  const entry = (await readQuarantine((await workspace()).folder("history"))).find(id);
  if (entry === undefined) throw new AssayError(problems.NO_QUARANTINED(`quarantined row "${id}"`));
  terminal.say(lineOf(entry));
  terminal.say(`Received ${formatInstant(entry.receivedAt)}.`);
  const { payload } = entry;
  if (payload.kind === "hashed") terminal.say("It was no object: only its hash and its length are kept.");
  else {
    terminal.say(JSON.stringify(payload.payload, null, 2));
    if (payload.removed.length > 0) terminal.say(`Not kept: ${payload.removed.join(", ")}.`);
  }
  terminal.result(entry);
  return 0;
}

type Outcome = Mended | { readonly id: string; readonly problem: Problem };

async function resubmit(
  { terminal, signal, workspace }: CommandContext,
  file: string | undefined,
  options: QuarantineOptions,
): Promise<number> {
  const mends = file === undefined ? fromOptions(options) : fromFile(file);
  const history = await (await workspace()).history();
  const outcomes: Outcome[] = [];
  for await (const mend of mends) {
    signal.throwIfAborted();
    outcomes.push(await outcomeOf(history, mend));
  }
  const refused = outcomes.filter((outcome) => "problem" in outcome);
  // As with any ingest: what is in the log and not in the table files would be missing from the next dataset.
  if (refused.length < outcomes.length) await history.seal(terminal.progress);
  terminal.say(`${thousands(outcomes.length - refused.length)} mended, ${thousands(refused.length)} refused.`);
  for (const { id, problem } of refused) terminal.say(`${id}  ${formatProblem(problem)}`);
  terminal.result({ outcomes });
  return refused.length === 0 ? 0 : 1;
}

async function outcomeOf(history: History, mend: Mend): Promise<Outcome> {
  try {
    return await history.resubmit(mend, BY);
  } catch (error) {
    if (isAssayError(error)) return { id: mend.id, problem: error.problem };
    throw error;
  }
}

async function* fromOptions({ id, set = [] }: QuarantineOptions): AsyncGenerator<Mend> {
  if (id === undefined) throw new AssayError(problems.NOTHING_MENDED("assay quarantine resubmit"));
  const changes = set.map((text) => {
    const cut = text.indexOf("=");
    if (cut < 1) throw new AssayError(problems.BAD_MEND(`--set ${text}`, { why: "it names no value" }));
    const value = text.slice(cut + 1);
    return [text.slice(0, cut), value === "" ? null : value];
  });
  yield { id, set: Object.fromEntries(changes) as Mend["set"] & object };
}

const mendLine = z.union([
  z.strictObject({ id: z.string(), row: z.record(z.string(), z.unknown()) }),
  z.strictObject({ id: z.string(), set: z.record(z.string(), z.unknown()) }),
]);

/** Every line is read before the first row goes in: a file with a slip in it changes nothing. */
async function* fromFile(file: string): AsyncGenerator<Mend> {
  const mends: Mend[] = [];
  for await (const { row, raw, problem } of readNdjsonFile(file)) {
    if (problem !== undefined) throw new AssayError(problem);
    const read = mendLine.safeParse(raw);
    if (!read.success) throw new AssayError(problems.BAD_MEND(`${file}, line ${row}`, { why: "it has other keys" }));
    mends.push(read.data);
  }
  yield* mends;
}
