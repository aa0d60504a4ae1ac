// Where rows go that could not be accepted: one durable NDJSON file (`quarantine-lines.ts`), so that a person can read,
// mend and send them again. It never holds a protected value (`kept-payload.ts`). The same row refused for the same
// reason is noted once, however often it is sent. One writer, the history's.

import type { FileHandle } from "node:fs/promises";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AssayError, canonicalJson, type Instant } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import { publishBytes } from "../storage/index.ts";
import { isDiskFull } from "./disk-full.ts";
import { isAbout } from "./erased-rows.ts";
import { problems } from "./errors.ts";
import { type CodeCounts, QUARANTINE_FILE, QuarantineEntries, type QuarantinePage } from "./quarantine-entries.ts";
import {
  type MendedLine,
  type QuarantineEntry,
  type QuarantineLine,
  type RefusedRow,
  readLines,
  rowLine,
} from "./quarantine-lines.ts";

/** Opens (or creates) the quarantine in `folder`; a line cut short by a crash is removed. One writer, the history's. */
export async function openQuarantine(folder: string, schema: HistorySchema): Promise<Quarantine> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, QUARANTINE_FILE);
  const file = await open(path, "a+");
  try {
    const bytes = await readFile(file);
    const { lines, end } = readLines(bytes);
    if (end < bytes.length) await file.truncate(end);
    const entries = new QuarantineEntries();
    for (const line of lines) entries.add(line);
    return new Quarantine({ path, file, bytes: end }, entries, schema);
  } catch (error) {
    await file.close();
    throw error;
  }
}

interface QuarantineFile {
  readonly path: string;
  readonly file: FileHandle;
  /** Of whole lines. */
  readonly bytes: number;
}

export class Quarantine {
  readonly #path: string;
  #file: FileHandle;
  #bytes: number;
  #entries: QuarantineEntries;
  readonly #schema: HistorySchema;
  /** Rows come from the door, mended lines from whoever mends: one after another, so that a failed write can be cut. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(kept: QuarantineFile, entries: QuarantineEntries, schema: HistorySchema) {
    this.#path = kept.path;
    this.#file = kept.file;
    this.#bytes = kept.bytes;
    this.#entries = entries;
    this.#schema = schema;
  }

  /** Durable when it resolves. Throws ASSAY_HISTORY_LOG_FULL where the disk is full; nothing is half kept. */
  async add(refused: readonly RefusedRow[], receivedAt: Instant): Promise<void> {
    const rows = refused.map((one) => rowLine(one, receivedAt, this.#schema));
    const fresh = [...new Map(rows.map((row) => [row.id, row])).values()].filter(({ id }) => !this.#entries.has(id));
    if (fresh.length > 0) await this.#append(fresh);
  }

  /** Notes durably that a row was mended and stands in the log. Throws ASSAY_HISTORY_LOG_FULL. */
  async mended(line: Omit<MendedLine, "version" | "kind">): Promise<void> {
    await this.#append([{ version: 3, kind: "mended", ...line }]);
  }

  #append(lines: readonly QuarantineLine[]): Promise<void> {
    const written = this.#writing.then(() => this.#write(lines));
    this.#writing = written.catch(() => {});
    return written;
  }

  async #write(lines: readonly QuarantineLine[]): Promise<void> {
    const text = Buffer.from(lines.map((line) => `${canonicalJson(line)}\n`).join(""));
    try {
      await this.#file.appendFile(text);
      await this.#file.datasync();
    } catch (error) {
      await this.#file.truncate(this.#bytes);
      throw isDiskFull(error) ? new AssayError(problems.LOG_FULL("quarantine", {}), { cause: error }) : error;
    }
    this.#bytes += text.length;
    for (const line of lines) this.#entries.add(line);
  }

  /** Ids of the rows that name one of the people. */
  naming(people: ReadonlySet<string>): readonly string[] {
    const rows = this.#entries.list({ limit: Number.POSITIVE_INFINITY });
    return rows.filter((row) => isAbout(row, people)).map(({ id }) => id);
  }

  /** Writes the file anew without the rows that name one of the people: durable, and whole at any moment. */
  forget(people: ReadonlySet<string>): Promise<void> {
    const forgotten = this.#writing.then(() => this.#writeWithout(new Set(this.naming(people))));
    this.#writing = forgotten.catch(() => {});
    return forgotten;
  }

  async #writeWithout(ids: ReadonlySet<string>): Promise<void> {
    if (ids.size === 0) return;
    const { lines } = readLines(await readFile(this.#path));
    const left = lines.filter(({ id }) => !ids.has(id));
    const text = Buffer.from(left.map((line) => `${canonicalJson(line)}\n`).join(""));
    await publishBytes(this.#path, text);
    await this.#file.close();
    this.#file = await open(this.#path, "a+");
    this.#bytes = text.length;
    this.#entries = new QuarantineEntries();
    for (const line of left) this.#entries.add(line);
  }

  find(id: string): QuarantineEntry | undefined {
    return this.#entries.find(id);
  }

  list(page: QuarantinePage): readonly QuarantineEntry[] {
    return this.#entries.list(page);
  }

  /** Of all rows that were ever refused. */
  counts(): CodeCounts {
    return this.#entries.counts();
  }

  /** Of those that nobody has mended. */
  openCounts(): CodeCounts {
    return this.#entries.openCounts();
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }
}
