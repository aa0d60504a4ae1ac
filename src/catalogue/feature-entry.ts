// The catalogue: every feature that is defined or in force, with who answers for it, how it is computed, who uses it, what was
// seen of it where the bundle was made, and how fresh the events are that it reads. Both doors show it; neither assembles it.

import type { Hash } from "../base/index.ts";
import { explainColumns, isPlan, planFeatures } from "../compile/index.ts";
import {
  type Catalogue,
  type FeatureNode,
  type FeatureSetNode,
  featureHashes,
  printValue,
  readsOf,
} from "../define/index.ts";
import type { FeedState, ProfileDocument } from "../monitoring/index.ts";
import type { BundleDocument } from "../policy/index.ts";
import { bundleCatalogue } from "./bundle-definitions.ts";
import { type Lineage, lineageOf } from "./lineage.ts";
import { type FeaturePlace, featuresIn, fullName } from "./subject.ts";
import { requestOf, schemaIn } from "./surroundings.ts";
import { type User, usersBeyond } from "./users.ts";

/** How one source delivers an event that a feature reads. */
export interface FeedFreshness {
  readonly event: string;
  readonly source: string;
  readonly delayMicros: number;
  /** Of its events, those known later than declared; null where none was counted. */
  readonly lateShare: number | null;
  /** ISO 8601, as the latest report saw it; null where there is no report or nothing came. */
  readonly newestKnownAt: string | null;
}

/** What was seen of a column where the bundle in force was made. */
export interface ColumnSeen {
  /** `role.feature` */
  readonly column: string;
  readonly rows: number;
  /** Missing kind → share of the rows. */
  readonly missing: { readonly [kind: string]: number };
  readonly sketch: ProfileDocument["columns"][string]["sketch"];
}

export interface FeatureEntry {
  readonly set: string;
  readonly name: string;
  readonly entity: string;
  readonly sentence: string;
  readonly feature: FeatureNode;
  readonly expression: string;
  readonly reason: string | null;
  readonly owner: string | null;
  readonly use: string | null;
  readonly meaningHash: Hash;
  /** Event types it reads, of linked entities too. */
  readonly events: readonly string[];
  readonly users: readonly User[];
  /** "same": it serves as defined here. "other": a bundle serves another meaning. "gone": served, and defined no more. */
  readonly inForce: "same" | "other" | "gone" | "no";
  /** `role.feature` in the bundle in force. */
  readonly columns: readonly string[];
  readonly seen: readonly ColumnSeen[];
  readonly feeds: readonly FeedFreshness[];
}

export interface CatalogueGround {
  /** Of the workspace; null where only the bundle is known. */
  readonly definitions: Catalogue | null;
  readonly bundle: BundleDocument | null;
  readonly profile: ProfileDocument | null;
  readonly lateness: readonly Omit<FeedFreshness, "newestKnownAt">[];
  /** Of the latest report; empty where there is none. */
  readonly feeds: readonly FeedState[];
}

/** In the order they are defined; those that only the bundle holds come last. */
export function featureCatalogue(ground: CatalogueGround): FeatureEntry[] {
  const served = servedBy(ground.bundle);
  const defined = ground.definitions === null ? [] : entriesOf(ground.definitions, ground, served, "no");
  const known = new Set(defined.map(({ set, name }) => `${set}.${name}`));
  const held =
    served.catalogue === null
      ? []
      : entriesOf(served.catalogue, ground, served, ground.definitions === null ? "same" : "gone");
  return [...defined, ...held.filter(({ set, name }) => !known.has(`${set}.${name}`))];
}

/** Where a feature of the catalogue comes from and goes to; undefined where it holds no such feature. */
export function featureLineage(
  { definitions, bundle, lateness }: CatalogueGround,
  set: string,
  name: string,
): Lineage | undefined {
  const sources = Object.fromEntries(
    [...Map.groupBy(lateness, ({ event }) => event)].map(([event, feeds]) => [
      event,
      [...new Set(feeds.map(({ source }) => source))],
    ]),
  );
  for (const catalogue of [definitions, bundle && bundleCatalogue(bundle)]) {
    const place =
      catalogue && featuresIn(catalogue).find((each) => each.definition.node.name === set && each.name === name);
    if (catalogue && place) return lineageOf(place, catalogue, sources);
  }
  return undefined;
}

interface Served {
  readonly catalogue: Catalogue | null;
  /** `set.feature` → meaning hash. */
  readonly hashes: ReadonlyMap<string, Hash>;
  /** Set → roles. */
  readonly roles: ReadonlyMap<string, readonly string[]>;
}

function servedBy(bundle: BundleDocument | null): Served {
  if (bundle === null) return { catalogue: null, hashes: new Map(), roles: new Map() };
  const catalogue = bundleCatalogue(bundle);
  const roles = Map.groupBy(Object.entries(bundle.roles), ([, set]) => set);
  return {
    catalogue,
    hashes: new Map(bundle.featureSets.flatMap(({ node }) => [...hashesOf(node, catalogue)])),
    roles: new Map([...roles].map(([set, bound]) => [set, bound.map(([role]) => role)])),
  };
}

function hashesOf(set: FeatureSetNode, catalogue: Catalogue): Map<string, Hash> {
  return new Map([...featureHashes({ set, catalogue })].map(([name, hash]) => [`${set.name}.${name}`, hash]));
}

function entriesOf(
  catalogue: Catalogue,
  ground: CatalogueGround,
  served: Served,
  unserved: "no" | "same" | "gone",
): FeatureEntry[] {
  const sets = new Map<FeatureSetNode, SetFacts>();
  return featuresIn(catalogue).map((place) => {
    const { node } = place.definition;
    const facts = sets.get(node) ?? setFacts(node, catalogue);
    sets.set(node, facts);
    return entryOf(place, catalogue, facts, ground, served, unserved);
  });
}

interface SetFacts {
  readonly hashes: ReadonlyMap<string, Hash>;
  readonly sentences: ReadonlyMap<string, string>;
}

function setFacts(node: FeatureSetNode, catalogue: Catalogue): SetFacts {
  const plan = planFeatures(node, schemaIn(catalogue), requestOf(node, catalogue));
  const columns = isPlan(plan) ? explainColumns(plan) : [];
  return {
    hashes: hashesOf(node, catalogue),
    sentences: new Map(columns.map(({ name, sentence }) => [name, sentence])),
  };
}

function entryOf(
  place: FeaturePlace,
  catalogue: Catalogue,
  { hashes, sentences }: SetFacts,
  ground: CatalogueGround,
  served: Served,
  unserved: "no" | "same" | "gone",
): FeatureEntry {
  const { definition, name, feature } = place;
  const { node: set, document } = definition;
  const meaningHash = hashes.get(fullName(place))!;
  const inService = served.hashes.get(fullName(place));
  const columns = inService === undefined ? [] : (served.roles.get(set.name) ?? []).map((role) => `${role}.${name}`);
  const events = [...new Set(readsOf(feature.value).flatMap((read) => ("event" in read ? [read.event] : [])))];
  return {
    set: set.name,
    name,
    entity: set.entity,
    sentence: sentences.get(name) ?? printValue(feature.value),
    feature,
    expression: printValue(feature.value),
    reason: document.texts[name] ?? null,
    owner: document.owner,
    use: document.use,
    meaningHash,
    events,
    users: usersBeyond({ kind: "features", name: set.name, feature: name }, catalogue),
    inForce:
      inService === undefined ? "no" : unserved === "no" ? (inService === meaningHash ? "same" : "other") : unserved,
    columns,
    seen: columns.flatMap((column) => seenOf(column, ground.profile)),
    feeds: feedsOf(events, ground),
  };
}

function seenOf(column: string, profile: ProfileDocument | null): ColumnSeen[] {
  const seen = profile?.columns[column];
  if (seen === undefined) return [];
  const absent = Object.values(seen.missing).reduce((sum, rows) => sum + rows, 0);
  const rows = seen.sketch.n + absent;
  const missing = Object.fromEntries(Object.entries(seen.missing).map(([kind, of]) => [kind, of / rows]));
  return [{ column, rows, missing, sketch: seen.sketch }];
}

function feedsOf(events: readonly string[], { lateness, feeds }: CatalogueGround): FeedFreshness[] {
  return lateness
    .filter(({ event }) => events.includes(event))
    .map((feed) => {
      const latest = feeds.find(({ event, source }) => event === feed.event && source === feed.source);
      return { ...feed, newestKnownAt: latest?.newestKnownAt ?? null };
    });
}
