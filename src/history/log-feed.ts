// Another system's log as a source: its records, one JSON event each, come in by the same door as any other row, exactly
// once. That rests on two things. The door knows an event again by (source, eventId), and a refused row by its bytes, so a
// record that comes twice changes nothing. And where we stand in the foreign log is noted after its events are durable here,
// never before: a kill in between repeats a stretch and loses none. The note also names the last record by its hash, so a
// log that was replaced by another is refused and not read from the middle.

import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AssayError, canonicalJson, type Hash, hashBytes, hashText } from "../base/index.ts";
import { hasErrorCode, publishBytes } from "../storage/index.ts";
import { problems } from "./errors.ts";
import { type EventLog, LOG_START, type Position } from "./event-log.ts";
import { type IngestAnswer, joinAnswers } from "./ingest.ts";
import { readJsonRow } from "./ndjson-file.ts";
import type { ReadRow } from "./read-row.ts";

/** What a foreign log must do: an adapter gives back the same records in the same order, by position. */
export type ForeignLog = Pick<EventLog, "read" | "head" | "oldest">;

/** The history that follows, as `openHistory` gives it. */
export interface FollowingHistory {
  readonly folder: string;
  ingestRows(rows: readonly ReadRow[], options: { source: string }): Promise<IngestAnswer>;
}

interface FeedNote {
  readonly format: "assay.feed";
  readonly version: 1;
  readonly source: string;
  /** The first record that is not in yet. */
  readonly next: Position;
  /** SHA-256 of the record before it. */
  readonly last: Hash;
}

/**
 * Takes in what the log holds and history does not, up to its head at the time of the call; null where that is nothing.
 * One feed under one source at a time. Quarantined rows are numbered by their offset, from 1.
 * Throws ASSAY_HISTORY_FEED_REPLACED, and LOG_TRIMMED where the foreign log has forgotten records that never came.
 */
export async function followLog(
  log: ForeignLog,
  history: FollowingHistory,
  { source }: { readonly source: string },
): Promise<IngestAnswer | null> {
  const path = join(history.folder, "feeds", `${hashText(source).slice(0, 16)}.json`);
  await mkdir(join(history.folder, "feeds"), { recursive: true });
  const note = await readNote(path);
  const from = note?.next ?? LOG_START;
  if (note !== undefined) await checkSameLog(log, note);
  const oldest = log.oldest().offset;
  if (from.offset < oldest) {
    throw new AssayError(problems.LOG_TRIMMED(`log of source ${source}`, { offset: from.offset, oldest }));
  }
  let answer: IngestAnswer | null = null;
  for await (const batch of log.read(from)) {
    const taken = await history.ingestRows(rowsOf(batch.records, batch.from), { source });
    const next = { ...batch.from, offset: batch.from.offset + batch.records.length };
    const last = hashBytes(batch.records.at(-1)!);
    await publishBytes(path, Buffer.from(canonicalJson({ format: "assay.feed", version: 1, source, next, last })));
    answer = answer === null ? taken : joinAnswers(answer, taken);
  }
  return answer;
}

function rowsOf(records: readonly Uint8Array[], from: Position): ReadRow[] {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return records.map((record, i) => readJsonRow(decoder.decode(record), from.offset + i + 1));
}

async function readNote(path: string): Promise<FeedNote | undefined> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (hasErrorCode(error, "ENOENT")) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const note = JSON.parse(text) as FeedNote;
  if (note.version === 1) return note;
  throw new AssayError(problems.UNKNOWN_VERSION(path, { format: "feeds", version: String(note.version) }));
}

/** The last record that came is still the one that stands before the next, unless the foreign log has let go of it. */
async function checkSameLog(log: ForeignLog, { source, next, last }: FeedNote): Promise<void> {
  const replaced = new AssayError(problems.FEED_REPLACED(`log of source ${source}`, { offset: next.offset }));
  if (log.head().offset < next.offset) throw replaced;
  const before = { ...next, offset: next.offset - 1 };
  if (before.offset < log.oldest().offset) return;
  for await (const { records } of log.read(before, next)) if (hashBytes(records[0]!) !== last) throw replaced;
}
