// A built dataset row by row: what `decide` and the kernels would be given for it.

import type { RequestNode } from "../define/index.ts";
import { type ReadTable, readTable } from "../storage/index.ts";
import { type AskedText, featuresAsking, storedAsked } from "./asked.ts";
import { entityColumn, kindColumn } from "./dataset-columns.ts";
import type { DatasetRole } from "./role-values.ts";
import type { SplitName } from "./split.ts";

export interface DatasetRow {
  readonly decisionId: string;
  /** Microseconds. */
  readonly t: number;
  /** Those that were present. */
  readonly parties: readonly { readonly role: string; readonly entity: string }[];
  /** Stored units; what was not asked is absent. */
  readonly asked: { readonly [field: string]: number };
  /** Role → values in the set's column order. */
  readonly values: { readonly [role: string]: { readonly numbers: Float64Array; readonly kinds: Uint8Array } };
}

/** All rows in the order of their decision ids, or those of one split. */
export async function readDatasetRows(
  file: string,
  { request, roles }: { readonly request: RequestNode | null; readonly roles: readonly DatasetRole[] },
  split?: SplitName,
): Promise<DatasetRow[]> {
  const only = split === undefined ? {} : { where: `t."split" = '${split}'` };
  const table = await readTable([file], { ...only, orderBy: ["decision_id"] });
  const ids = texts(table, "decision_id");
  const t = numbers(table, "t");
  const entities = roles.map(({ role }, i) => texts(table, entityColumn(role, i)));
  const valuesAt = valueReader(table, roles);
  const askedAt = askedReader(table, request);
  const readers = featuresAsking(roles);
  return Array.from({ length: table.rows }, (_, row) => ({
    decisionId: ids[row]!,
    t: t[row]!,
    parties: roles.flatMap(({ role }, i) => (entities[i]![row] === "" ? [] : [{ role, entity: entities[i]![row]! }])),
    asked: storedAsked(request, { asked: askedAt(row), readers, thing: `row "${ids[row]}" of ${file}` }),
    values: valuesAt(row),
  }));
}

function askedReader(table: ReadTable, request: RequestNode | null): (row: number) => AskedText {
  const columns = Object.keys(request?.fields ?? {}).map((name) => [name, texts(table, `asked.${name}`)] as const);
  return (row) => Object.fromEntries(columns.flatMap(([name, text]) => (text[row] === "" ? [] : [[name, text[row]!]])));
}

function valueReader(table: ReadTable, roles: readonly DatasetRole[]): (row: number) => DatasetRow["values"] {
  const byRole = roles.map(({ role, set }) => {
    const names = set.features.map(({ name }) => `${role}.${name}`);
    const columns = names.map((name) => numbers(table, name));
    const kinds = names.map((name) => numbers(table, kindColumn(name)));
    return { role, columns, kinds };
  });
  return (row) =>
    Object.fromEntries(
      byRole.map(({ role, columns, kinds }) => [
        role,
        {
          numbers: Float64Array.from(columns, (column) => column[row]!),
          kinds: Uint8Array.from(kinds, (column) => column[row]!),
        },
      ]),
    );
}

function numbers(table: ReadTable, name: string): ArrayLike<number> {
  return table.columns[name]!.values as ArrayLike<number>;
}

function texts(table: ReadTable, name: string): readonly string[] {
  return table.columns[name]!.values as readonly string[];
}
