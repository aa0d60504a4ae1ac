import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import { AssayError } from "../../base/index.ts";
import {
  type History,
  type ReadRow,
  type RowMapping,
  readCsvFile,
  readNdjsonFile,
  type Snapshot,
} from "../../history/index.ts";
import type { CommandContext } from "../command-context.ts";
import { problems } from "../errors.ts";
import { thousands } from "../terminal.ts";

interface IngestOptions {
  readonly source?: string;
  readonly mapping?: string;
}

/** Takes in a file through the one door; bad rows go to quarantine and never stop the rest. */
export async function ingest(context: CommandContext, file: string, options: IngestOptions): Promise<number> {
  const { terminal } = context;
  const rows = counted(await rowsOf(file, options), context);
  const history = await (await context.workspace()).history();
  const answer = await history.ingestRows(rows, { source: options.source ?? basename(file) });
  await sealed(history, context);
  const { accepted, revisions, duplicates, quarantined } = answer;
  terminal.say(
    `${thousands(accepted)} accepted (${thousands(revisions)} revisions), ${thousands(duplicates)} duplicates, ${thousands(quarantined.length)} quarantined.`,
  );
  if (quarantined.length > 0) terminal.say("See why with: assay quarantine");
  terminal.result(answer);
  return quarantined.length === 0 ? 0 : 1;
}

async function rowsOf(file: string, { mapping }: IngestOptions): Promise<AsyncIterable<ReadRow>> {
  return mapping === undefined ? readNdjsonFile(file) : readCsvFile(file, await readMapping(mapping));
}

const rowMapping = z.strictObject({
  event: z.string(),
  entity: z.string(),
  eventId: z.string(),
  at: z.string(),
  knownAt: z.string().optional(),
  seq: z.string().optional(),
  fields: z.record(z.string(), z.string()),
});

async function readMapping(file: string): Promise<RowMapping[]> {
  const refuse = (why: string) => new AssayError(problems.BAD_MAPPING(file, { why }));
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw refuse(error.message);
  });
  const read = z.union([rowMapping.transform((one) => [one]), z.array(rowMapping)]).safeParse(parsed(text));
  if (!read.success) throw refuse(z.prettifyError(read.error).replaceAll(/\s+/g, " "));
  return read.data as RowMapping[];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function* counted(rows: AsyncIterable<ReadRow>, { terminal, signal }: CommandContext): AsyncGenerator<ReadRow> {
  let done = 0;
  for await (const row of rows) {
    yield row;
    if (++done % 1000 !== 0) continue;
    signal.throwIfAborted();
    terminal.progress({ stage: "ingest", done, total: 0, unit: "rows" });
  }
}

/** Log into table files, without new rows. */
export async function seal(context: CommandContext): Promise<number> {
  const { hash, manifest } = await sealed(await (await context.workspace()).history(), context);
  context.terminal.result({ snapshot: hash, position: manifest.position });
  return 0;
}

async function sealed(history: History, { terminal }: CommandContext): Promise<Snapshot> {
  const snapshot = await history.seal(terminal.progress);
  const { position } = snapshot.manifest;
  terminal.say(`Sealed up to position ${thousands(position.offset)}: snapshot ${snapshot.hash.slice(0, 12)}.`);
  return snapshot;
}
