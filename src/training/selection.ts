// The choice among fitted models, by the rule that `evaluate` holds, with all that a reader of the choice needs: the
// figures, the sentence, and which model runs in shadow.

import { AssayError, invariant } from "../base/index.ts";
import { auc, chooseSimplest, type PairedDifference } from "../evaluate/index.ts";
import { problems } from "./errors.ts";

export interface RankedCandidate {
  readonly name: string;
  /** Rank: the simplest has the lowest. */
  readonly complexity: number;
  /** Assay's own margins on the validation rows. */
  readonly margins: Float64Array;
}

export interface CandidateFigures {
  readonly name: string;
  readonly complexity: number;
  readonly auc: number;
  readonly aucLow: number;
  readonly aucHigh: number;
  /** AUC of the best minus this one's, with its paired standard error; both 0 for the best. */
  readonly behind: number;
  readonly standardError: number;
}

export interface ModelChoice {
  readonly rule: string;
  readonly chosen: string;
  readonly best: string;
  /** The best of the others: what runs in shadow. */
  readonly runnerUp: string | null;
  readonly sentence: string;
  /** Simplest first. */
  readonly figures: readonly CandidateFigures[];
}

/** Applies the rule. `labels` are the validation outcomes, 1 bad; at least two of each. */
export function chooseModel(candidates: readonly RankedCandidate[], labels: ArrayLike<number>): ModelChoice {
  invariant(candidates.length > 0, "there is a model to choose");
  const bads = Array.from(labels).filter((label) => label === 1).length;
  if (bads < 2 || labels.length - bads < 2) {
    throw new AssayError(problems.TOO_FEW_OUTCOMES("the validation split", { bads, goods: labels.length - bads }));
  }
  const simplestFirst = candidates.toSorted((a, b) => a.complexity - b.complexity || (a.name < b.name ? -1 : 1));
  const { chosen, best, behindBest, rule } = chooseSimplest(
    simplestFirst.map(({ name, margins }) => ({ name, scores: margins })),
    labels,
  );
  const figures = simplestFirst.map((each, i) => figuresOf(each, behindBest[i]!.difference, labels));
  const others = figures.filter((each) => each.name !== chosen).toSorted((a, b) => b.auc - a.auc);
  const sentence = sentenceOf(
    rule,
    figures.find((each) => each.name === chosen)!,
    figures.find((each) => each.name === best)!,
  );
  return { rule, chosen, best, runnerUp: others[0]?.name ?? null, sentence, figures };
}

function figuresOf(
  { name, complexity, margins }: RankedCandidate,
  { difference, standardError }: PairedDifference,
  labels: ArrayLike<number>,
): CandidateFigures {
  const { value, low, high } = auc(margins, labels);
  return {
    name,
    complexity,
    auc: value!,
    aucLow: low!,
    aucHigh: high!,
    behind: difference!,
    standardError: standardError!,
  };
}

function sentenceOf(rule: string, chosen: CandidateFigures, best: CandidateFigures): string {
  const head = `"${chosen.name}" is chosen, ${rule}`;
  if (chosen === best) return `${head}: it is the best itself (AUC ${digits(best.auc)}).`;
  const figures = `AUC ${digits(chosen.auc)} against ${digits(best.auc)} of "${best.name}"`;
  return `${head}: ${figures}, ${digits(chosen.behind)} behind with standard error ${digits(chosen.standardError)}.`;
}

function digits(value: number): string {
  return value.toFixed(4);
}
