// The relations of a set: which other entities its values reach, by which reference, and what they read there. Equal
// references are one relation, and equal values in it one column. Planning and back-fills both go by this order.

import { canonicalJson, invariant } from "../base/index.ts";
import { type FeatureSetNode, partsOf, unitOfValue, type ValueNode } from "../define/index.ts";
import { fieldsOf } from "./row.ts";

export type LinkNode = ValueNode & { readonly kind: "aggregate" };
export type RelatedNode = ValueNode & { readonly kind: "related" };

export interface Relation {
  /** The reference, an aggregate of the set's own entity. */
  readonly link: LinkNode;
  /** What is read of the entity it names, as a set of that entity. */
  readonly set: FeatureSetNode;
}

export function relationsOf(name: string, values: readonly ValueNode[]): readonly Relation[] {
  const links = new Map<string, { readonly link: LinkNode; readonly values: Map<string, ValueNode> }>();
  for (const node of values.flatMap(relatedIn)) {
    const link = linkOf(node);
    const key = canonicalJson(link);
    const known = links.get(key) ?? { link, values: new Map() };
    links.set(key, known);
    known.values.set(canonicalJson(node.value), node.value);
  }
  return [...links.values()].map(({ link, values: read }) => ({ link, set: setOf(name, link, [...read.values()]) }));
}

/** Where a related value stands among the columns of all relations. */
export function placeOfRelated(relations: readonly Relation[], node: RelatedNode): number {
  const [link, value] = [canonicalJson(node.link), canonicalJson(node.value)];
  let before = 0;
  for (const relation of relations) {
    const { features } = relation.set;
    if (canonicalJson(relation.link) === link) {
      return before + features.findIndex(({ feature }) => canonicalJson(feature.value) === value);
    }
    before += features.length;
  }
  throw new Error("a related value outside its own relations");
}

function relatedIn(value: ValueNode): RelatedNode[] {
  return value.kind === "related" ? [value] : partsOf(value).flatMap(relatedIn);
}

function linkOf({ link }: RelatedNode): LinkNode {
  invariant(link.kind === "aggregate", "a link is an aggregate in a checked definition");
  return link;
}

function setOf(name: string, link: LinkNode, values: readonly ValueNode[]): FeatureSetNode {
  const features = values.map((value, place) => {
    const unit = unitOfValue(value);
    invariant(unit !== null, "a related value has a unit in a checked definition");
    return { name: `related${place}`, feature: { value, unit, missing: [], worse: null } };
  });
  return { kind: "features", name, entity: entityNamed(link), features };
}

/** The kind of entity that a link names. */
export function entityNamed(link: LinkNode): string {
  const type = link.row === null ? undefined : fieldsOf(link.row)[0]?.type;
  invariant(type?.kind === "ref", "a link reads a reference in a checked definition");
  return type.entity;
}
