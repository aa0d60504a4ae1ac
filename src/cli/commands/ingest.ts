import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import { AssayError } from "../../base/index.ts";
import {
  followLog,
  formatOfFile,
  type History,
  type IngestAnswer,
  openLocalLog,
  type ReadRow,
  type RowMapping,
  readCsvFile,
  readNdjsonFile,
  readParquetFile,
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
  const source = options.source ?? basename(file);
  const answer = (await isLog(file))
    ? await ingestLog(context, file, source)
    : await ingestFile(context, file, options, source);
  const { accepted, revisions, duplicates, quarantined } = answer;
  terminal.say(
    `${thousands(accepted)} accepted (${thousands(revisions)} revisions), ${thousands(duplicates)} duplicates, ${thousands(quarantined.length)} quarantined.`,
  );
  if (quarantined.length > 0) terminal.say("See why with: assay quarantine");
  terminal.result(answer);
  return quarantined.length === 0 ? 0 : 1;
}

async function ingestFile(context: CommandContext, file: string, options: IngestOptions, source: string) {
  const rows = counted(await rowsOf(file, options), context);
  const history = await (await context.workspace()).history();
  const answer = await history.ingestRows(rows, { source });
  await sealed(history, context);
  return answer;
}

/** Whether the path is a folder of log segments. */
async function isLog(path: string): Promise<boolean> {
  const names = await readdir(path).catch(() => []);
  return names.some((name) => /^\d{16}\.log$/.test(name));
}

/** What another system's log holds and history does not, from where the last call ended. */
async function ingestLog(context: CommandContext, folder: string, source: string): Promise<IngestAnswer> {
  const history = await (await context.workspace()).history();
  const log = await openLocalLog(folder);
  try {
    const answer = await followLog(log, history, { source });
    await sealed(history, context);
    return answer ?? { position: history.log.head(), accepted: 0, duplicates: 0, revisions: 0, quarantined: [] };
  } finally {
    await log.close();
  }
}

async function rowsOf(file: string, { mapping }: IngestOptions): Promise<AsyncIterable<ReadRow>> {
  if (mapping === undefined) return readNdjsonFile(file);
  const mappings = await readMapping(mapping);
  return (await formatOfFile(file)) === "parquet" ? readParquetFile(file, mappings) : readCsvFile(file, mappings);
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
