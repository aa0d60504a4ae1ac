// What one event says, in whole numbers without bound; dates are asked of moment-timezone one by one.

import moment from "moment-timezone";
import { log } from "../../base/index.ts";
import type { DatePart, FilterNode, RowNode, TestNode } from "../../define/index.ts";
import type { HistoryEvent } from "../history.ts";

/** A number, a text, or null where a field is absent. */
export function read(row: RowNode, event: HistoryEvent): bigint | string | null {
  if (row.kind === "field") {
    const value = event.fields[row.field];
    if (value === undefined || value === null) return null;
    return typeof value === "string" ? value : BigInt(value);
  }
  if (row.kind === "rowElement") return element(row, event);
  if (row.kind === "rowWhere") return read(passes(row.filter, event) ? row.of : row.otherwise, event);
  const numbers = operands(row).map((part) => read(part, event));
  if (!numbers.every((number) => typeof number === "bigint")) return null;
  return computed(row, numbers, event);
}

function operands(row: RowNode): RowNode[] {
  if ("left" in row) return [row.left, row.right];
  if ("from" in row) return [row.from, row.to];
  return "of" in row ? [row.of] : [];
}

type Computed = Exclude<RowNode, { kind: "field" | "rowElement" | "rowWhere" }>;

function computed(row: Computed, [a, b]: readonly bigint[], event: HistoryEvent): bigint | null {
  switch (row.kind) {
    case "rowAt":
      return BigInt(event.at);
    case "rowLiteral":
      return BigInt(row.value);
    case "rowMinus":
      return a! - b!;
    case "rowPlus":
      return a! + b!;
    case "rowTimes":
      return held(a! * BigInt(row.factor));
    case "rowScaled":
      return rounded(shifted(Number(a) * row.factor, row.decimals - scaleIn(row.of)));
    case "rowOver":
      return rounded(shifted(Number(a) / Number(b), row.decimals - scaleIn(row.left) + scaleIn(row.right)));
    case "rowLog":
      return rounded(shifted(log(shifted(Number(a), -scaleIn(row.of))), row.decimals));
    case "rowAbsolute":
      return a! < 0n ? -a! : a!;
    case "rowClamp":
      if (row.atLeast !== null && a! < BigInt(row.atLeast)) return BigInt(row.atLeast);
      return row.atMost !== null && a! > BigInt(row.atMost) ? BigInt(row.atMost) : a!;
    case "rowIs":
      return holds(row.test, a!) ? 1n : 0n;
    case "rowDatePart":
      return BigInt(datePart(row.part, isDate(row.of) ? moment.utc(Number(a) * 86_400_000) : shown(a!, row.zone!)));
    case "rowDays":
      return civilDay(row.to, b!, row.zone) - civilDay(row.from, a!, row.zone);
  }
}

/** What lies beyond 2^53 is no row value. */
function held(value: bigint): bigint | null {
  return value < 2n ** 53n && value > -(2n ** 53n) ? value : null;
}

function rounded(value: number): bigint | null {
  const whole = Math.round(value);
  return Number.isFinite(whole) ? held(BigInt(whole)) : null;
}

function shifted(value: number, places: number): number {
  return places < 0 ? value / Number(`1e${-places}`) : value * Number(`1e${places}`);
}

function element(row: RowNode & { kind: "rowElement" }, event: HistoryEvent): bigint | null {
  const text = event.fields[row.field];
  if (typeof text !== "string") return null;
  const bytes = [...atob(text)].map((letter) => letter.charCodeAt(0)).slice(row.place * 4, row.place * 4 + 4);
  const number = new DataView(Uint8Array.from(bytes).buffer).getFloat32(0, true);
  return rounded(shifted(number, row.decimals));
}

function shown(micros: bigint, zone: string): moment.Moment {
  return moment.tz(Math.floor(Number(micros) / 1000), zone);
}

function isDate(row: RowNode): boolean {
  return row.kind === "field" && row.type.kind === "date";
}

function datePart(part: DatePart, date: moment.Moment): number {
  if (part === "month") return date.month() + 1;
  if (part === "hour") return date.hour();
  if (part === "weekday") return date.isoWeekday();
  return part === "dayOfMonth" ? date.date() : date.year();
}

function civilDay(row: RowNode, value: bigint, zone: string): bigint {
  if (isDate(row)) return value;
  const date = shown(value, zone);
  return BigInt(new Date(0).setUTCFullYear(date.year(), date.month(), date.date()) / 86_400_000);
}

export function passes(filter: FilterNode | null, event: HistoryEvent): boolean {
  if (filter === null) return true;
  if (filter.kind === "allOf") return filter.filters.every((part) => passes(part, event));
  if (filter.kind === "someOf") return filter.filters.some((part) => passes(part, event));
  const value = read(filter.row, event);
  return typeof value === "bigint" && holds(filter.test, value);
}

/** Works on exact integers, whose literals are whole, and on doubles alike: JavaScript orders the two by value. */
export function holds(test: TestNode, value: bigint | number): boolean {
  switch (test.kind) {
    case "equals":
      return equal(value, test.value);
    case "atLeast":
      return value >= test.value;
    case "atMost":
      return value <= test.value;
    case "above":
      return value > test.value;
    case "below":
      return value < test.value;
    case "anyOf":
      return test.values.some((literal) => equal(value, literal));
    case "noneOf":
      return test.values.every((literal) => !equal(value, literal));
  }
}

function equal(value: bigint | number, literal: number): boolean {
  return typeof value === "bigint" ? value === BigInt(literal) : value === literal;
}

/** Stored units of the row's result in one major unit. */
export function unitsOf(row: RowNode | null): number {
  return row === null ? 1 : Number(`1e${scaleIn(row)}`);
}

function scaleIn(row: RowNode): number {
  if ("decimals" in row) return row.decimals;
  if ("type" in row) return row.type.kind === "money" || row.type.kind === "decimal" ? row.type.scale : 0;
  if (row.kind === "rowIs" || row.kind === "rowDatePart" || row.kind === "rowDays" || row.kind === "rowAt") return 0;
  return scaleIn("left" in row ? row.left : row.of);
}
