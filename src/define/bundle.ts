// Bundles: what is released as one: a policy, its models, those in shadow, the reasons and the baseline they are measured from.

import type { Problem } from "../base/index.ts";
import { type Output, outputFactsOf } from "./condition.ts";
import { operandsOf } from "./conditions-read.ts";
import { problems } from "./errors.ts";
import type { Model } from "./model.ts";
import { at, called, checkName } from "./names.ts";
import type { BundleNode, DefinitionNode, ModelNode, PolicyNode, ReasonLibraryNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import type { Policy } from "./policy.ts";
import type { AnyReasonLibrary } from "./reason.ts";
import { checkSettings } from "./settings.ts";
import { define, definedAs, type Facts, factsAs, problemsOf, seal } from "./thing.ts";

declare const BUNDLE: unique symbol;
declare const BASELINE: unique symbol;

export interface Bundle<N extends string> {
  readonly [BUNDLE]: N;
}

/** Rows that reasons are measured against, chosen by an output of model `R`. */
export interface Baseline<R extends string> {
  readonly [BASELINE]: R;
}

interface BaselineFacts extends Facts {
  readonly is: "baseline";
  readonly node: BundleNode["baseline"];
}

/** The `rows` rows that pass most narrowly: those just on the passing side of the cut-off. */
export function justAbove<R extends string>(choice: {
  readonly output: Output<R>;
  readonly rows: number;
  readonly on: "validation";
}): Baseline<R> {
  const facts = outputFactsOf(choice?.output);
  const good = facts !== undefined && Number.isInteger(choice.rows) && choice.rows > 0 && choice.on === "validation";
  const expected = 'a model output, a count of rows and on: "validation"';
  const found = good ? [] : [problems.BAD_ARGUMENT("justAbove", { expected }, at(new Origin()))];
  const { model = "", output = "" } = facts?.node ?? {};
  const node: BundleNode["baseline"] = { model, output, rows: choice?.rows ?? 0, on: "validation" };
  return seal({}, { is: "baseline", node, problems: found } satisfies BaselineFacts) as Baseline<R>;
}

type NameOf<M> = M extends Model<infer N, unknown> ? N : never;

type Reading<R extends string, M extends readonly unknown[], X> = [R] extends [NameOf<M[number]>]
  ? X
  : `reads model "${Exclude<R, NameOf<M[number]>>}", which models: […] does not hold`;

/**
 * Declares a bundle.
 *
 *     export const cardLines = bundle("card-lines", { policy: lineIncrease, models: [pd], reasons,
 *       baseline: justAbove({ output: pd.outputs.pd, rows: 200, on: "validation" }), jurisdiction: "US" });
 */
export function bundle<
  const N extends string,
  PN extends string,
  R extends string,
  B extends string,
  const M extends readonly Model<string, unknown>[],
>(
  name: N,
  parts: {
    readonly policy: Reading<R, M, Policy<PN, R>>;
    readonly models: M;
    readonly shadow?: readonly Model<string, unknown>[];
    readonly reasons: AnyReasonLibrary;
    readonly baseline: Reading<B, M, Baseline<B>>;
    readonly jurisdiction: string;
    /** What it may be used for, who answers for it, who validated it, and where it must not be used. */
    readonly intendedUse?: string;
    readonly owner?: string;
    readonly validator?: string;
    readonly limits?: readonly string[];
  },
): Bundle<N> {
  const origin = new Origin();
  const reader = new PartsReader(`bundle "${called(name)}"`, origin);
  const policy = reader.definition<PolicyNode>("policy", parts?.policy, "policy");
  const models = reader.definitions<ModelNode>("models", parts?.models, "model");
  const shadow = reader.definitions<ModelNode>("shadow", parts?.shadow ?? [], "model");
  const reasons = reader.definition<ReasonLibraryNode>("reasons", parts?.reasons, "reasonLibrary");
  const node: BundleNode = {
    kind: "bundle",
    name: called(name),
    policy: policy?.name ?? "",
    models: models.map((model) => model.name),
    shadow: shadow.map((model) => model.name),
    reasons: reasons?.name ?? "",
    baseline: reader.baseline(parts?.baseline),
    jurisdiction: called(parts?.jurisdiction),
    intendedUse: called(parts?.intendedUse ?? ""),
    owner: called(parts?.owner ?? ""),
    validator: called(parts?.validator ?? ""),
    limits: (parts?.limits ?? []).map(called),
  };
  reader.problems.push(...checkSettings(`bundle "${node.name}"`, parts, SETTINGS, origin));
  if (node.jurisdiction === "") reader.refuse('a jurisdiction such as "US"');
  reader.checkModels(policy, node);
  return define({}, node, { problems: [...checkName("bundle", name, origin), ...reader.problems], origin }) as never;
}

const SETTINGS = [
  "policy",
  "models",
  "shadow",
  "reasons",
  "baseline",
  "jurisdiction",
  "intendedUse",
  "owner",
  "validator",
  "limits",
];

class PartsReader {
  readonly problems: Problem[] = [];
  readonly #thing: string;
  readonly #origin: Origin;

  constructor(thing: string, origin: Origin) {
    this.#thing = thing;
    this.#origin = origin;
  }

  definition<D extends DefinitionNode>(part: string, thing: unknown, kind: D["kind"]): D | undefined {
    const node = definedAs<D>(thing, kind);
    if (node === undefined) this.refuse(`a ${kind} in ${part}`);
    return node;
  }

  definitions<D extends DefinitionNode>(part: string, list: readonly unknown[], kind: D["kind"]): D[] {
    if (!Array.isArray(list)) this.refuse(`a list in ${part}`);
    return [...(list ?? [])].flatMap((thing) => this.definition<D>(part, thing, kind) ?? []);
  }

  baseline(thing: unknown): BundleNode["baseline"] {
    const facts = factsAs<BaselineFacts>(thing, "baseline");
    if (facts === undefined) this.refuse("a baseline such as justAbove({ … })");
    this.problems.push(...problemsOf(thing));
    return facts?.node ?? { model: "", output: "", rows: 0, on: "validation" };
  }

  /** The policy and the baseline may read only models that are served. */
  checkModels(policy: PolicyNode | undefined, node: BundleNode): void {
    const read = new Set([...(policy === undefined ? [] : modelsRead(policy)), node.baseline.model]);
    for (const model of read) {
      if (model === "" || node.models.includes(model)) continue;
      this.problems.push(problems.MODEL_NOT_IN_BUNDLE(this.#thing, { model }, at(this.#origin)));
    }
  }

  refuse(expected: string): void {
    this.problems.push(problems.BAD_ARGUMENT(this.#thing, { expected }, at(this.#origin)));
  }
}

function modelsRead(policy: PolicyNode): string[] {
  return policy.rules.flatMap((rule) => {
    if (rule.kind === "bands") return rule.on.model;
    return operandsOf(rule.when).flatMap((operand) => (operand.kind === "output" ? operand.model : []));
  });
}
