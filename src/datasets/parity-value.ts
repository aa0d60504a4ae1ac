// One value of a row, to the bit: equality here has no tolerance.

import { missingKindOf } from "../base/index.ts";
import type { PartyValues } from "./table-values.ts";

/** In all 64 bits, or in the kind of nothing. */
export function sameAt(a: PartyValues, b: PartyValues, column: number): boolean {
  if (a.kinds[column] !== b.kinds[column]) return false;
  return a.kinds[column] !== 0 || Object.is(a.numbers[column], b.numbers[column]);
}

/** JavaScript prints the shortest text that reads back as the same double; only the sign of zero needs help. */
export function valueInWords({ numbers, kinds }: PartyValues, column: number): string {
  if (kinds[column] !== 0) return missingKindOf(kinds[column]!) ?? `missing ${kinds[column]}`;
  return Object.is(numbers[column], -0) ? "-0" : String(numbers[column]);
}
