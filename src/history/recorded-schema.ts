// The definitions under which the log's events were appended: `schema.json` beside its segments, version 1, replaced as a
// whole before the first event under a changed definition. It remembers types and fields that the definitions no longer
// have, because the log and the table files still do.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AssayError, canonicalJson, isAssayError } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import { hasErrorCode, publishBytes } from "../storage/index.ts";
import { problems } from "./errors.ts";
import { checkMeaning, withStoredFields } from "./field-meaning.ts";

interface SchemaFile {
  readonly format: "assay.log-schema";
  readonly version: 1;
  readonly events: HistorySchema;
}

/** Reads what is recorded in the folder of a log; empty where nothing is. Throws ASSAY_HISTORY_UNKNOWN_VERSION. */
export async function openRecordedSchema(folder: string): Promise<RecordedSchema> {
  const path = join(folder, "schema.json");
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (hasErrorCode(error, "ENOENT")) return undefined;
    throw error;
  });
  if (text === undefined) return new RecordedSchema(path, {});
  const file = JSON.parse(text) as SchemaFile;
  if (file.version === 1) return new RecordedSchema(path, file.events);
  throw new AssayError(problems.UNKNOWN_VERSION(path, { format: "log schemas", version: String(file.version) }));
}

export class RecordedSchema {
  readonly #path: string;
  readonly #covered = new Set<string>();
  #events: HistorySchema;

  constructor(path: string, events: HistorySchema) {
    this.#path = path;
    this.#events = events;
  }

  /** Of every event type that was ever appended. */
  get events(): HistorySchema {
    return this.#events;
  }

  /**
   * Makes durable that events of these types are appended under `schema`, which stays the same while this is open.
   * Throws ASSAY_HISTORY_SCHEMA_CHANGED, LOG_FULL; then nothing may be appended.
   */
  async cover(names: Iterable<string>, schema: HistorySchema): Promise<void> {
    const fresh = [...new Set(names)].filter((name) => !this.#covered.has(name) && schema[name] !== undefined);
    if (fresh.length === 0) return;
    const wanted = Object.fromEntries(fresh.map((name) => [name, schema[name]!]));
    checkMeaning(this.#events, wanted, "writer");
    const nodes = Object.entries(wanted).map(([name, node]) => [name, withStoredFields(this.#events[name], node)]);
    const events: HistorySchema = { ...this.#events, ...Object.fromEntries(nodes) };
    if (canonicalJson(events) !== canonicalJson(this.#events)) await this.#publish(events);
    this.#events = events;
    for (const name of fresh) this.#covered.add(name);
  }

  async #publish(events: HistorySchema): Promise<void> {
    const file: SchemaFile = { format: "assay.log-schema", version: 1, events };
    try {
      await publishBytes(this.#path, Buffer.from(canonicalJson(file)));
    } catch (error) {
      if (!isAssayError(error) || error.code !== "ASSAY_STORAGE_DISK_FULL") throw error;
      throw new AssayError(problems.LOG_FULL("schema of the log", {}), { cause: error });
    }
  }
}
