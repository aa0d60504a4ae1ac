// A bundle's definitions as a catalogue, beside what a workspace says now of the same things, so that the two compare. A bundle
// holds no labels, entities or owners, its model is the entry that won, and its reasons name roles: each side is brought to
// what both can say.

import { AssayError, canonicalJson } from "../base/index.ts";
import {
  type BundleNode,
  bindReasons,
  type Catalogue,
  type Definition,
  type DefinitionDocument,
  type DefinitionNode,
  findDefinition,
  type ModelNode,
} from "../define/index.ts";
import type { BundleDocument } from "../policy/index.ts";
import { problems } from "./errors.ts";

export interface BundleSides {
  readonly before: Catalogue;
  readonly after: Catalogue;
}

/** What no bundle holds stands on both sides. Throws ASSAY_CATALOGUE_NO_BUNDLE where `now` defines none of its name. */
export function bundleSides(document: BundleDocument, now: Catalogue): BundleSides {
  const defined = findDefinition(now, "bundle", document.name)?.node;
  if (defined === undefined) throw new AssayError(problems.NO_BUNDLE(`bundle "${document.name}"`));
  const both = now.definitions.filter(({ node }) => node.kind === "entity" || node.kind === "label");
  const after = reachedBy(defined, now).map((definition) => withBoundReasons(definition, defined, now));
  const held = heldNodes(document, defined, now).map((node) => asDefinition(node, document, now));
  return { before: { definitions: [...both, ...held] }, after: { definitions: [...both, ...after] } };
}

/** A bundle's definitions by themselves, its reasons by set again, so that whoever asks who uses a feature is answered. */
export function bundleCatalogue({
  events,
  request,
  roles,
  featureSets,
  models,
  policy,
  reasons,
}: BundleDocument): Catalogue {
  const bySet = (column: string): string => {
    const [role = "", ...name] = column.split(".");
    return [roles[role] ?? role, ...name].join(".");
  };
  const library = {
    ...reasons,
    reasons: reasons.reasons.map((reason) => ({ ...reason, group: reason.group.map(bySet) })),
  };
  const nodes: DefinitionNode[] = [...events, request, ...models.map(({ node }) => node), policy, library];
  return {
    definitions: [
      ...featureSets.map(({ node, texts = {} }) => ({
        node,
        document: { ...NOBODY, texts },
        place: null,
        problems: [],
      })),
      ...nodes.map((node) => ({ node, document: NOBODY, place: null, problems: [] })),
    ],
  };
}

/** The definitions that a bundle is built from, all events among them. */
function reachedBy(bundle: BundleNode, now: Catalogue): Definition[] {
  const models = bundle.models.flatMap((name) => findDefinition(now, "model", name)?.node ?? []);
  const policy = findDefinition(now, "policy", bundle.policy)?.node;
  const names: { readonly [kind: string]: readonly string[] } = {
    request: policy === undefined ? [] : [policy.request],
    features: models.flatMap(({ inputs }) => inputs.map(({ set }) => set)),
    model: bundle.models,
    policy: [bundle.policy],
    reasonLibrary: [bundle.reasons],
    bundle: [bundle.name],
  };
  return now.definitions.filter(({ node }) => node.kind === "event" || names[node.kind]?.includes(node.name) === true);
}

function withBoundReasons(definition: Definition, bundle: BundleNode, now: Catalogue): Definition {
  return definition.node.kind === "reasonLibrary" ? { ...definition, node: bindReasons(bundle, now) } : definition;
}

function heldNodes(document: BundleDocument, defined: BundleNode, now: Catalogue): DefinitionNode[] {
  const { events, request, featureSets, models, policy, reasons, jurisdiction } = document;
  const { owner, validator, intendedUse, limits } = document;
  const written = defined.baseline.model;
  const champion = models[0]!.node;
  return [
    ...events,
    request,
    ...featureSets.map(({ node }) => node),
    asWritten(champion, findDefinition(now, "model", written)?.node ?? champion),
    renamed(policy, champion.name, written),
    reasons,
    {
      ...defined,
      policy: policy.name,
      reasons: reasons.name,
      jurisdiction: jurisdiction.name,
      owner,
      validator,
      intendedUse,
      limits,
    },
  ];
}

/** The entry that won, as the contest it was written in, where that contest still has it as it was. */
function asWritten(champion: ModelNode, written: ModelNode): ModelNode {
  const { family } = written;
  const entered =
    family.kind === "contest" &&
    family.entries.some((entry) => canonicalJson(entry.family) === canonicalJson(champion.family));
  return { ...champion, name: written.name, family: entered ? family : champion.family };
}

/** A policy is bound to the model that won. */
function renamed<T>(node: T, from: string, to: string): T {
  if (typeof node !== "object" || node === null) return node;
  if (Array.isArray(node)) return node.map((part) => renamed(part as unknown, from, to)) as T;
  const entries = Object.entries(node).map(([key, value]: [string, unknown]) => {
    return [key, key === "model" && value === from ? to : renamed(value, from, to)] as const;
  });
  return Object.fromEntries(entries) as T;
}

/** Who answers for a definition is not in a bundle, so it is as it is now. */
function asDefinition(node: DefinitionNode, document: BundleDocument, now: Catalogue): Definition {
  const known = findDefinition(now, node.kind, node.name)?.document ?? NOBODY;
  const texts = document.featureSets.find((set) => set.node === node)?.texts ?? known.texts;
  return { node, document: { ...known, texts }, place: null, problems: [] };
}

const NOBODY: DefinitionDocument = { owner: null, use: null, description: null, texts: {} };
