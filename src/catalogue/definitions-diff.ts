// Two states of a workspace's definitions, definition by definition: what is new or gone, what means something else, where only
// words differ; then which columns a dataset must compute again and who stands on what changed.

import { type Catalogue, columnsToBuild, type Definition, type FeatureSetNode, findDefinition, meaningHash } from "../define/index.ts";
import { type Facet, facetsOf } from "./facets.ts";
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
  /** Who stands on a definition that means something else, itself not among the changes listed as its own. */
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
  const facets = compared(facetsOf(was, before), facetsOf(now, after));
  const other = meaningHash(was, before) !== meaningHash(now, after) || facets.some(({ means }) => means);
  if (!other && facets.length === 0) return [];
  if (!other) return [{ kind, name, change: "words", facets }];
  return [{ kind, name, change: facets.some(({ means }) => means) ? "meaning" : "upstream", facets }];
}

function removed(was: Definition, before: Catalogue): DefinitionChange {
  const { kind, name } = was.node;
  return { kind, name, change: "removed", facets: compared(facetsOf(was, before), []) };
}

function compared(before: readonly Facet[], after: readonly Facet[]): FacetChange[] {
  const [old, now] = [byKey(before), byKey(after)];
  const gone = before.filter(({ key }) => !now.has(key));
  const renamed = renames(gone, after.filter(({ key }) => !old.has(key)));
  const fresh = after.flatMap((facet): FacetChange[] => {
    const was = old.get(facet.key);
    const { key, text, means } = facet;
    if (was?.identity === facet.identity) return [];
    const from = renamed.get(key);
    return [{ key, before: was?.text ?? null, after: text, means, ...(from === undefined ? {} : { renamedFrom: from }) }];
  });
  const lost = gone
    .filter(({ key }) => ![...renamed.values()].includes(key))
    .map(({ key, text, means }): FacetChange => ({ key, before: text, after: null, means }));
  return [...fresh, ...lost];
}

function byKey(facets: readonly Facet[]): Map<string, Facet> {
  return new Map(facets.map((facet) => [facet.key, facet]));
}

/** New key → the key it had: features whose meaning hash is among those that are gone. */
function renames(gone: readonly Facet[], fresh: readonly Facet[]): Map<string, string> {
  const left = gone.filter(({ key }) => key.startsWith("feature "));
  const found = new Map<string, string>();
  for (const { key, identity } of fresh.filter((facet) => facet.key.startsWith("feature "))) {
    const from = left.find((facet) => facet.identity === identity && ![...found.values()].includes(facet.key));
    if (from !== undefined) found.set(key, from.key);
  }
  return found;
}

function columnsOf(now: Definition<FeatureSetNode>, before: Catalogue, after: Catalogue): ColumnsToBuild[] {
  const was = findDefinition(before, "features", now.node.name);
  if (was === undefined) return [];
  const { kept, built } = columnsToBuild({ set: was.node, catalogue: before }, { set: now.node, catalogue: after });
  return built.length === 0 ? [] : [{ set: now.node.name, built, kept }];
}

function touchedBy(changes: readonly DefinitionChange[], before: Catalogue, after: Catalogue): User[] {
  const users = changes.flatMap(({ kind, name }) => [...usersBeyond({ kind, name }, after), ...usersBeyond({ kind, name }, before)]);
  return [...new Map(users.map((user) => [`${user.kind} ${user.name}`, user])).values()];
}
