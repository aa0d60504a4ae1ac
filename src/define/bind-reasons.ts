// A reason library bound to the models of a bundle: members get the roles they are scored under, features that no model of
// the bundle scores leave their groups, and a feature's own text becomes an entry of its own.

import { find, findDefinition } from "./catalogue.ts";
import type { BundleNode, Catalogue, ModelNode, ReasonLibraryNode, ReasonNode } from "./nodes.ts";

/** A column some model of the bundle scores. */
export interface ScoredColumn {
  /** `role.feature`. */
  readonly column: string;
  readonly model: string;
  readonly set: string;
  readonly feature: string;
}

/** The library as a bundle document holds it: groups name `role.feature`; each scored column lies in at most one group. */
export function bindReasons(bundle: BundleNode, catalogue: Catalogue): ReasonLibraryNode {
  const library = find(catalogue, "reasonLibrary", bundle.reasons);
  const columns = scoredColumns(bundle.models, catalogue);
  const listed = (library?.reasons ?? []).map((reason) => ({ ...reason, group: columnsIn(reason.group, columns) }));
  const spoken = new Set(listed.flatMap((reason) => reason.group));
  const own = ownReasons(
    columns.filter(({ column }) => !spoken.has(column)),
    catalogue,
  );
  return { kind: "reasonLibrary", name: bundle.reasons, reasons: [...listed, ...own] };
}

/** Each column once, in the order of the models and their inputs. */
export function scoredColumns(models: readonly string[], catalogue: Catalogue): ScoredColumn[] {
  const columns = new Map<string, ScoredColumn>();
  for (const name of models) {
    const model = find(catalogue, "model", name);
    for (const column of model === undefined ? [] : columnsOf(model)) {
      if (!columns.has(column.column)) columns.set(column.column, column);
    }
  }
  return [...columns.values()];
}

function columnsOf(model: ModelNode): ScoredColumn[] {
  return model.inputs.flatMap(({ role, set, features }) =>
    features.map((feature) => ({ column: `${role}.${feature}`, model: model.name, set, feature })),
  );
}

function columnsIn(group: readonly string[], columns: readonly ScoredColumn[]): string[] {
  return columns.filter(({ set, feature }) => group.includes(`${set}.${feature}`)).map(({ column }) => column);
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
