// What can be wrong with a row expression that comes out of a stored bundle: the builders refuse all of it earlier.

import { isTimeZone, type Problem } from "../base/index.ts";
import { type FieldType, partsOfRow, type RowNode, rowsOfFilter, typeOfRow } from "../define/index.ts";
import { literalsOf } from "./comparison.ts";
import { problems } from "./errors.ts";
import { holdsText, scaleOf } from "./row.ts";
import { termsOf } from "./rows/all.ts";

/** Exact sums have room for 2^22 rows of this many terms (see base/exact.ts). */
const TERMS_MAX = 8;
const NESTING_MAX = 8;

/** What is wrong, as a problem of the thing that holds the expression. */
type RowMistake = (thing: string) => Problem;

/** The first thing that is wrong with it, if anything; its fields were checked before. */
export function checkRowParts(row: RowNode, thing: string): Problem[] {
  const deep = badRow(`nests row expressions deeper than ${NESTING_MAX}`, "Aggregate parts of it");
  const mistake = nesting(row) > NESTING_MAX ? deep : partMistake(row);
  return mistake === undefined ? [] : [mistake(thing)];
}

function badRow(rule: string, wayOut: string): RowMistake {
  return (thing) => problems.BAD_ROW(thing, { rule, wayOut });
}

function partMistake(row: RowNode): RowMistake | undefined {
  const inside = [...partsOfRow(row), ...(row.kind === "rowWhere" ? rowsOfFilter(row.filter) : [])];
  for (const part of inside) {
    const found = partMistake(part);
    if (found !== undefined) return found;
  }
  return ownMistake(row) ?? sizeMistake(row);
}

function nesting(row: RowNode): number {
  return partsOfRow(row).reduce((most, part) => Math.max(most, nesting(part) + 1), 0);
}

function sizeMistake(row: RowNode): RowMistake | undefined {
  const fields = termsOf(row);
  return fields <= TERMS_MAX ? undefined : (thing) => problems.LONG_ROW(thing, { fields, most: TERMS_MAX });
}

function ownMistake(row: RowNode): RowMistake | undefined {
  switch (row.kind) {
    case "rowMinus":
    case "rowPlus":
      return (
        numbersOnly([row.left, row.right], "a sum or difference") ?? oneScale(typeOfRow(row.left), typeOfRow(row.right))
      );
    case "rowOver":
      return numbersOnly([row.left, row.right], "a quotient") ?? keptMistake(row.decimals);
    case "rowTimes":
      return numbersOnly([row.of], "a product") ?? wholeLiteral(row.factor);
    case "rowScaled":
      return numbersOnly([row.of], "a product") ?? keptMistake(row.decimals) ?? finiteLiteral(row.factor);
    case "rowLog":
      return numbersOnly([row.of], "a logarithm") ?? keptMistake(row.decimals);
    case "rowAbsolute":
      return numbersOnly([row.of], "an absolute value");
    case "rowClamp":
      return (
        numbersOnly([row.of], "a bound") ??
        firstOf([row.atLeast, row.atMost], (bound) => (bound === null ? undefined : wholeLiteral(bound)))
      );
    case "rowLiteral":
      return wholeLiteral(row.value);
    case "rowIs":
      return holdsText(typeOfRow(row.of)) ? noNumber("a test") : firstOf(literalsOf(row.test), wholeLiteral);
    case "rowWhere":
      return whereMistake(typeOfRow(row.of), typeOfRow(row.otherwise));
    case "rowElement":
      return placeMistake(row.place, row.dim) ?? keptMistake(row.decimals);
    case "rowDatePart":
      return (
        timesOnly([row.of]) ??
        (row.zone === null && typeOfRow(row.of).kind === "date" ? undefined : zoneMistake(row.zone))
      );
    case "rowDays":
      return timesOnly([row.from, row.to]) ?? zoneMistake(row.zone);
    default:
      return undefined;
  }
}

function firstOf<T>(things: readonly T[], mistake: (thing: T) => RowMistake | undefined): RowMistake | undefined {
  return things.map(mistake).find((found) => found !== undefined);
}

function isNumber({ kind }: FieldType): boolean {
  return kind === "integer" || kind === "decimal" || kind === "money";
}

function isTime({ kind }: FieldType): boolean {
  return kind === "instant" || kind === "date";
}

function noNumber(what: string): RowMistake {
  return (thing) => problems.NOT_A_NUMBER(thing, { aggregate: what });
}

function numbersOnly(rows: readonly RowNode[], what: string): RowMistake | undefined {
  return rows.every((row) => isNumber(typeOfRow(row))) ? undefined : noNumber(what);
}

function timesOnly(rows: readonly RowNode[]): RowMistake | undefined {
  if (rows.every((row) => isTime(typeOfRow(row)))) return undefined;
  return badRow("reads a date from what is no time", "Use an instant, a date or the event itself");
}

function oneScale(a: FieldType, b: FieldType): RowMistake | undefined {
  const [left, right] = [scaleOf(a), scaleOf(b)];
  return left === right ? undefined : (thing) => problems.MIXED_SCALES(thing, { left, right });
}

function whereMistake(of: FieldType, otherwise: FieldType): RowMistake | undefined {
  if (holdsText(of) || holdsText(otherwise)) return noNumber("a choice");
  if (scaleOf(of) === scaleOf(otherwise) && (of.kind === otherwise.kind || (isNumber(of) && isNumber(otherwise)))) {
    return undefined;
  }
  return badRow("chooses between values of two kinds", "Give otherwise in the unit and scale of the column");
}

function wholeLiteral(value: number): RowMistake | undefined {
  return Number.isSafeInteger(value) ? undefined : badRow(`${value} is no whole number`, "Write it in stored units");
}

function finiteLiteral(value: number): RowMistake | undefined {
  return Number.isFinite(value) ? undefined : badRow(`${value} is no finite number`, "Write a finite number");
}

function keptMistake(decimals: number): RowMistake | undefined {
  if (Number.isInteger(decimals) && decimals >= 0 && decimals <= 15) return undefined;
  return badRow(`keeps ${decimals} decimals`, "Keep 0 to 15");
}

function placeMistake(place: number, dim: number): RowMistake | undefined {
  if (Number.isInteger(place) && place >= 0 && place < dim) return undefined;
  return badRow(`reads number ${place} of ${dim}`, "Name a place from 0");
}

function zoneMistake(zone: string | null): RowMistake | undefined {
  if (zone !== null && isTimeZone(zone)) return undefined;
  return badRow(`"${zone ?? ""}" is no time zone`, "Name it as IANA does, like America/New_York");
}
