// What a sequence took from data: means and deviations, quantiles, words. A fit is a document named by its hash; it belongs to
// one meaning of a sequence, says up to when what it saw was known, and whom it saw (contract 9).

import { AssayError, type Hash } from "../base/index.ts";
import type { SequenceNode } from "../define/index.ts";
import { problems } from "./errors.ts";

/** What a fit says of one field, by how the field is written. */
export type EncodedField =
  | { readonly kind: "number" }
  /** In stored units; JSON keeps every bit of a double. */
  | { readonly kind: "scaled"; readonly mean: number; readonly deviation: number; readonly rows: number }
  /** Ascending, in stored units: a number's code is 1 and how many edges lie below it; 0 where it is missing. */
  | { readonly kind: "steps"; readonly edges: readonly number[]; readonly rows: number }
  /** Of words that ten entities or more used, the most frequent first: code 2 is the first word, 1 any other, 0 none. */
  | { readonly kind: "coded"; readonly words: readonly string[]; readonly rows: number };

/** `assay.sequence-fit` version 1. */
export interface SequenceFit {
  readonly format: "assay.sequence-fit";
  readonly version: 1;
  readonly sequence: string;
  /** Of the sequence that it belongs to. */
  readonly meaningHash: Hash;
  readonly snapshot: Hash;
  /** Nothing that became known, or happened, later was seen. */
  readonly fittedKnownUntil: string;
  /** Whom it saw: how many, and the first 16 hexadecimal digits of the SHA-256 of each id, ascending, without a gap. */
  readonly entities: { readonly count: number; readonly seen: string };
  /** One for each field of the sequence, by step. */
  readonly steps: readonly (readonly EncodedField[])[];
}

/** A kept fit from its text. Throws ASSAY_COMPILE_UNKNOWN_FIT. */
export function knownFit(text: string): SequenceFit {
  const fit = JSON.parse(text) as SequenceFit;
  if (fit.format === "assay.sequence-fit" && fit.version === 1) return fit;
  throw new AssayError(problems.UNKNOWN_FIT(`fit of "${String(fit.sequence)}"`, { version: String(fit.version) }));
}

/** Throws ASSAY_COMPILE_OTHER_FIT where a fit is not one of this sequence. */
export function checkFit(sequence: SequenceNode, meaningHash: Hash, fit: SequenceFit): void {
  const same = sequence.steps.every(({ fields }, step) =>
    fields.every(({ coding }, field) => fit.steps[step]?.[field]?.kind === coding.kind),
  );
  if (same && fit.meaningHash === meaningHash) return;
  throw new AssayError(problems.OTHER_FIT(`fit of "${fit.sequence}"`, { sequence: sequence.name }));
}
