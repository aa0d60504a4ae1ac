// A training set as columns. Per row: who, when, which split, what became of it, what was asked; then per feature a value
// and the kind of nothing where there is none.

import type { TableColumn } from "../storage/index.ts";
import type { DatasetRequest } from "./build.ts";
import type { DatasetRole, RoleValues, ValueColumn } from "./role-values.ts";
import type { SplitName } from "./split.ts";

/** The column that holds the kind of nothing of a feature: 0 where there is a value. */
export function kindColumn(name: string): string {
  return `${name}__missing`;
}

/** The column with the party of a role; the first role's is plain "entity". */
export function entityColumn(role: string, index: number): string {
  return index === 0 ? "entity" : `entity.${role}`;
}

export function datasetColumns(
  request: DatasetRequest,
  byRole: readonly RoleValues[],
  kept: readonly number[],
  splits: readonly SplitName[],
): TableColumn[] {
  const { spine, roles } = request;
  const text = (name: string, value: (row: number) => string): TableColumn => ({
    name,
    type: "varchar",
    values: kept.map(value),
  });
  const parties = roles.map(({ role }, i) => text(entityColumn(role, i), (row) => spine[row]!.parties[role] ?? ""));
  const asked = Object.keys(request.request?.fields ?? {}).map((name) =>
    text(`asked.${name}`, (row) => spine[row]!.asked[name] ?? ""),
  );
  return [
    text("decision_id", (row) => spine[row]!.decisionId),
    ...parties,
    { name: "t", type: "bigint", values: Float64Array.from(kept, (row) => spine[row]!.t) },
    text("split", (row) => splits[row]!),
    ...labelColumns(request, byRole[0]!, kept),
    ...asked,
    ...roles.flatMap((role, i) => valueColumns(role, byRole[i]!, kept)),
  ];
}

/** A time has no column called `label`: who takes it for a flag must not find one. */
function labelColumns(
  { labelShape = "flags" }: DatasetRequest,
  { label, status, days }: RoleValues,
  kept: readonly number[],
): TableColumn[] {
  if (labelShape === "flags")
    return [{ name: "label", type: "utinyint", values: Uint8Array.from(kept, (row) => label[row]!) }];
  return [
    { name: "event", type: "varchar", values: kept.map((row) => status[row]!) },
    { name: "days", type: "double", values: Float64Array.from(kept, (row) => days[row]!) },
    {
      name: "censored",
      type: "utinyint",
      values: Uint8Array.from(kept, (row) => (status[row] === "censored" ? 1 : 0)),
    },
  ];
}

function valueColumns({ role, set }: DatasetRole, { columns }: RoleValues, kept: readonly number[]): TableColumn[] {
  return set.features.flatMap((feature, j): TableColumn[] => {
    const name = `${role}.${feature.name}`;
    const { values, missing } = keptOf(columns[j]!, kept);
    return [
      { name, type: "double", values },
      { name: kindColumn(name), type: "utinyint", values: missing },
    ];
  });
}

// Hot path.
function keptOf({ numbers, kinds }: ValueColumn, kept: readonly number[]) {
  const [values, missing] = [new Float64Array(kept.length), new Uint8Array(kept.length)];
  for (let i = 0; i < kept.length; i++) {
    values[i] = numbers[kept[i]!]!;
    missing[i] = kinds[kept[i]!]!;
  }
  return { values, missing };
}
