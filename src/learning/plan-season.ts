// A season is one pass from history to a bundle: build, train, judge. Its plan is read off the definitions before anything
// runs, so that a mistake is a sentence and not a failed night.

import { AssayError, type Hash, nearest } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import type { DatasetRole } from "../datasets/index.ts";
import {
  type BundleNode,
  bindReasons,
  type Catalogue,
  type Definition,
  type DefinitionNode,
  type FamilyNode,
  findDefinition,
  type LabelNode,
  type ModelNode,
  meaningHash,
  type PolicyNode,
  type ReasonLibraryNode,
  type RequestNode,
} from "../define/index.ts";
import { problems } from "./errors.ts";

export type CandidateNode = ModelNode & { readonly family: FamilyNode };

export interface SeasonRole extends DatasetRole {
  /** What each feature is called in a letter, where its definition says. */
  readonly texts: { readonly [feature: string]: string };
}

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
  readonly roles: readonly SeasonRole[];
  readonly schema: HistorySchema;
}

/** Throws ASSAY_LEARNING_UNKNOWN where the bundle, or what it names, is not in the catalogue. */
export function planSeason(catalogue: Catalogue, bundleName: string): SeasonPlan {
  const named = <K extends DefinitionNode["kind"]>(kind: K, name: string) => found(catalogue, kind, name, bundleName);
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
      const { node, document } = definition;
      return { role, set: node, meaningHash: meaningHash(definition, catalogue), texts: document.texts };
    }),
    schema: Object.fromEntries(nodes(catalogue, "event").map((event) => [event.name, event])),
  };
}

type NodeOf<K extends DefinitionNode["kind"]> = Extract<DefinitionNode, { readonly kind: K }>;

function found<K extends DefinitionNode["kind"]>(
  catalogue: Catalogue,
  kind: K,
  name: string,
  asker: string,
): Definition<NodeOf<K>> {
  const definition = findDefinition(catalogue, kind, name);
  if (definition !== undefined) return definition;
  const known = nodes(catalogue, kind).map((node) => node.name);
  throw new AssayError(problems.UNKNOWN(`${kind} "${name}"`, { asker }, { nearest: nearest(name, known) }));
}

function nodes<K extends DefinitionNode["kind"]>(catalogue: Catalogue, kind: K): NodeOf<K>[] {
  return catalogue.definitions.map(({ node }) => node).filter((node): node is NodeOf<K> => node.kind === kind);
}

function candidatesOf({ family, ...model }: ModelNode): CandidateNode[] {
  if (family.kind !== "contest") return [{ ...model, family }];
  return family.entries.map((entry) => ({ ...model, name: `${model.name}.${entry.name}`, family: entry.family }));
}
