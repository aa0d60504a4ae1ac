// Dataset rows as `decide` takes them: the same values that the models were fitted on, for what-if and evidence.

import { invariant, parseScaled } from "../base/index.ts";
import type { SplitName } from "../datasets/index.ts";
import type { FieldType } from "../define/index.ts";
import type { DecideInput } from "../policy/index.ts";
import { type ReadTable, readTable } from "../storage/index.ts";
import type { SeasonPlan } from "./plan-season.ts";

export interface DecisionRows {
  readonly inputs: readonly { readonly entity: string; readonly input: DecideInput }[];
}

export async function readDecisionRows(file: string, plan: SeasonPlan, split: SplitName): Promise<DecisionRows> {
  const table = await readTable([file], { where: `t."split" = '${split}'`, orderBy: ["decision_id"] });
  const entities = textColumn(table, "entity");
  const ids = textColumn(table, "decision_id");
  const t = numberColumn(table, "t");
  const inputs = Array.from({ length: table.rows }, (_, row) => ({
    entity: entities[row]!,
    input: {
      decisionId: ids[row]!,
      t: t[row]!,
      application: ids[row]!,
      kind: "lineIncrease" as const,
      stage: "decision",
      product: plan.bundle.name,
      channel: "evaluation",
      parties: [{ role: plan.roles[0]!.role, entity: entities[row]! }],
      asked: askedOf(table, plan, row),
      values: valuesOf(table, plan, row),
    },
  }));
  return { inputs };
}

function askedOf(table: ReadTable, plan: SeasonPlan, row: number): { [field: string]: number } {
  return Object.fromEntries(
    Object.entries(plan.request.fields).map(([name, { type }]) => {
      const text = textColumn(table, `asked.${name}`)[row]!;
      const stored = parseScaled(text, scaleOf(type));
      invariant(stored !== undefined, `a dataset holds checked requests, not ${name} = ${text}`);
      return [name, stored];
    }),
  );
}

function scaleOf(type: FieldType): number {
  return type.kind === "money" || type.kind === "decimal" ? type.scale : 0;
}

function valuesOf(table: ReadTable, plan: SeasonPlan, row: number): DecideInput["values"] {
  return Object.fromEntries(
    plan.roles.map(({ role, set }) => {
      const names = set.features.map(({ name }) => `${role}.${name}`);
      const numbers = Float64Array.from(names, (name) => numberColumn(table, name)[row]!);
      const kinds = Uint8Array.from(names, (name) => numberColumn(table, `${name}__missing`)[row]!);
      return [role, { numbers, kinds }];
    }),
  );
}

function numberColumn(table: ReadTable, name: string): ArrayLike<number> {
  return table.columns[name]!.values as ArrayLike<number>;
}

function textColumn(table: ReadTable, name: string): readonly string[] {
  return table.columns[name]!.values as readonly string[];
}
