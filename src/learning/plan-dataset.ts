// What a training set or sequences are built of, read off the definitions: for a scientist who has features, a label or a
// sequence, and neither policy nor model yet.

import { AssayError, type Hash } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import type { DatasetRole } from "../datasets/index.ts";
import {
  type Catalogue,
  type FeatureSetNode,
  type LabelNode,
  meaningHash,
  type RequestNode,
  readsOf,
  type SequenceNode,
} from "../define/index.ts";
import { problems } from "./errors.ts";
import { definitionNamed, eventsOf } from "./named-definition.ts";

/** A definition for the party in a role; the role is called like its entity where none is given. */
export interface RoleOf {
  readonly role?: string;
  readonly name: string;
}

export interface DatasetPlan {
  /** What the training set is called. */
  readonly name: string;
  readonly schema: HistorySchema;
  /** What is asked; null where no feature reads it. */
  readonly request: RequestNode | null;
  /** The label and the split follow the party of the first one. */
  readonly roles: readonly DatasetRole[];
  readonly label: { readonly node: LabelNode; readonly meaningHash: Hash };
}

export interface SequencesPlan {
  readonly name: string;
  readonly schema: HistorySchema;
  readonly role: string;
  readonly sequence: { readonly node: SequenceNode; readonly meaningHash: Hash };
}

/**
 * Throws ASSAY_LEARNING_UNKNOWN; ONE_ROLE where two sets stand in one role; OTHER_ENTITY where the label is not about whom the first
 * set is about; TWO_REQUESTS.
 */
export function planDataset(catalogue: Catalogue, sets: readonly RoleOf[], labelName: string): DatasetPlan {
  const name = [...sets.map((set) => set.name), labelName].join("-");
  const asker = `dataset "${name}"`;
  const roles = sets.map((asked): DatasetRole => {
    const definition = definitionNamed(catalogue, { kind: "features", name: asked.name }, asker);
    const set = definition.node;
    return { role: asked.role ?? set.entity, set, meaningHash: meaningHash(definition, catalogue) };
  });
  const label = definitionNamed(catalogue, { kind: "label", name: labelName }, asker);
  checkRoles(roles, label.node);
  return {
    name,
    schema: eventsOf(catalogue),
    request: requestRead(catalogue, roles, asker),
    roles,
    label: { node: label.node, meaningHash: meaningHash(label, catalogue) },
  };
}

/** Throws ASSAY_LEARNING_UNKNOWN. */
export function planSequences(catalogue: Catalogue, { role, name }: RoleOf): SequencesPlan {
  const definition = definitionNamed(catalogue, { kind: "sequence", name }, "what is to be built");
  const sequence = { node: definition.node, meaningHash: meaningHash(definition, catalogue) };
  return { name, schema: eventsOf(catalogue), role: role ?? definition.node.entity, sequence };
}

function checkRoles(roles: readonly DatasetRole[], label: LabelNode): void {
  const [first] = roles;
  const again = roles.find(({ role }, i) => roles.findIndex((other) => other.role === role) < i);
  if (again !== undefined) {
    const other = roles.find(({ role }) => role === again.role)!;
    const params = { role: again.role, other: other.set.name, set: again.set.name };
    throw new AssayError(problems.ONE_ROLE(`feature set "${again.set.name}"`, params));
  }
  if (first === undefined || first.set.entity === label.entity) return;
  const params = { about: label.entity, set: first.set.name, entity: first.set.entity };
  throw new AssayError(problems.OTHER_ENTITY(`label "${label.name}"`, params));
}

function requestRead(catalogue: Catalogue, roles: readonly DatasetRole[], asker: string): RequestNode | null {
  const names = [...new Set(roles.flatMap(({ set }) => requestsOf(set)))];
  if (names.length > 1) throw new AssayError(problems.TWO_REQUESTS(asker, { requests: names.join(" and ") }));
  return names.length === 0 ? null : definitionNamed(catalogue, { kind: "request", name: names[0]! }, asker).node;
}

function requestsOf({ features }: FeatureSetNode): string[] {
  const reads = features.flatMap(({ feature }) => readsOf(feature.value));
  return reads.flatMap((read) => (read.kind === "asked" ? [read.request] : []));
}
