// A reason library bound to a bundle: members get the roles that their sets are bound to, and the own text of a scored feature
// in no group becomes an entry of its own.

import { find, findDefinition } from "./catalogue.ts";
import { memberParts } from "./names.ts";
import type { BundleNode, Catalogue, ModelNode, ReasonLibraryNode, ReasonNode } from "./nodes.ts";

/** A column some model of the bundle scores. */
export interface ScoredColumn {
  /** `role.feature`. */
  readonly column: string;
  readonly model: string;
  readonly set: string;
  readonly feature: string;
}

/** The library as a bundle document holds it: groups name `role.feature`, also of features that only a rule reads. */
export function bindReasons(bundle: BundleNode, catalogue: Catalogue): ReasonLibraryNode {
  const library = find(catalogue, "reasonLibrary", bundle.reasons);
  const roles = rolesOf(bundle, catalogue);
  const listed = (library?.reasons ?? []).map((reason) => ({ ...reason, group: columnsOf(reason.group, roles) }));
  const spoken = new Set(listed.filter((reason) => reason.when === null).flatMap((reason) => reason.group));
  const unspoken = scoredColumns(bundle.models, catalogue).filter(({ column }) => !spoken.has(column));
  const own = ownReasons(unspoken, catalogue);
  return { kind: "reasonLibrary", name: bundle.reasons, reasons: [...listed, ...own] };
}

/** Each column once, in the order of the models and their inputs. */
export function scoredColumns(names: readonly string[], catalogue: Catalogue): ScoredColumn[] {
  const columns = new Map<string, ScoredColumn>();
  for (const model of modelsNamed(names, catalogue)) {
    for (const column of columnsScored(model)) if (!columns.has(column.column)) columns.set(column.column, column);
  }
  return [...columns.values()];
}

function columnsScored(model: ModelNode): ScoredColumn[] {
  return model.inputs.flatMap(({ role, set, features }) =>
    features.map((feature) => ({ column: `${role}.${feature}`, model: model.name, set, feature })),
  );
}

interface Binding {
  readonly role: string;
  readonly set: string;
}

function rolesOf(bundle: BundleNode, catalogue: Catalogue): Binding[] {
  const inputs = modelsNamed([...bundle.models, ...bundle.shadow], catalogue).flatMap((model) => model.inputs);
  return inputs.filter(({ role }, i) => inputs.findIndex((other) => other.role === role) === i);
}

function modelsNamed(names: readonly string[], catalogue: Catalogue): ModelNode[] {
  return names.flatMap((name) => find(catalogue, "model", name) ?? []);
}

function columnsOf(group: readonly string[], roles: readonly Binding[]): string[] {
  return group.flatMap((member) => {
    const [set, feature] = memberParts(member);
    return roles.filter((binding) => binding.set === set).map(({ role }) => `${role}.${feature}`);
  });
}

/** One entry a feature with a text of its own, whatever roles it is scored under. */
function ownReasons(columns: readonly ScoredColumn[], catalogue: Catalogue): ReasonNode[] {
  const reasons = new Map<string, ReasonNode>();
  for (const { column, set, feature } of columns) {
    const en = findDefinition(catalogue, "features", set)?.document.texts[feature];
    if (en === undefined) continue;
    const name = `${set}.${feature}`;
    reasons.set(name, { name, text: { en }, group: [...(reasons.get(name)?.group ?? []), column], when: null });
  }
  return [...reasons.values()];
}
