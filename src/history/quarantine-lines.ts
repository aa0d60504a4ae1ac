// The lines of the quarantine's file, version 3 in each: a row that was refused, or the word that one was mended and sent
// again. Nothing in the file is ever changed, so what is still open is what no later line resolves. Rows of versions 1
// and 2, from before rows could be mended, have no `kind`.

import { AssayError, hashJson, type Instant, type Problem } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import { problems } from "./errors.ts";
import type { Position } from "./event-log.ts";
import { type KeptPayload, keepable } from "./kept-payload.ts";

export interface RefusedRow {
  readonly raw: unknown;
  readonly source: string;
  readonly row: number;
  readonly problem: Problem;
}

export interface QuarantinedRow {
  /** Sentences of version 1 may quote the row; later ones tell only what it was. */
  readonly version: 1 | 2 | 3;
  readonly kind?: "row";
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

/** That the row called `id` was mended by `by` and taken in: it stands before `position`. */
export interface MendedLine {
  readonly version: 3;
  readonly kind: "mended";
  readonly id: string;
  readonly by: string;
  readonly mendedAt: Instant;
  readonly position: Position;
}

export type QuarantineLine = QuarantinedRow | MendedLine;

/** A row, and where it is mended, by whom and where it stands now. */
export interface QuarantineEntry extends QuarantinedRow {
  readonly mended?: Pick<MendedLine, "by" | "mendedAt" | "position">;
}

export function rowLine(
  { raw, source, row, problem }: RefusedRow,
  receivedAt: Instant,
  schema: HistorySchema,
): QuarantinedRow {
  const payload = keepable(raw, schema);
  const { code, thing, rule, wayOut, nearest } = problem;
  const id = hashJson([source, code, thing, payload]).slice(0, 16);
  const near = nearest === undefined ? {} : { nearest };
  return { version: 3, kind: "row", id, source, row, receivedAt, code, thing, rule, wayOut, ...near, payload };
}

/** Whole lines; what follows the last line break was cut short by a crash. Throws ASSAY_HISTORY_UNKNOWN_VERSION. */
export function readLines(bytes: Buffer): { readonly lines: QuarantineLine[]; readonly end: number } {
  const end = bytes.lastIndexOf(0x0a) + 1;
  const texts = bytes.subarray(0, end).toString("utf8").split("\n").slice(0, -1);
  return { lines: texts.map(readLine), end };
}

function readLine(text: string): QuarantineLine {
  const line = JSON.parse(text) as QuarantineLine;
  if (line.version >= 1 && line.version <= 3) return line;
  const version = String(line.version);
  throw new AssayError(problems.UNKNOWN_VERSION("quarantine", { format: "quarantined rows", version }));
}
