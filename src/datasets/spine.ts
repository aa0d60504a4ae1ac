// The rows of a training set before it has values: who was decided on, when, and what was asked.

import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { AssayError, canonicalJson, type Hash, parseInstant } from "../base/index.ts";
import { problems } from "./errors.ts";

export interface SpineRow {
  readonly decisionId: string;
  /** Microseconds. */
  readonly t: number;
  readonly parties: { readonly [role: string]: string };
  /** Request fields as text in major units. */
  readonly asked: { readonly [field: string]: string };
}

/** Rows as canonical text, one a line: what a manifest's `spine` hashes and `spineRowsOf` reads. */
export function spineText(spine: readonly SpineRow[]): string {
  return spine.map(spineLine).join("\n");
}

const HASHED_ROWS = 1024;

/** Of `spineText`, without the text of all rows at once. */
export function spineHashOf(spine: readonly SpineRow[]): Hash {
  const hash = createHash("sha256");
  for (let from = 0; from < spine.length; from += HASHED_ROWS) {
    if (from > 0) hash.update("\n");
    hash.update(spineText(spine.slice(from, from + HASHED_ROWS)));
  }
  return hash.digest("hex");
}

// Hot path: the canonical JSON of a row, whose members are known and in order.
function spineLine({ asked, decisionId, parties, t }: SpineRow): string {
  const who = `"decisionId":${canonicalJson(decisionId)},"parties":${textMap(parties)}`;
  return `{"asked":${textMap(asked)},${who},"t":${canonicalJson(t)}}`;
}

function textMap(map: { readonly [key: string]: string }): string {
  return Object.keys(map).length === 0 ? "{}" : canonicalJson(map);
}

export function spineRowsOf(text: string): SpineRow[] {
  return text.split("\n").map((line) => JSON.parse(line) as SpineRow);
}

/** Reads newline-delimited JSON, version 1 (a row may say so); the first bad row stops it, by number. */
export async function readSpine(file: string): Promise<SpineRow[]> {
  const rows: SpineRow[] = [];
  const seen = new Set<string>();
  let lineNumber = 0;
  for await (const line of (await openSpine(file)).readLines()) {
    lineNumber++;
    if (line.trim() === "") continue;
    const row = spineRow(line, `row ${lineNumber} of ${file}`);
    if (seen.has(row.decisionId)) throw new AssayError(problems.REPEATED_DECISION(`row ${lineNumber} of ${file}`));
    seen.add(row.decisionId);
    rows.push(row);
  }
  if (rows.length === 0) throw new AssayError(problems.EMPTY_SPINE(file));
  return rows;
}

async function openSpine(file: string): Promise<FileHandle> {
  return await open(file).catch((error: Error) => {
    throw new AssayError(problems.NO_SPINE(file, { why: error.message }), { cause: error });
  });
}

const LINE = 'Write one JSON object a line: {"decisionId", "t", "parties": {role: entity}, "asked": {field: amount}}';

function spineRow(line: string, thing: string): SpineRow {
  const refuse = (why: string) => new AssayError(problems.BAD_SPINE_ROW(thing, { why, wayOut: LINE }));
  const raw = parsed(line);
  if (raw === undefined) throw refuse("it is no JSON object");
  if (raw["version"] !== undefined && raw["version"] !== 1)
    throw refuse(`version ${JSON.stringify(raw["version"])} of spine rows is not known here`);
  const t = typeof raw["t"] === "string" ? parseInstant(raw["t"]) : undefined;
  if (t === undefined) throw refuse('"t" is no instant with an offset');
  if (typeof raw["decisionId"] !== "string") throw refuse('"decisionId" is no text');
  if (!isTextRecord(raw["parties"])) throw refuse('"parties" is no map of role to entity');
  if (!isTextRecord(raw["asked"] ?? {})) throw refuse('"asked" is no map of field to text');
  const asked = (raw["asked"] ?? {}) as SpineRow["asked"];
  return { decisionId: raw["decisionId"], t, parties: raw["parties"], asked };
}

function parsed(line: string): { readonly [key: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as never) : undefined;
  } catch {
    return undefined;
  }
}

function isTextRecord(value: unknown): value is { readonly [key: string]: string } {
  return (
    typeof value === "object" && value !== null && Object.values(value).every((entry) => typeof entry === "string")
  );
}
