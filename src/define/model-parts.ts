// The parts a model is declared from: families, outputs, calibrations.

import type { Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import { at } from "./names.ts";
import type { ContestNode, FamilyNode, ModelNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import { checkSettings } from "./settings.ts";
import { type Facts, factsAs, problemsOf, seal } from "./thing.ts";
import { horizonText, type Span } from "./window.ts";

declare const PART: unique symbol;

export interface Family {
  readonly [PART]: "family";
}

export interface OutputKind {
  readonly [PART]: "output";
}

export interface Calibration {
  readonly [PART]: "calibration";
}

export interface PartFacts<N> extends Facts {
  readonly is: "family" | "output" | "calibration";
  readonly node: N;
}

/** Gradient-boosted trees. `monotone` holds each feature to the direction of its reason. */
export function xgboost(settings: {
  readonly depth: number;
  readonly trees: number;
  readonly learningRate?: number;
  readonly monotone?: boolean;
  readonly minChildWeight?: number;
  readonly subsample?: number;
  readonly colsample?: number;
}): Family {
  const rest = { learningRate: 0.1, monotone: false, minChildWeight: 1, subsample: 1, colsample: 1 };
  const node: FamilyNode = { kind: "xgboost", ...rest, ...settings };
  const { depth, trees, learningRate, minChildWeight, subsample, colsample } = node;
  const whole = isCount(depth) && isCount(trees);
  const shares = [learningRate, subsample, colsample].every((share) => share > 0 && share <= 1);
  return family(
    node,
    TREE_SETTINGS,
    whole && shares && minChildWeight >= 0,
    "whole depth and trees above 0, and rates from 0 to 1",
  );
}

/** A logistic scorecard over binned features. `bins`: at most so many a feature; `l2`: strength of the ridge penalty. */
export function scorecard(settings: { readonly bins?: number; readonly l2?: number } = {}): Family {
  const node: FamilyNode = { kind: "scorecard", bins: 8, l2: 1, ...settings };
  return family(
    node,
    ["bins", "l2"],
    isCount(node.bins) && node.bins > 1 && node.l2 >= 0,
    "at least 2 bins and an l2 from 0",
  );
}

/**
 * Several families on the same rows, simplest first as written. The simplest within one paired standard error of the best,
 * by AUC on validation, decides; the runner-up scores in shadow.
 *
 *     family: contest({ scorecard: scorecard({ bins: 6 }), trees: xgboost({ depth: 3, trees: 200, monotone: true }) })
 */
export function contest(entries: { readonly [name: string]: Family }): Family {
  const facts = Object.entries(entries ?? {}).map(([name, entry]) => ({ name, facts: familyFactsOf(entry) }));
  const read = facts.flatMap(({ name, facts: found }) => (found === undefined ? [] : [{ name, family: found.node }]));
  const good = read.length > 1 && read.length === facts.length;
  const found = good
    ? []
    : badPart("contest", "at least two named families, such as { scorecard: scorecard({ … }), … }");
  const node: ContestNode = { kind: "contest", rule: "simplestWithinOneStandardError", entries: read };
  const inner = facts.flatMap(({ facts: entry }) => entry?.problems ?? []);
  return seal({}, { is: "family", node, problems: [...inner, ...found] } as PartFacts<unknown>) as Family;
}

/** The facts of a plain family: a contest holds no contest. */
function familyFactsOf(thing: unknown): PartFacts<FamilyNode> | undefined {
  const facts = factsAs<PartFacts<FamilyNode | ContestNode>>(thing, "family");
  return facts === undefined || facts.node.kind === "contest" ? undefined : (facts as PartFacts<FamilyNode>);
}

/** The output is the probability of bad within the horizon. */
export function probability(settings: { readonly horizon: Span<"fixed"> | Span<"calendar"> }): OutputKind {
  const horizon = horizonText(settings?.horizon);
  const found = horizon === undefined ? badPart("probability", "a horizon such as months(1, zone)") : [];
  const node = { kind: "probability", horizon: horizon ?? "" };
  return seal({}, {
    is: "output",
    node,
    problems: [...problemsOf(settings?.horizon), ...found],
  } as PartFacts<unknown>) as OutputKind;
}

/** Calibrates the output by isotonic regression on the validation part. */
export function isotonic(settings: { readonly on: "validation" }): Calibration {
  const found = settings?.on === "validation" ? [] : badPart("isotonic", '{ on: "validation" }');
  const node: ModelNode["calibrate"] = { method: "isotonic", on: "validation" };
  return seal({}, { is: "calibration", node, problems: found } as PartFacts<unknown>) as Calibration;
}

const TREE_SETTINGS = ["depth", "trees", "learningRate", "monotone", "minChildWeight", "subsample", "colsample"];

function family(node: FamilyNode, known: readonly string[], good: boolean, expected: string): Family {
  const unknown = checkSettings(node.kind, node, ["kind", ...known], new Origin());
  const found = good ? unknown : [...unknown, ...badPart(node.kind, expected)];
  return seal({}, { is: "family", node, problems: found } as PartFacts<unknown>) as Family;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value > 0;
}

function badPart(thing: string, expected: string): Problem[] {
  return [problems.BAD_ARGUMENT(thing, { expected }, at(new Origin()))];
}
