// What `assay demo card-lines` needs of this example beside its definitions: the events, who is reviewed, and the flat
// columns that a person would hand to XGBoost.

import { cardHolders, dataFile, eventsOf, permittedColumns, spineRowOf } from "./source.ts";

export const bundle = "card-lines";
export const source = "uci-350";
export const request = { request: "lineRequest", kind: "lineIncrease", product: "credit card", channel: "branch" };
/** Its bytes, with those of the definitions, decide whether a step has been done before. */
export { dataFile };

export async function* events(): AsyncGenerator<unknown> {
  for await (const row of cardHolders()) yield* eventsOf(row);
}

export async function* spine() {
  for await (const row of cardHolders()) yield spineRowOf(row);
}

export const flatColumns: readonly string[] = permittedColumns;

export async function* flatRows(): AsyncGenerator<{ readonly decisionId: string; readonly values: readonly number[] }> {
  for await (const row of cardHolders()) {
    yield { decisionId: spineRowOf(row).decisionId, values: permittedColumns.map((column) => Number(row[column])) };
  }
}
