// `assay.sequences` version 1: tokens as flat columns that can be mapped into memory, each entity's once, and for each row where
// its tokens begin and end and which in between it does not see. All arrays are little-endian; whoever reads only gathers.

import { AssayError, type Hash } from "../base/index.ts";
import type { TokenColumn } from "../compile/index.ts";
import { problems } from "./errors.ts";
import type { SplitName, SplitRule } from "./split.ts";

/** By what is in it; a column's is `column-0`, `column-1`, … */
export const FILES = {
  /** One a token: uint8, int64 microseconds. */
  kind: "kind.u8",
  at: "at.i64",
  /** One a row, in the order of decision ids: int64. Tokens of row i are `[start[i], end[i])` without its exceptions. */
  t: "row-t.i64",
  start: "row-start.i64",
  end: "row-end.i64",
  /** One more than rows: those of row i are `exceptions[from[i] : from[i + 1]]`, places of tokens, ascending. */
  exceptionsFrom: "row-exceptions.i64",
  exceptions: "exceptions.i64",
  /** `decision_id`, `entity`, `t`, `split`. */
  rows: "rows.parquet",
  fit: "fit.json",
} as const;

export function columnFile(index: number, { type }: Pick<TokenColumn, "type">): string {
  return `column-${index}.${type === "code" ? "i32" : "f32"}`;
}

export interface SequencesManifest {
  readonly format: "assay.sequences";
  readonly version: 1;
  readonly name: string;
  readonly sequence: {
    readonly name: string;
    readonly meaningHash: Hash;
    /** The most tokens of a row. */
    readonly length: number;
    /** What ages are told in: `floor((t - at) / ageMicros)`, an int32. */
    readonly ageMicros: number;
    /** The event of kind 1, of kind 2, … */
    readonly kinds: readonly string[];
  };
  /** Hash of `fit.json`. */
  readonly fit: Hash;
  readonly snapshot: Hash;
  /** Hash of the spine's rows. */
  readonly spine: Hash;
  readonly role: string;
  readonly split: {
    readonly rule: SplitRule;
    readonly role: string;
    readonly rows: { readonly [split in SplitName]: number };
  };
  readonly rows: number;
  readonly tokens: number;
  readonly exceptions: number;
  /** Numbers are float32, NaN where missing; codes are int32, 0 where missing. */
  readonly columns: readonly TokenColumn[];
  readonly files: { readonly [name: string]: { readonly sha256: Hash; readonly bytes: number } };
}

/** A kept manifest from its text. Throws ASSAY_DATASETS_UNKNOWN_VERSION. */
export function readSequencesManifest(text: string): SequencesManifest {
  const manifest = JSON.parse(text) as SequencesManifest;
  if (manifest.format === "assay.sequences" && manifest.version === 1) return manifest;
  const version = String(manifest.version);
  throw new AssayError(problems.UNKNOWN_VERSION(`sequences "${manifest.name}"`, { version }));
}
