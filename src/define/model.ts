// Models: which label is learnt from which feature sets, by which family, and what comes out, by name.

import type { Problem } from "../base/index.ts";
import { type AnyMember, memberFactsOf, type Output, operandOf } from "./condition.ts";
import { problems } from "./errors.ts";
import type { AnyFeatureSet, FeatureSet } from "./feature-set.ts";
import type { Label } from "./label.ts";
import type { Calibration, Family, OutputKind, PartFacts } from "./model-parts.ts";
import { at, called, checkColumnNames, checkName } from "./names.ts";
import type { ContestNode, FamilyNode, FeatureSetNode, LabelNode, ModelNode, OutputNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import { checkSettings } from "./settings.ts";
import { define, definedAs, factsAs } from "./thing.ts";

declare const MODEL: unique symbol;

/** A model: a definition with its named outputs. */
export interface Model<N extends string, O> {
  readonly [MODEL]: N;
  readonly outputs: { readonly [K in keyof O]: Output<N> };
}

type SetEntity<S> = S extends FeatureSet<string, infer E, unknown> ? E : never;

type Bound<E extends string, L extends string, R> =
  E extends SetEntity<R[keyof R]> ? R : `no feature set here is about ${E}, which label "${L}" is about`;

/**
 * Declares a model. `from` binds feature sets to the roles of the request; `features` picks some of their members.
 *
 *     export const pd = model("pd", { of: missedPayment, from: { applicant: review },
 *       family: xgboost({ depth: 4, trees: 300, monotone: true }),
 *       outputs: { pd: probability({ horizon: months(1, taipei) }) }, calibrate: isotonic({ on: "validation" }) });
 */
export function model<
  const N extends string,
  L extends string,
  E extends string,
  R extends { readonly [role: string]: AnyFeatureSet },
  const O extends { readonly [name: string]: OutputKind },
>(
  name: N,
  plan: {
    readonly of: Label<L, E>;
    readonly from: Bound<E, L, R>;
    readonly features?: readonly AnyMember[];
    readonly family: Family;
    readonly outputs: O;
    readonly calibrate?: Calibration;
  },
): Model<N, O> {
  const origin = new Origin();
  const reader = new PlanReader(`model "${called(name)}"`, origin);
  const label = reader.label(plan?.of);
  const node: ModelNode = {
    kind: "model",
    name: called(name),
    label: label.name,
    inputs: reader.inputs(label, plan?.from as object, plan?.features),
    family:
      reader.part<FamilyNode | ContestNode>("family", plan?.family, "a family such as scorecard({ … })") ?? NO_FAMILY,
    outputs: reader.outputs(plan?.outputs),
    calibrate: reader.calibration(plan?.calibrate),
  };
  const outputs: Record<string, object> = {};
  for (const output of node.outputs) {
    outputs[output.name] = operandOf({ kind: "output", model: node.name, output: output.name }, { kind: "number" });
  }
  const unknown = checkSettings(`model "${called(name)}"`, plan, SETTINGS, origin);
  const found = [...checkName("model", name, origin), ...unknown, ...reader.problems];
  return define({ outputs: Object.freeze(outputs) }, node, { problems: found, origin }) as never;
}

const SETTINGS = ["of", "from", "features", "family", "outputs", "calibrate"];

const NO_FAMILY: FamilyNode = { kind: "scorecard", bins: 2, l2: 0 };

class PlanReader {
  readonly problems: Problem[] = [];
  readonly #thing: string;
  readonly #origin: Origin;

  constructor(thing: string, origin: Origin) {
    this.#thing = thing;
    this.#origin = origin;
  }

  label(thing: unknown): { name: string; entity: string | null } {
    const label = definedAs<LabelNode>(thing, "label");
    if (label === undefined) this.#refuse("a label in of: …");
    return { name: label?.name ?? "", entity: label?.entity ?? null };
  }

  inputs(label: { name: string; entity: string | null }, from: object, picked: readonly unknown[] | undefined) {
    const bound = Object.entries(from ?? {}).map(([role, thing]) => {
      const set = definedAs<FeatureSetNode>(thing, "features");
      if (set === undefined) this.#refuse(`a feature set for role "${role}"`);
      return { role, set: set ?? NO_SET };
    });
    if (bound.length === 0) this.#refuse("at least one feature set in from: {…}");
    this.problems.push(...checkColumnNames(this.#thing, Object.keys(from ?? {}), this.#origin));
    this.#checkEntity(
      label,
      bound.map(({ set }) => set),
    );
    const picks =
      picked === undefined
        ? null
        : this.#picks(
            picked,
            bound.map(({ set }) => set.name),
          );
    return bound.map(({ role, set }) => ({ role, set: set.name, features: namesOf(set, picks) }));
  }

  outputs(outputs: object): OutputNode[] {
    const entries = Object.entries(outputs ?? {});
    if (entries.length === 0) this.#refuse("at least one output");
    this.problems.push(...checkColumnNames(this.#thing, Object.keys(outputs ?? {}), this.#origin));
    return entries.flatMap(([name, thing]) => {
      const expected = `an output such as probability({ horizon }) for "${name}"`;
      const node = this.part<{ readonly kind: "probability"; readonly horizon: string }>("output", thing, expected);
      return node === null ? [] : { ...node, name };
    });
  }

  calibration(thing: unknown): ModelNode["calibrate"] {
    const none = { method: "none", on: "validation" } as const;
    if (thing === undefined) return none;
    return this.part<ModelNode["calibrate"]>("calibration", thing, "a calibration such as isotonic({ … })") ?? none;
  }

  part<P>(is: PartFacts<P>["is"], thing: unknown, expected: string): P | null {
    const facts = factsAs<PartFacts<P>>(thing, is);
    if (facts === undefined) this.#refuse(expected);
    this.problems.push(...(facts?.problems ?? []));
    return facts?.node ?? null;
  }

  #checkEntity(label: { name: string; entity: string | null }, sets: readonly FeatureSetNode[]): void {
    if (label.entity === null || sets.some((set) => set.entity === label.entity)) return;
    const params = { sets: sets.map((set) => set.entity).join(", "), label: label.name, entity: label.entity };
    this.problems.push(problems.NO_SUCH_ENTITY_HERE(this.#thing, params, at(this.#origin)));
  }

  #picks(picked: readonly unknown[], sets: readonly string[]): ReadonlySet<string> {
    const picks = new Set<string>();
    for (const thing of picked) {
      const member = memberFactsOf(thing)?.node;
      if (member === undefined) this.#refuse("features of a set in features: […]");
      else if (sets.includes(member.set)) picks.add(`${member.set}.${member.feature}`);
      else this.problems.push(problems.NOT_BOUND(this.#thing, { set: member.set }, at(this.#origin)));
    }
    return picks;
  }

  #refuse(expected: string): void {
    this.problems.push(problems.BAD_ARGUMENT(this.#thing, { expected }, at(this.#origin)));
  }
}

const NO_SET: FeatureSetNode = { kind: "features", name: "", entity: "", features: [] };

function namesOf(set: FeatureSetNode, picks: ReadonlySet<string> | null): string[] {
  const names = set.features.map(({ name }) => name);
  return picks === null ? names : names.filter((name) => picks.has(`${set.name}.${name}`));
}
