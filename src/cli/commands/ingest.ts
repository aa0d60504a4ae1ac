import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type History, type ReadRow, readCsvFile, readNdjsonFile, type RowMapping } from "../../history/index.ts";
import type { CommandContext } from "../command-context.ts";
import { thousands } from "../terminal.ts";

interface IngestOptions {
  readonly source?: string;
  readonly mapping?: string;
}

/** Takes in a file through the one door; bad rows go to quarantine and never stop the rest. */
export async function ingest(context: CommandContext, file: string, options: IngestOptions): Promise<number> {
  const { terminal } = context;
  const history = await (await context.workspace()).history();
  const rows = counted(await rowsOf(file, options), terminal.progress);
  const answer = await history.ingestRows(rows, { source: options.source ?? basename(file) });
  await sealAndTell(history, context);
  terminal.say(
    `${thousands(answer.accepted)} accepted (${thousands(answer.revisions)} revisions), ${thousands(answer.duplicates)} duplicates, ${thousands(answer.quarantined.length)} quarantined.`,
  );
  if (answer.quarantined.length > 0) terminal.say("See why with: assay quarantine");
  terminal.result(answer);
  return answer.quarantined.length === 0 ? 0 : 1;
}

async function rowsOf(file: string, { mapping }: IngestOptions): Promise<AsyncIterable<ReadRow>> {
  if (mapping === undefined) return readNdjsonFile(file);
  const read = JSON.parse(await readFile(mapping, "utf8")) as RowMapping | RowMapping[];
  return readCsvFile(file, Array.isArray(read) ? read : [read]);
}

async function* counted(rows: AsyncIterable<ReadRow>, progress: CommandContext["terminal"]["progress"]): AsyncGenerator<ReadRow> {
  let done = 0;
  for await (const row of rows) {
    yield row;
    if (++done % 1000 === 0) progress({ stage: "ingest", done, total: 0, unit: "rows" });
  }
}

export async function seal(context: CommandContext): Promise<number> {
  await sealAndTell(await (await context.workspace()).history(), context);
  return 0;
}

async function sealAndTell(history: History, { terminal }: CommandContext): Promise<void> {
  const snapshot = await history.seal(terminal.progress);
  const { position } = snapshot.manifest;
  terminal.say(`Sealed up to position ${thousands(position.offset)}: snapshot ${snapshot.hash.slice(0, 12)}.`);
}
