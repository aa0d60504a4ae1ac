// From the published table to events: what happened to each card holder, when, and when the lender could know it.
// This file is the whole mapping; whatever it invents is listed in `facts.ts`, on the page and in the README.

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

/** What the ingest door takes: amounts in major units, instants in ISO 8601. */
export interface SourceEvent {
  readonly event: string;
  readonly entity: string;
  readonly source: string;
  readonly eventId: string;
  readonly at: string;
  readonly knownAt?: string;
  readonly fields: { readonly [name: string]: string | number | boolean };
}

export interface SpineRow {
  readonly decisionId: string;
  readonly t: string;
  readonly parties: { readonly applicant: string };
  readonly asked: { readonly increase: string };
}

export const dataFile = new URL("./data/card-holders.csv.gz", import.meta.url);
export const reviewedAt = "2005-10-03T12:00:00+08:00";

/** Statement months, latest first, with the suffixes the publisher used (there is no PAY_1). */
const months = [
  { name: "2005-09", closes: "2005-10-01T00:00:00+08:00", status: "PAY_0", amounts: "1" },
  { name: "2005-08", closes: "2005-09-01T00:00:00+08:00", status: "PAY_2", amounts: "2" },
  { name: "2005-07", closes: "2005-08-01T00:00:00+08:00", status: "PAY_3", amounts: "3" },
  { name: "2005-06", closes: "2005-07-01T00:00:00+08:00", status: "PAY_4", amounts: "4" },
  { name: "2005-05", closes: "2005-06-01T00:00:00+08:00", status: "PAY_5", amounts: "5" },
  { name: "2005-04", closes: "2005-05-01T00:00:00+08:00", status: "PAY_6", amounts: "6" },
] as const;

/** When a card holder's outcome became known: batch 0 holds two thirds; the rest arrive a month apart. */
const outcomeKnownAt = [
  "2005-11-05T00:00:00+08:00",
  "2005-12-05T00:00:00+08:00",
  "2006-01-05T00:00:00+08:00",
  "2006-02-05T00:00:00+08:00",
  "2006-03-05T00:00:00+08:00",
] as const;

export type CardHolder = { readonly [column: string]: number };

/** The published rows, one by one, all columns as numbers. */
export async function* cardHolders(file: URL = dataFile): AsyncGenerator<CardHolder> {
  const lines = createInterface({
    input: createReadStream(file).pipe(createGunzip()),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let header: string[] | undefined;
  for await (const line of lines) {
    const cells = line.split(",");
    if (header === undefined) header = cells;
    else yield Object.fromEntries(header.map((name, i) => [name, Number(cells[i])]));
  }
}

export function entityOf(row: CardHolder): string {
  return `holder-${String(row["ID"]).padStart(5, "0")}`;
}

/** Six statements, one account snapshot and one outcome. */
export function eventsOf(row: CardHolder): SourceEvent[] {
  return [...months.map((month) => statementOf(row, month)).reverse(), accountOf(row), outcomeOf(row)];
}

function statementOf(row: CardHolder, month: (typeof months)[number]): SourceEvent {
  const billed = Number(row[`BILL_AMT${month.amounts}`]);
  const status = Number(row[month.status]);
  // From August to September the status changes its scale, so September's is a field of its own.
  const field = month.status === "PAY_0" ? "statusAtReview" : "status";
  return {
    event: "statement",
    entity: entityOf(row),
    source: "uci-350",
    eventId: `${entityOf(row)}:statement:${month.name}`,
    at: month.closes,
    fields: {
      billed,
      paid: Number(row[`PAY_AMT${month.amounts}`]),
      [field]: status,
      nothingOwed: billed <= 0,
    },
  };
}

function accountOf(row: CardHolder): SourceEvent {
  return {
    event: "account",
    entity: entityOf(row),
    source: "uci-350",
    eventId: `${entityOf(row)}:account`,
    at: "2005-10-03T00:00:00+08:00",
    fields: {
      creditLimit: Number(row["LIMIT_BAL"]),
      sex: coded(row["SEX"], { 1: "male", 2: "female" }),
      education: coded(row["EDUCATION"], { 1: "graduate school", 2: "university", 3: "high school", 4: "other" }),
      maritalStatus: coded(row["MARRIAGE"], { 1: "married", 2: "single", 3: "other" }),
      age: Number(row["AGE"]),
    },
  };
}

function outcomeOf(row: CardHolder): SourceEvent {
  return {
    event: "outcome",
    entity: entityOf(row),
    source: "uci-350",
    eventId: `${entityOf(row)}:outcome`,
    at: "2005-11-01T00:00:00+08:00",
    knownAt: outcomeKnownAt[outcomeBatch(Number(row["ID"]))]!,
    fields: { missed: row["default payment next month"] === 1 },
  };
}

/** Undocumented codes are kept as what they are. */
function coded(code: number | undefined, names: { readonly [code: number]: string }): string {
  return names[Number(code)] ?? `undocumented ${code}`;
}

/** A fixed scramble of the row number (Knuth's multiplicative hash), so that batches are random but always the same. */
function outcomeBatch(id: number): number {
  const share = (Math.imul(id, 2_654_435_761) >>> 0) / 2 ** 32;
  return share < 2 / 3 ? 0 : 1 + Math.min(3, Math.floor((share - 2 / 3) * 12));
}

/** Everyone asks for a quarter more than the limit: the source holds no requests. */
export function spineRowOf(row: CardHolder): SpineRow {
  const increase = Number(row["LIMIT_BAL"]) / 4;
  return {
    decisionId: `review-${String(row["ID"]).padStart(5, "0")}`,
    t: reviewedAt,
    parties: { applicant: entityOf(row) },
    asked: { increase: increase.toFixed(2) },
  };
}

/** The permitted flat columns, as one would hand them to XGBoost: no sex, age, marital status or education. */
export const permittedColumns = [
  "LIMIT_BAL",
  ...months.flatMap((month) => [month.status, `BILL_AMT${month.amounts}`, `PAY_AMT${month.amounts}`]),
] as const;
