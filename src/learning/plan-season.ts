// A season is one pass from history to a bundle: build, train, judge, bundle. Its plan is read off the definitions before
// anything runs, so that a mistake is a sentence and not a failed night.

import { AssayError, type Hash } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import {
  type BundleNode,
  type Catalogue,
  type ContestNode,
  type Definition,
  type DefinitionNode,
  type EventNode,
  type FeatureSetNode,
  findDefinition,
  type LabelNode,
  meaningHash,
  type ModelNode,
  type PolicyNode,
  type ReasonLibraryNode,
  type RequestNode,
} from "../define/index.ts";
import { problems } from "./errors.ts";

export interface SeasonPlan {
  readonly bundle: BundleNode;
  readonly policy: PolicyNode;
  readonly reasons: ReasonLibraryNode;
  readonly request: RequestNode;
  readonly label: { readonly node: LabelNode; readonly meaningHash: Hash };
  readonly contest: ContestNode;
  /** The contest's models, simplest first as written. */
  readonly candidates: readonly ModelNode[];
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
  const contest = named("contest", bundle.models[0]!).node;
  const candidates = contest.among.map((name) => named("model", name).node);
  const label = named("label", candidates[0]!.label);
  return {
    bundle,
    policy,
    reasons: named("reasonLibrary", bundle.reasons).node,
    request: named("request", policy.request).node,
    label: { node: label.node, meaningHash: meaningHash(label, catalogue) },
    contest,
    candidates,
    roles: candidates[0]!.inputs.map(({ role, set }) => {
      const definition = named("features", set);
      return { role, set: definition.node, meaningHash: meaningHash(definition, catalogue) };
    }),
    schema: schemaOf(catalogue),
  };
}

function schemaOf(catalogue: Catalogue): HistorySchema {
  const events = catalogue.definitions.map(({ node }) => node).filter((node): node is EventNode => node.kind === "event");
  return Object.fromEntries(events.map((event) => [event.name, event]));
}
