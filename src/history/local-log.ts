// The event log on the local disk: append-only segment files, one writer. Whoever appends waits for the sync of a group;
// while one group is being written the next one gathers, so a slow disk makes larger groups, not a longer queue.
// After a failed write the file is cut back to the last acknowledged byte: a full disk loses nothing and can be freed.

import type { FileHandle } from "node:fs/promises";
import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { AssayError } from "../base/index.ts";
import { syncFolder } from "../storage/index.ts";
import { isDiskFull } from "./disk-full.ts";
import { problems } from "./errors.ts";
import type { EventLog, LogBatch, LogRange, Position } from "./event-log.ts";
import {
  decodeHeader,
  encodeGroup,
  encodeHeader,
  HEADER_BYTES,
  laterGroupBegins,
  MAX_RECORD_BYTES,
  SEGMENT_VERSION,
  scanFrames,
  segmentVersion,
} from "./log-segment.ts";
import { takeWriterLock, type WriterLock } from "./writer-lock.ts";

const SEGMENT_BYTES = 32 << 20;
const GROUP_BYTES = 8 << 20;
const READ_RECORDS = 4096;

interface Segment {
  readonly path: string;
  readonly first: number;
}

interface Tail {
  readonly file: FileHandle;
  /** Bytes of the file that hold acknowledged frames. */
  bytes: number;
}

interface Waiting {
  readonly records: readonly Uint8Array[];
  readonly bytes: number;
  readonly resolve: (range: LogRange) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens (or creates) the log in `folder`, cuts a torn tail, takes the writer's lock.
 * Throws ASSAY_HISTORY_LOCKED, or LOG_CORRUPT where acknowledged records are damaged.
 */
export async function openLocalLog(folder: string, options: { segmentBytes?: number } = {}): Promise<EventLog> {
  const lock = takeWriterLock(folder);
  try {
    await mkdir(folder, { recursive: true });
    const segments = await listSegments(folder);
    await dropUnbornSegment(segments);
    if (segments.length === 0) segments.push(await createSegment(folder, 0));
    const { tail, head } = await openTail(segments.at(-1)!);
    return new LocalLog(folder, lock, segments, tail, head, options.segmentBytes ?? SEGMENT_BYTES);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function listSegments(folder: string): Promise<Segment[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{16}\.log$/.test(name)).sort();
  return names.map((name) => ({ path: join(folder, name), first: Number(name.slice(0, 16)) }));
}

/** A crash while a segment was being created leaves a last file without a whole header: it never held a record. */
async function dropUnbornSegment(segments: Segment[]): Promise<void> {
  const last = segments.at(-1);
  if (last === undefined || (await readFile(last.path)).length >= HEADER_BYTES) return;
  await rm(last.path);
  segments.pop();
}

async function createSegment(folder: string, first: number): Promise<Segment> {
  const path = join(folder, `${String(first).padStart(16, "0")}.log`);
  const file = await open(path, "wx");
  try {
    await writeAll(file, encodeHeader(first), 0);
    await file.datasync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await syncFolder(folder);
  return { path, first };
}

async function openTail(segment: Segment): Promise<{ tail: Tail; head: number }> {
  const bytes = await readFile(segment.path);
  checkHeader(segment, bytes);
  const { records, end } = scanFrames(bytes, HEADER_BYTES, Number.POSITIVE_INFINITY);
  if (laterGroupBegins(bytes, end)) throw corrupt(segment, end);
  const file = await open(segment.path, "r+");
  if (end < bytes.length) await file.truncate(end);
  // Whole frames of a group that was never acknowledged may stand here; from now on they count, so they must last.
  await file.datasync();
  return { tail: { file, bytes: end }, head: segment.first + records.length };
}

function checkHeader(segment: Segment, bytes: Buffer): void {
  if (decodeHeader(bytes) === segment.first) return;
  const version = segmentVersion(bytes);
  if (version === undefined || version === SEGMENT_VERSION) throw corrupt(segment, 0);
  throw new AssayError(problems.UNKNOWN_VERSION(segment.path, { format: "log segments", version: String(version) }));
}

function corrupt(segment: Segment, byte: number): AssayError {
  return new AssayError(problems.LOG_CORRUPT("event log", { file: segment.path, byte }));
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

class LocalLog implements EventLog {
  readonly #folder: string;
  readonly #lock: WriterLock;
  readonly #segments: Segment[];
  readonly #segmentBytes: number;
  #tail: Tail;
  #head: number;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;
  /** Bytes beyond the acknowledged ones may stand in the file and must be cut before the next write. */
  #torn = false;
  #failure: AssayError | undefined;
  #closed = false;

  constructor(folder: string, lock: WriterLock, segments: Segment[], tail: Tail, head: number, segmentBytes: number) {
    this.#folder = folder;
    this.#lock = lock;
    this.#segments = segments;
    this.#tail = tail;
    this.#head = head;
    this.#segmentBytes = segmentBytes;
  }

  head(): Position {
    return at(this.#head);
  }

  oldest(): Position {
    return at(this.#segments[0]!.first);
  }

  append(records: readonly Uint8Array[]): Promise<LogRange> {
    if (this.#closed) return Promise.reject(new AssayError(problems.LOG_CLOSED("event log", {})));
    let bytes = 0;
    for (const record of records) {
      if (record.length === 0 || record.length > MAX_RECORD_BYTES) return Promise.reject(wrongSize(record.length));
      bytes += record.length;
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, bytes, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      try {
        await this.#write(group.flatMap((one) => one.records));
        this.#acknowledge(group);
      } catch (error) {
        const reason = await this.#fail(error);
        for (const one of group) one.reject(reason);
      }
    }
    this.#draining = undefined;
  }

  #takeGroup(): Waiting[] {
    let count = 0;
    let bytes = 0;
    while (count < this.#waiting.length && (count === 0 || bytes + this.#waiting[count]!.bytes <= GROUP_BYTES)) {
      bytes += this.#waiting[count++]!.bytes;
    }
    return this.#waiting.splice(0, count);
  }

  async #write(records: readonly Uint8Array[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (records.length === 0) return;
    await this.#cut();
    if (this.#tail.bytes >= this.#segmentBytes) await this.#roll();
    const bytes = encodeGroup(records);
    this.#torn = true;
    await writeAll(this.#tail.file, bytes, this.#tail.bytes);
    await this.#tail.file.datasync();
    this.#torn = false;
    this.#tail.bytes += bytes.length;
  }

  async #cut(): Promise<void> {
    if (!this.#torn) return;
    await this.#tail.file.truncate(this.#tail.bytes);
    await this.#tail.file.datasync();
    this.#torn = false;
  }

  async #roll(): Promise<void> {
    const segment = await createSegment(this.#folder, this.#head);
    const file = await open(segment.path, "r+");
    await this.#tail.file.close();
    this.#segments.push(segment);
    this.#tail = { file, bytes: HEADER_BYTES };
  }

  #acknowledge(group: readonly Waiting[]): void {
    for (const one of group) {
      const from = at(this.#head);
      this.#head += one.records.length;
      one.resolve({ from, to: at(this.#head) });
    }
  }

  /** A full disk is cut back and can be tried again; after any other failure the pages' state is unknown and we stop. */
  async #fail(error: unknown): Promise<AssayError> {
    if (error instanceof AssayError) return error;
    const cause = { cause: error };
    if (!isDiskFull(error)) {
      this.#failure = new AssayError(problems.LOG_FAILED("event log", { why: String(error) }), cause);
      return this.#failure;
    }
    // If the cut fails too, the next write tries it again before anything else.
    await this.#cut().catch(() => {});
    return new AssayError(problems.LOG_FULL("event log", {}), cause);
  }

  async *read(from: Position, to: Position = this.head()): AsyncGenerator<LogBatch> {
    const end = Math.min(to.offset, this.#head);
    const oldest = this.#segments[0]!.first;
    if (from.offset < oldest) throw new AssayError(problems.LOG_TRIMMED("event log", { offset: from.offset, oldest }));
    const segments = [...this.#segments];
    for (const [i, segment] of segments.entries()) {
      const next = segments[i + 1]?.first ?? Number.POSITIVE_INFINITY;
      if (next <= from.offset || segment.first >= end) continue;
      yield* this.#readSegment(segment, from.offset, Math.min(end, next));
    }
  }

  async *#readSegment(segment: Segment, from: number, end: number): AsyncGenerator<LogBatch> {
    const bytes = await readFile(segment.path);
    checkHeader(segment, bytes);
    let byte = HEADER_BYTES;
    let offset = segment.first;
    while (offset < end) {
      const scanned = scanFrames(bytes, byte, Math.min(READ_RECORDS, end - offset));
      if (scanned.records.length === 0) throw corrupt(segment, byte);
      const skip = Math.max(0, from - offset);
      if (skip < scanned.records.length) {
        yield { from: at(offset + skip), records: skip === 0 ? scanned.records : scanned.records.slice(skip) };
      }
      offset += scanned.records.length;
      byte = scanned.end;
    }
  }

  async roll(): Promise<Position> {
    await this.#draining;
    if (this.#failure !== undefined) throw this.#failure;
    await this.#cut();
    if (this.#tail.bytes > HEADER_BYTES) await this.#roll();
    return this.head();
  }

  async trim(before: Position): Promise<void> {
    while (this.#segments.length > 1 && this.#segments[1]!.first <= before.offset) {
      await rm(this.#segments[0]!.path);
      this.#segments.shift();
    }
    await syncFolder(this.#folder);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#draining;
    await this.#tail.file.close();
    this.#lock.release();
  }
}

function at(offset: number): Position {
  return { partition: 0, offset };
}

function wrongSize(bytes: number): AssayError {
  return new AssayError(problems.RECORD_SIZE("log record", { bytes, maxBytes: MAX_RECORD_BYTES }));
}
