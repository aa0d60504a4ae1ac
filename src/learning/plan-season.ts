// A season is one pass from history to a bundle: build, train, judge, bundle. Its plan is read off the definitions before
// anything runs, so that a mistake is a sentence and not a failed night.

import { AssayError, type Hash } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import {
  type BundleNode,
  type Catalogue,
  type Definition,
  type DefinitionNode,
  type EventNode,
  type FamilyNode,
  type FeatureSetNode,
  bindReasons,
  findDefinition,
  type LabelNode,
  meaningHash,
  type ModelNode,
  type PolicyNode,
  type ReasonLibraryNode,
  type RequestNode,
} from "../define/index.ts";
import { problems } from "./errors.ts";

export type CandidateNode = ModelNode & { readonly family: FamilyNode };

export interface SeasonPlan {
  readonly bundle: BundleNode;
  readonly policy: PolicyNode;
  readonly reasons: ReasonLibraryNode;
  readonly request: RequestNode;
  readonly label: { readonly node: LabelNode; readonly meaningHash: Hash };
  /** The model that the policy is written on. */
  readonly model: ModelNode;
  /** What is fitted for it, simplest first as written: itself, or the entries of its contest, named `model.entry`. */
  readonly candidates: readonly CandidateNode[];
  readonly roles: readonly { readonly role: string; readonly set: FeatureSetNode; readonly meaningHash: Hash }[];
  readonly schema: HistorySchema;
}

/** Throws ASSAY_LEARNING_UNKNOWN where the bundle, or what it names, is not in the catalogue. */
export function planSeason(catalogue: Catalogue, bundleName: string): SeasonPlan {
  const named = <K extends DefinitionNode["kind"]>(kind: K, name: string): Definition<Extract<DefinitionNode, { kind: K }>> => {
    const found = findDefinition(catalogue, kind, name);
    if (found === undefined) throw new AssayError(problems.UNKNOWN(`${kind} "${name}"`, { asker: bundleName }));
    return found as Definition<Extract<DefinitionNode, { kind: K }>>;
  };
  const bundle = named("bundle", bundleName).node;
  const policy = named("policy", bundle.policy).node;
  const model = named("model", bundle.baseline.model).node;
  const label = named("label", model.label);
  return {
    bundle,
    policy,
    reasons: bindReasons(bundle, catalogue),
    request: named("request", policy.request).node,
    label: { node: label.node, meaningHash: meaningHash(label, catalogue) },
    model,
    candidates: candidatesOf(model),
    roles: model.inputs.map(({ role, set }) => {
      const definition = named("features", set);
      return { role, set: definition.node, meaningHash: meaningHash(definition, catalogue) };
    }),
    schema: schemaOf(catalogue),
  };
}

function candidatesOf({ family, ...model }: ModelNode): CandidateNode[] {
  if (family.kind !== "contest") return [{ ...model, family }];
  return family.entries.map((entry) => ({ ...model, name: `${model.name}.${entry.name}`, family: entry.family }));
}

function schemaOf(catalogue: Catalogue): HistorySchema {
  const events = catalogue.definitions.map(({ node }) => node).filter((node): node is EventNode => node.kind === "event");
  return Object.fromEntries(events.map((event) => [event.name, event]));
}
