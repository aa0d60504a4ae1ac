// The features of window-features.ts as a careful person would write them by hand for these columns: the yardstick of the
// generated kernel. It knows what the compiler cannot: that sums of these amounts are exact doubles, that there are eight
// kinds, that merchants are small numbers.

import { invariant, MICROS_PER_DAY, missingCode } from "../src/base/index.ts";
import type { EntityHistory } from "../src/compile/index.ts";
import { windowDays } from "./window-features.ts";

const EMPTY = missingCode("empty window");
const UNDEFINED = missingCode("not applicable");
const LARGE_CENTS = 20_000;
const CASH = 2;
const PER_WINDOW = 15;

const seen = new Uint32Array(4096);
let round = 0;

/** Values and missing codes of one entity at `t`, from `offset`. */
export function spendingByHand(
  history: EntityHistory,
  t: number,
  out: Float64Array,
  codes: Uint8Array,
  offset: number,
): void {
  const { at, knownAt, length, fields, prefixVisible } = history.events["purchase"]!;
  invariant(prefixVisible, "nothing is late or revised in these histories");
  const amounts = fields["amount"]!;
  const fees = fields["fee"]!;
  const kinds = fields["kind"]!;
  const merchants = fields["merchant"]!;
  round++;
  let [n, sum, squares, least, most, newest] = [0, 0, 0, Infinity, -Infinity, Number.NaN];
  let [feeSum, feeMost, largeCount, largeSum, cashCount, cashSum, kindBits, merchantCount] = [
    0,
    -Infinity,
    0,
    0,
    0,
    0,
    0,
    0,
  ];
  let i = length - 1;
  while (i >= 0 && (at[i]! >= t || knownAt[i]! > t)) i--;
  let place = offset;
  for (const days of windowDays) {
    const low = t - days * MICROS_PER_DAY;
    for (; i >= 0 && at[i]! >= low; i--) {
      const amount = amounts[i]!;
      const fee = fees[i]!;
      const kind = kinds[i]!;
      const merchant = merchants[i]!;
      if (n === 0) newest = amount;
      n++;
      sum += amount;
      squares += amount * amount;
      if (amount < least) least = amount;
      if (amount > most) most = amount;
      feeSum += fee;
      if (fee > feeMost) feeMost = fee;
      if (amount >= LARGE_CENTS) {
        largeCount++;
        largeSum += amount;
      }
      if (kind === CASH) {
        cashCount++;
        cashSum += amount;
      }
      kindBits |= 1 << kind;
      if (seen[merchant] !== round) {
        seen[merchant] = round;
        merchantCount++;
      }
    }
    const some = n > 0;
    write(out, codes, place, n, true);
    write(out, codes, place + 1, sum / 100, some);
    write(out, codes, place + 2, sum / (n * 100), some);
    write(out, codes, place + 3, least / 100, some);
    write(out, codes, place + 4, most / 100, some);
    write(out, codes, place + 5, Math.sqrt((n * squares - sum * sum) / (n * (n - 1))) / 100, n > 1);
    if (n === 1) codes[place + 5] = UNDEFINED;
    write(out, codes, place + 6, newest / 100, some);
    write(out, codes, place + 7, feeSum / 100, some);
    write(out, codes, place + 8, feeMost / 100, some);
    write(out, codes, place + 9, largeCount, true);
    write(out, codes, place + 10, largeSum / 100, largeCount > 0);
    write(out, codes, place + 11, cashSum / 100, cashCount > 0);
    write(out, codes, place + 12, cashCount > 0 ? 1 : 0, true);
    write(out, codes, place + 13, bitsOf(kindBits), true);
    write(out, codes, place + 14, merchantCount, true);
    place += PER_WINDOW;
  }
}

function write(out: Float64Array, codes: Uint8Array, place: number, value: number, present: boolean): void {
  out[place] = present ? value : Number.NaN;
  codes[place] = present ? 0 : EMPTY;
}

function bitsOf(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
