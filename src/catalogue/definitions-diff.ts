// Two states of a workspace's definitions, definition by definition: what is new or gone, what means something else, where only
// words differ; then which columns a dataset must compute again and who stands on what changed.

import {
  type Catalogue,
  columnsToBuild,
  type Definition,
  type DefinitionNode,
  type FeatureSetNode,
  findDefinition,
  meaningHash,
} from "../define/index.ts";
import { type Facet, facetsOf, featureKey } from "./facets.ts";
import { isSet } from "./subject.ts";
import { type User, usersBeyond } from "./users.ts";

export interface FacetChange {
  readonly key: string;
  /** null where it was not there. */
  readonly before: string | null;
  /** null where it is gone. */
  readonly after: string | null;
  readonly means: boolean;
  /** Set where a feature goes by another name and computes the same. */
  readonly renamedFrom?: string;
}

export interface DefinitionChange {
  readonly kind: Definition["node"]["kind"];
  readonly name: string;
  /** "upstream": it says the same, and something it stands on means something else. */
  readonly change: "added" | "removed" | "meaning" | "upstream" | "words";
  readonly facets: readonly FacetChange[];
}

export interface ColumnsToBuild {
  readonly set: string;
  readonly built: readonly string[];
  readonly kept: readonly string[];
}

export interface DefinitionsDiff {
  readonly changes: readonly DefinitionChange[];
  /** Of sets that were there before and changed. */
  readonly columns: readonly ColumnsToBuild[];
  /** Who stands on a definition that means something else, and is not among the changes. */
  readonly touched: readonly User[];
  /** Some value, score or decision could differ. */
  readonly meaningsDiffer: boolean;
}

/** In the order of `after`, what is gone last. Both are free of problems. */
export function diffDefinitions(before: Catalogue, after: Catalogue): DefinitionsDiff {
  const changes = [
    ...after.definitions.flatMap((now) => changeOf(now, before, after)),
    ...before.definitions.filter((was) => same(was, after) === undefined).map((was) => removed(was, before)),
  ];
  const meant = changes.filter(({ change }) => change !== "words");
  return {
    changes,
    columns: after.definitions.filter(isSet).flatMap((now) => columnsOf(now, before, after)),
    touched: touchedBy(meant, before, after),
    meaningsDiffer: meant.length > 0,
  };
}

function same({ node }: Definition, catalogue: Catalogue): Definition | undefined {
  return findDefinition(catalogue, node.kind, node.name);
}

function changeOf(now: Definition, before: Catalogue, after: Catalogue): DefinitionChange[] {
  const { kind, name } = now.node;
  const was = same(now, before);
  if (was === undefined) return [{ kind, name, change: "added", facets: compared([], facetsOf(now, after)) }];
  const facets = [...compared(facetsOf(was, before), facetsOf(now, after)), ...reordered(was.node, now.node)];
  const other = meaningHash(was, before) !== meaningHash(now, after) || facets.some(({ means }) => means);
  if (!other && facets.length === 0) return [];
  if (!other) return [{ kind, name, change: "words", facets }];
  return [{ kind, name, change: facets.some(({ means }) => means) ? "meaning" : "upstream", facets }];
}

/** The order of a set's features is that of the columns everywhere. */
function reordered(was: DefinitionNode, now: DefinitionNode): FacetChange[] {
  if (was.kind !== "features" || now.kind !== "features") return [];
  const [old, fresh] = [was, now].map((set) => set.features.map(({ name }) => name)) as [string[], string[]];
  const [before, after] = [
    old.filter((name) => fresh.includes(name)).join(", "),
    fresh.filter((name) => old.includes(name)).join(", "),
  ];
  return before === after ? [] : [{ key: "order of columns", before, after, means: true }];
}

function removed(was: Definition, before: Catalogue): DefinitionChange {
  const { kind, name } = was.node;
  return { kind, name, change: "removed", facets: compared(facetsOf(was, before), []) };
}

function compared(before: readonly Facet[], after: readonly Facet[]): FacetChange[] {
  const renames = renamesIn(before, after);
  const old = byKey(before.map((facet) => underNewName(facet, renames)));
  const now = byKey(after);
  const fresh = after.flatMap((facet): FacetChange[] => {
    const was = old.get(facet.key);
    const { key, text, means } = facet;
    if (was?.facet.identity !== facet.identity) return [{ key, before: was?.facet.text ?? null, after: text, means }];
    const renamedFrom = facet.key === featureKey("feature", facet.feature ?? "") ? was.renamedFrom : undefined;
    return renamedFrom === undefined ? [] : [{ key, before: was.facet.text, after: text, means, renamedFrom }];
  });
  const gone = [...old]
    .filter(([key]) => !now.has(key))
    .map(([key, { facet }]): FacetChange => ({ key, before: facet.text, after: null, means: facet.means }));
  return [...fresh, ...gone];
}

interface OldFacet {
  readonly facet: Facet;
  readonly renamedFrom?: string;
}

function byKey(facets: readonly (Facet | OldFacet)[]): Map<string, OldFacet> {
  return new Map(facets.map((each) => ("facet" in each ? [each.facet.key, each] : [each.key, { facet: each }])));
}

/** New name of a feature → its old one: where a new feature computes what one did that is gone. */
function renamesIn(before: readonly Facet[], after: readonly Facet[]): ReadonlyMap<string, string> {
  const [old, now] = [featuresIn(before), featuresIn(after)];
  const renames = new Map<string, string>();
  for (const [name, identity] of now) {
    if (old.has(name)) continue;
    const from = [...old].find(
      ([was, meant]) => meant === identity && !now.has(was) && ![...renames.values()].includes(was),
    );
    if (from !== undefined) renames.set(name, from[0]);
  }
  return renames;
}

/** Feature → its meaning hash. */
function featuresIn(facets: readonly Facet[]): Map<string, string> {
  return new Map(
    facets.flatMap(({ key, feature, identity }) =>
      feature !== undefined && key === featureKey("feature", feature) ? [[feature, identity]] : [],
    ),
  );
}

function underNewName(facet: Facet, renames: ReadonlyMap<string, string>): OldFacet {
  const { feature, key } = facet;
  const renamed = [...renames].find(([, from]) => from === feature)?.[0];
  if (feature === undefined || renamed === undefined) return { facet };
  const what = key.slice(0, -feature.length - 1);
  return { facet: { ...facet, key: featureKey(what, renamed), feature: renamed }, renamedFrom: feature };
}

function columnsOf(now: Definition<FeatureSetNode>, before: Catalogue, after: Catalogue): ColumnsToBuild[] {
  const was = findDefinition(before, "features", now.node.name);
  if (was === undefined) return [];
  const { kept, built } = columnsToBuild({ set: was.node, catalogue: before }, { set: now.node, catalogue: after });
  return built.length === 0 ? [] : [{ set: now.node.name, built, kept }];
}

function touchedBy(changes: readonly DefinitionChange[], before: Catalogue, after: Catalogue): User[] {
  const users = changes.flatMap(({ kind, name }) => [
    ...usersBeyond({ kind, name }, after),
    ...usersBeyond({ kind, name }, before),
  ]);
  const listed = new Set(changes.map(({ kind, name }) => `${kind} ${name}`));
  return [...new Map(users.map((user) => [`${user.kind} ${user.name}`, user]))].flatMap(([called, user]) =>
    listed.has(called) ? [] : [user],
  );
}
