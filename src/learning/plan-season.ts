// A season is one pass from history to a bundle: build, train, judge. Its plan is read off the definitions before anything
// runs, so that a mistake is a sentence and not a failed night.

import type { DatasetRole } from "../datasets/index.ts";
import {
  type BundleNode,
  bindReasons,
  type Catalogue,
  type DefinitionNode,
  type FamilyNode,
  type ModelNode,
  meaningHash,
  type PolicyNode,
  type ReasonLibraryNode,
  type RequestNode,
} from "../define/index.ts";
import { definitionNamed, eventsOf } from "./named-definition.ts";
import type { DatasetPlan } from "./plan-dataset.ts";

export type CandidateNode = ModelNode & { readonly family: FamilyNode };

export interface SeasonRole extends DatasetRole {
  /** What each feature is called in a letter, where its definition says. */
  readonly texts: { readonly [feature: string]: string };
}

export interface SeasonPlan extends DatasetPlan {
  readonly bundle: BundleNode;
  readonly policy: PolicyNode;
  readonly reasons: ReasonLibraryNode;
  readonly request: RequestNode;
  /** The model that the policy is written on. */
  readonly model: ModelNode;
  /** What is fitted for it, simplest first as written: itself, or the entries of its contest, named `model.entry`. */
  readonly candidates: readonly CandidateNode[];
  readonly roles: readonly SeasonRole[];
}

/** Throws ASSAY_LEARNING_UNKNOWN where the bundle, or what it names, is not in the catalogue. */
export function planSeason(catalogue: Catalogue, bundleName: string): SeasonPlan {
  const named = <K extends DefinitionNode["kind"]>(kind: K, name: string) =>
    definitionNamed(catalogue, { kind, name }, `bundle "${bundleName}"`);
  const bundle = named("bundle", bundleName).node;
  const policy = named("policy", bundle.policy).node;
  const model = named("model", bundle.baseline.model).node;
  const label = named("label", model.label);
  return {
    name: bundle.name,
    bundle,
    policy,
    reasons: bindReasons(bundle, catalogue),
    request: named("request", policy.request).node,
    label: { node: label.node, meaningHash: meaningHash(label, catalogue) },
    model,
    candidates: candidatesOf(model),
    roles: model.inputs.map(({ role, set }) => {
      const definition = named("features", set);
      const { node, document } = definition;
      return { role, set: node, meaningHash: meaningHash(definition, catalogue), texts: document.texts };
    }),
    schema: eventsOf(catalogue),
  };
}

function candidatesOf({ family, ...model }: ModelNode): CandidateNode[] {
  if (family.kind !== "contest") return [{ ...model, family }];
  return family.entries.map((entry) => ({ ...model, name: `${model.name}.${entry.name}`, family: entry.family }));
}
