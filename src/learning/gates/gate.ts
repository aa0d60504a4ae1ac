// What every gate answers: a verdict, a sentence and the numbers behind both. A gate is a function of what was drawn once for
// all of them and of its own declaration; it reads nothing by itself.

import type { GateDeclaration } from "../declaration.ts";
import type { GateResult, GateVerdict } from "../loop-document.ts";

export type Declared<G extends GateDeclaration["gate"]> = Extract<GateDeclaration, { readonly gate: G }>;

export type Answer = Pick<GateResult, "verdict" | "sentence" | "measured">;

const ORDER: readonly GateVerdict[] = ["fail", "inconclusive", "pass"];

/** Fail before inconclusive, inconclusive before pass; of nothing nobody can tell. */
export function worstOf(verdicts: readonly GateVerdict[]): GateVerdict {
  return ORDER.find((verdict) => verdicts.includes(verdict)) ?? "inconclusive";
}

export function cannotTell(sentence: string, measured: Answer["measured"] = {}): Answer {
  return { verdict: "inconclusive", sentence, measured };
}

/** Below it on either side of an outcome, the large-sample limits of an AUC promise too much. */
export const LEAST_OF_CLASS = 10;
