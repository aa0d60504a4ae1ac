// Two hashes of a definition (contract 8). The meaning hash changes when a value could: expression, upstream schema and
// meanings, semantics. The document hash changes with words: texts, owners, uses. Delays are in neither, for `knownAt` is
// stored at ingest.

import { canonicalJson, type Hash, hashJson, SEMANTICS } from "../base/index.ts";
import { find } from "./catalogue.ts";
import { operandsOf } from "./conditions-read.ts";
import { endingsOf } from "./label-parts.ts";
import type {
  BundleNode,
  Catalogue,
  Definition,
  DefinitionNode,
  EndingsNode,
  EventNode,
  FeatureSetNode,
  LabelNode,
  ModelNode,
  PolicyNode,
  ReasonLibraryNode,
  RequestNode,
  SequenceNode,
  StreamNode,
  ValueNode,
} from "./nodes.ts";
import { normalFilter, normalValue } from "./normal-form.ts";
import { type Read, readsOf, streamReads } from "./reads.ts";
import { normalSequence, sequenceReads } from "./sequence-parts.ts";

/**
 * Hash of what a definition computes, given the definitions it stands on. The order of exports, the texts and the way a
 * filter was spelled do not enter; the semantics number and the fields it reads do.
 */
export function meaningHash(definition: Definition, catalogue: Catalogue): Hash {
  return hashJson({ semantics: SEMANTICS, meaning: meaningOf(definition.node, catalogue) });
}

/**
 * Hash of what one feature computes, whatever it is called and whichever features stand beside it: a column of a dataset may be
 * used again where it stays the same.
 */
function featureMeaningHash({ entity, value }: FeatureMeant, catalogue: Catalogue): Hash {
  const meaning = { entity, value: normalValue(value), reads: schemasRead(readsOf(value), catalogue) };
  return hashJson({ semantics: SEMANTICS, meaning });
}

interface FeatureMeant {
  readonly entity: string;
  readonly value: ValueNode;
}

/** A feature set among the definitions it stands on. */
export interface SetInPlace {
  readonly set: FeatureSetNode;
  readonly catalogue: Catalogue;
}

/**
 * The columns of a set that another version of it leaves as they are, and those that must be computed: new ones and those of
 * another meaning. One that was only renamed is kept.
 */
export function columnsToBuild(
  before: SetInPlace,
  after: SetInPlace,
): { readonly kept: string[]; readonly built: string[] } {
  const known = new Set(featureHashes(before).values());
  const hashes = [...featureHashes(after)];
  const names = (wanted: boolean) => hashes.filter(([, hash]) => known.has(hash) === wanted).map(([name]) => name);
  return { kept: names(true), built: names(false) };
}

/** Feature → meaning hash, in the set's order. */
export function featureHashes({ set, catalogue }: SetInPlace): Map<string, Hash> {
  const { entity, features } = set;
  return new Map(
    features.map(({ name, feature: { value } }) => [name, featureMeaningHash({ entity, value }, catalogue)]),
  );
}

/** Hash of a definition's texts, owner and use. */
export function documentHash(definition: Definition): Hash {
  const { node, document } = definition;
  return hashJson({ kind: node.kind, name: node.name, document, words: wordsOf(node) });
}

/** The words that a node itself holds beside its meaning. */
function wordsOf(node: DefinitionNode): unknown {
  if (node.kind === "reasonLibrary") return node.reasons.map(({ name, text }) => ({ name, text }));
  if (node.kind !== "bundle") return null;
  const { owner, intendedUse, validator, limits } = node;
  return { owner, intendedUse, validator, limits };
}

function meaningOf(node: DefinitionNode, catalogue: Catalogue): unknown {
  switch (node.kind) {
    case "entity":
      return node;
    case "event":
      return eventMeaning(node);
    case "request":
      return node;
    case "features":
      return setMeaning(node, catalogue);
    case "label":
      return labelMeaning(node, catalogue);
    case "sequence":
      return sequenceMeaning(node, catalogue);
    case "model":
      return modelMeaning(node, catalogue);
    case "reasonLibrary":
      return libraryMeaning(node);
    case "policy":
      return policyMeaning(node, catalogue);
    case "bundle":
      return bundleMeaning(node, catalogue);
  }
}

/** Who computes a published feature is part of what it is; how old it may be is part of each value that says so. */
function eventMeaning({ kind, name, entity, fields, published }: EventNode): unknown {
  return { kind, name, entity, fields, ...(published === undefined ? {} : { producer: published.producer }) };
}

function upstream(kind: DefinitionNode["kind"], name: string, catalogue: Catalogue): unknown {
  const node = find(catalogue, kind, name);
  return node === undefined ? { kind, name, unknown: true } : meaningOf(node, catalogue);
}

function setMeaning(node: FeatureSetNode, catalogue: Catalogue): unknown {
  const values = node.features.map(({ feature }) => feature.value);
  return {
    kind: node.kind,
    entity: node.entity,
    features: node.features.map(({ name, feature }) => ({ name, value: normalValue(feature.value) })),
    reads: schemasRead(values.flatMap(readsOf), catalogue),
  };
}

function labelMeaning(node: LabelNode, catalogue: Catalogue): unknown {
  const observed = node.observed.kind === "by" ? node.observed.value : null;
  const { endedBy, exclude } = node;
  const excluded = exclude?.map(({ value }) => value) ?? [];
  const values = [node.bad, node.unclear, observed, ...excluded].filter((value) => value !== null);
  return {
    kind: node.kind,
    entity: node.entity,
    bad: normalValue(node.bad),
    unclear: node.unclear && normalValue(node.unclear),
    endedBy: endedBy && normalEnding(endedBy),
    // Absent where there are none, so that the hashes of labels without them stay.
    ...(exclude && { exclude: exclude.map(({ name, value }) => ({ name, value: normalValue(value) })) }),
    observed: observed === null ? node.observed : { kind: "by", value: normalValue(observed) },
    reads: schemasRead(
      [...values.flatMap(readsOf), ...endingsOf(node).flatMap(({ stream }) => streamReads(stream))],
      catalogue,
    ),
  };
}

function sequenceMeaning(node: SequenceNode, catalogue: Catalogue): unknown {
  const { name: _, ...meant } = normalSequence(node);
  return { ...meant, reads: schemasRead(sequenceReads(node), catalogue) };
}

function normalEnding(endedBy: StreamNode | EndingsNode): unknown {
  const normal = (stream: StreamNode) => ({ ...stream, filter: stream.filter && normalFilter(stream.filter) });
  if (endedBy.kind === "stream") return normal(endedBy);
  return { ...endedBy, endings: endedBy.endings.map(({ name, stream }) => ({ name, stream: normal(stream) })) };
}

/** The declared form of each field read, so that an unrelated new field changes no hash. */
function schemasRead(reads: readonly Read[], catalogue: Catalogue): unknown {
  const schemas = reads.map((read) => schemaOf(read, catalogue));
  return [...new Map(schemas.map((schema) => [canonicalJson(schema), schema])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, schema]) => schema);
}

function schemaOf(read: Read, catalogue: Catalogue): unknown {
  if (read.kind === "event") {
    const producer = find(catalogue, "event", read.event)?.published?.producer;
    return { event: read.event, entity: read.entity, ...(producer === undefined ? {} : { producer }) };
  }
  const owner: EventNode | RequestNode | undefined =
    read.kind === "column" ? find(catalogue, "event", read.event) : find(catalogue, "request", read.request);
  return { ...read, declared: owner?.fields[read.field] ?? null };
}

function modelMeaning(node: ModelNode, catalogue: Catalogue): unknown {
  const inputs = node.inputs.map(({ role, set, features }) => ({
    role,
    features,
    worse: directionsOf(find(catalogue, "features", set), features),
    set: upstream("features", set, catalogue),
  }));
  return { ...node, label: upstream("label", node.label, catalogue), inputs };
}

/** Monotone families are fitted to the directions, so they are part of a model's meaning. */
function directionsOf(set: FeatureSetNode | undefined, features: readonly string[]): unknown {
  return features.map((name) => set?.features.find((member) => member.name === name)?.feature.worse ?? null);
}

function libraryMeaning(node: ReasonLibraryNode): unknown {
  return { kind: node.kind, reasons: node.reasons.map(({ name, group, when }) => ({ name, group, when })) };
}

function policyMeaning(node: PolicyNode, catalogue: Catalogue): unknown {
  const operands = node.rules.flatMap((rule) => (rule.kind === "bands" ? [] : operandsOf(rule.when)));
  const sets = operands.flatMap((operand) => (operand.kind === "value" ? [operand.set] : []));
  const outputs = operands.flatMap((operand) => (operand.kind === "output" ? [operand.model] : []));
  const models = [...outputs, ...node.rules.flatMap((rule) => (rule.kind === "bands" ? [rule.on.model] : []))];
  return {
    kind: node.kind,
    rules: node.rules,
    request: upstream("request", node.request, catalogue),
    sets: unique(sets).map((name) => upstream("features", name, catalogue)),
    models: unique(models).map((name) => upstream("model", name, catalogue)),
  };
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

function bundleMeaning(node: BundleNode, catalogue: Catalogue): unknown {
  return {
    kind: node.kind,
    policy: upstream("policy", node.policy, catalogue),
    models: node.models.map((name) => upstream("model", name, catalogue)),
    shadow: node.shadow.map((name) => upstream("model", name, catalogue)),
    reasons: upstream("reasonLibrary", node.reasons, catalogue),
    baseline: node.baseline,
    jurisdiction: node.jurisdiction,
  };
}
