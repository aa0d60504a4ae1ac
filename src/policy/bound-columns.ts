// The columns a bundle decides on: for each role of the request with a feature set bound to it, the set's features in
// order, named `role.feature`. And their values for one person, laid out in that order.

import {
  invariant,
  type MissingKind,
  missingCode,
  missingKindOf,
  nearest,
  PRESENT,
  type Problem,
} from "../base/index.ts";
import type { FeatureNode } from "../define/index.ts";
import type { Row } from "../score/index.ts";
import type { BundleDocument } from "./bundle-document.ts";
import type { DecideInput, RecordedValue } from "./decision.ts";
import { problems } from "./errors.ts";

export interface BoundColumn {
  readonly name: string;
  readonly role: string;
  /** Place within the role's feature set. */
  readonly index: number;
  readonly feature: FeatureNode;
}

export function boundColumns(document: BundleDocument): BoundColumn[] {
  return Object.entries(document.roles).flatMap(([role, set]) => {
    const node = document.featureSets.find((candidate) => candidate.node.name === set)?.node;
    return (node?.features ?? []).map(({ name, feature }, index) => ({
      name: `${role}.${name}`,
      role,
      index,
      feature,
    }));
  });
}

export function checkRoles({ roles, request, featureSets }: BundleDocument): Problem[] {
  return Object.entries(roles).flatMap(([role, set]) => {
    const thing = `role ${role}`;
    const party = request.parties[role];
    const node = featureSets.find((candidate) => candidate.node.name === set)?.node;
    if (party === undefined) {
      const where = { nearest: nearest(role, Object.keys(request.parties)) };
      return [problems.UNKNOWN_NAME(thing, { what: `role of request ${request.name}`, name: role }, where)];
    }
    if (node === undefined) {
      const where = {
        nearest: nearest(
          set,
          featureSets.map((candidate) => candidate.node.name),
        ),
      };
      return [problems.UNKNOWN_NAME(thing, { what: "feature set", name: set }, where)];
    }
    if (node.entity === party.entity) return [];
    return [problems.UNKNOWN_NAME(thing, { what: `feature set about ${party.entity}`, name: set })];
  });
}

/** All bound values in one row; those of a party that takes no part are missing as "not linked". */
export function boundValues(columns: readonly BoundColumn[], values: DecideInput["values"]): Row {
  const numbers = new Float64Array(columns.length).fill(Number.NaN);
  const kinds = new Uint8Array(columns.length).fill(missingCode("not linked"));
  for (const [place, { name, role, index }] of columns.entries()) {
    const party = values[role];
    if (party === undefined) continue;
    const kind = party.kinds[index];
    const number = party.numbers[index];
    invariant(kind !== undefined && number !== undefined, `the values of ${role} have a place for ${name}`);
    invariant(Number.isNaN(number) === (kind !== PRESENT), `${name} is a number or missing by a kind, not both`);
    numbers[place] = number + 0;
    kinds[place] = kind;
  }
  return { values: numbers, kinds };
}

export function recordedValue(row: Row, place: number): RecordedValue {
  const missing = missingAt(row, place);
  return missing === null ? row.values[place]! : { missing };
}

export function missingAt(row: Row, place: number): MissingKind | null {
  return row.kinds[place] === PRESENT ? null : missingKindOf(row.kinds[place]!);
}
