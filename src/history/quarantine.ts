// Where rows go that could not be accepted: one durable NDJSON file, version 2 in each line, so that a person can read,
// mend and send them again. It never holds a protected value: of a payload only declared, unprotected fields are kept,
// and of these and of the envelope only values that could stand there (a cell in the wrong column may name a person);
// of anything that is no object, only its hash and length. The same row refused for the same reason is noted once,
// however often it is sent.

import type { FileHandle } from "node:fs/promises";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AssayError, canonicalJson, hashJson, hashText, type Instant, type Problem } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import type { FieldNode } from "../define/index.ts";
import { isDiskFull } from "./disk-full.ts";
import { problems } from "./errors.ts";
import { isKeepable, isName } from "./field-value.ts";
import { isKeepableKey } from "./validate-event.ts";

export type KeptPayload =
  /** `removed`: names of the fields left out because they are protected or unknown. */
  | {
      readonly kind: "object";
      readonly payload: { readonly [key: string]: unknown };
      readonly removed: readonly string[];
    }
  | { readonly kind: "hashed"; readonly sha256: string; readonly length: number };

export interface QuarantinedRow {
  /** Sentences of version 1 may quote the row; those of version 2 tell only what it was. */
  readonly version: 1 | 2;
  /** Of the source, the payload and the code: one entry each. */
  readonly id: string;
  readonly source: string;
  /** Counted from 1 in the batch or file it came with. */
  readonly row: number;
  readonly receivedAt: Instant;
  readonly code: string;
  readonly thing: string;
  readonly rule: string;
  readonly wayOut: string;
  readonly nearest?: string;
  readonly payload: KeptPayload;
}

export interface RefusedRow {
  readonly raw: unknown;
  readonly source: string;
  readonly row: number;
  readonly problem: Problem;
}

/** Opens (or creates) the quarantine in `folder`; a line cut short by a crash is removed. One writer, the history's. */
export async function openQuarantine(folder: string, schema: HistorySchema): Promise<Quarantine> {
  await mkdir(folder, { recursive: true });
  const file = await open(join(folder, "rows.ndjson"), "a+");
  try {
    return await readQuarantine(file, schema);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readQuarantine(file: FileHandle, schema: HistorySchema): Promise<Quarantine> {
  const bytes = await readFile(file);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole < bytes.length) await file.truncate(whole);
  const lines = bytes.subarray(0, whole).toString("utf8").split("\n").slice(0, -1);
  return new Quarantine(file, whole, lines.map(readRow), schema);
}

function readRow(line: string): QuarantinedRow {
  const row = JSON.parse(line) as QuarantinedRow;
  if (row.version === 1 || row.version === 2) return row;
  const version = String(row.version);
  throw new AssayError(problems.UNKNOWN_VERSION("quarantine", { format: "quarantined rows", version }));
}

export class Quarantine {
  readonly #file: FileHandle;
  #bytes: number;
  readonly #rows: QuarantinedRow[];
  readonly #ids: Set<string>;
  readonly #schema: HistorySchema;

  constructor(file: FileHandle, bytes: number, rows: QuarantinedRow[], schema: HistorySchema) {
    this.#file = file;
    this.#bytes = bytes;
    this.#rows = rows;
    this.#ids = new Set(rows.map(({ id }) => id));
    this.#schema = schema;
  }

  /** Durable when it resolves. Throws ASSAY_HISTORY_LOG_FULL where the disk is full; nothing is half kept. */
  async add(refused: readonly RefusedRow[], receivedAt: Instant): Promise<void> {
    const fresh = this.#unseen(refused.map((one) => entryOf(one, receivedAt, this.#schema)));
    if (fresh.length === 0) return;
    const text = Buffer.from(fresh.map((entry) => `${canonicalJson(entry)}\n`).join(""));
    try {
      await this.#file.appendFile(text);
      await this.#file.datasync();
    } catch (error) {
      await this.#file.truncate(this.#bytes);
      throw isDiskFull(error) ? new AssayError(problems.LOG_FULL("quarantine", {}), { cause: error }) : error;
    }
    this.#bytes += text.length;
    for (const entry of fresh) {
      this.#ids.add(entry.id);
      this.#rows.push(entry);
    }
  }

  #unseen(entries: readonly QuarantinedRow[]): QuarantinedRow[] {
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    return [...byId.values()].filter(({ id }) => !this.#ids.has(id));
  }

  /** In the order they came, `limit` rows after the one called `after`. */
  list(page: { readonly after?: string; readonly limit: number }): readonly QuarantinedRow[] {
    const start = page.after === undefined ? 0 : this.#rows.findIndex(({ id }) => id === page.after) + 1;
    return this.#rows.slice(start, start + page.limit);
  }

  counts(): { readonly total: number; readonly byCode: { readonly [code: string]: number } } {
    const byCode: Record<string, number> = {};
    for (const { code } of this.#rows) byCode[code] = (byCode[code] ?? 0) + 1;
    return { total: this.#rows.length, byCode };
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function entryOf(
  { raw, source, row, problem }: RefusedRow,
  receivedAt: Instant,
  schema: HistorySchema,
): QuarantinedRow {
  const payload = keepable(raw, schema);
  const { code, thing, rule, wayOut, nearest } = problem;
  const id = hashJson([source, code, thing, payload]).slice(0, 16);
  const near = nearest === undefined ? {} : { nearest };
  return { version: 2, id, source, row, receivedAt, code, thing, rule, wayOut, ...near, payload };
}

/** What of a refused row may be kept. */
export function keepable(raw: unknown, schema: HistorySchema): KeptPayload {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    const text = typeof raw === "string" ? raw : (JSON.stringify(raw) ?? typeof raw);
    return { kind: "hashed", sha256: hashText(text), length: text.length };
  }
  const removed: string[] = [];
  const payload: Record<string, unknown> = {};
  const entries: readonly (readonly [string, unknown])[] = Object.entries(raw);
  for (const [key, value] of entries) {
    if (key === "fields" && typeof value === "object" && value !== null && !Array.isArray(value))
      payload["fields"] = openFields(value, raw, schema, removed);
    else if (isKeepableKey(key, value)) payload[key] = value;
    else removed.push(shownName(key));
  }
  return { kind: "object", payload, removed: removed.sort() };
}

function openFields(fields: object, raw: object, schema: HistorySchema, removed: string[]): Record<string, unknown> {
  const open = openFieldNodes("event" in raw ? raw.event : undefined, schema);
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (open(name).some((field) => isKeepable(value, field))) kept[name] = value;
    else removed.push(`fields.${shownName(name)}`);
  }
  return kept;
}

/** The field of the event type, if unprotected; of a type that is not known, that of every type if protected in none. */
function openFieldNodes(event: unknown, schema: HistorySchema): (name: string) => readonly FieldNode[] {
  const known = typeof event === "string" && Object.hasOwn(schema, event) ? schema[event] : undefined;
  const nodes = known === undefined ? Object.values(schema) : [known];
  return (name) => {
    const fields = nodes.flatMap((node) => (Object.hasOwn(node.fields, name) ? [node.fields[name]!] : []));
    return fields.every(({ protection }) => protection === "none") ? fields : [];
  };
}

/** The name of what was left out; one that no program would give may itself be a value. */
function shownName(name: string): string {
  return isName(name) ? name : `a name of ${name.length} characters`;
}
