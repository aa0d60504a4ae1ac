// What `assay demo card-lines` needs of this example beside its definitions: the events, who is reviewed, and the flat
// columns that a person would hand to XGBoost.

import {
  type CardHolder,
  cardHolders,
  dataFile,
  eventsOf,
  permittedColumns,
  type SpineRow,
  spineRowOf,
} from "./source.ts";

export const bundle = "card-lines";
export const source = "uci-350";
export const request = { request: "lineRequest", kind: "lineIncrease", product: "credit card", channel: "branch" };
/** Its bytes, with those of the definitions, decide whether a step has been done before. */
export { dataFile };
/** ASSAY_DEMO_ROWS: so many card holders, the first of the table, tell a shorter story; all 30,000 where it is not set. */
export const rows = rowLimit(process.env["ASSAY_DEMO_ROWS"]);

function rowLimit(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`ASSAY_DEMO_ROWS is no number of card holders: ${text}`);
  return Number(text);
}

async function* chosen(): AsyncGenerator<CardHolder> {
  let left = rows ?? Number.POSITIVE_INFINITY;
  for await (const row of cardHolders()) {
    if (left-- === 0) return;
    yield row;
  }
}

export async function* events(): AsyncGenerator<unknown> {
  for await (const row of chosen()) yield* eventsOf(row);
}

export async function* spine(): AsyncGenerator<SpineRow> {
  for await (const row of chosen()) yield spineRowOf(row);
}

export const outcomesKnown: readonly string[] = [
  "2005-11-10",
  "2005-12-10",
  "2006-01-10",
  "2006-02-10",
  "2006-03-10",
].map((day) => `${day}T00:00:00+08:00`);
export const drill = { event: "statement", field: "billed", factor: 30, share: 0.2 };

export const flatColumns: readonly string[] = permittedColumns;

export async function* flatRows(): AsyncGenerator<{ readonly decisionId: string; readonly values: readonly number[] }> {
  for await (const row of chosen()) {
    yield { decisionId: spineRowOf(row).decisionId, values: permittedColumns.map((column) => Number(row[column])) };
  }
}
