// Whether people who are refused would be told why, and mostly the same as today.

import { wilson } from "../../evaluate/index.ts";
import { percent } from "../../monitoring/index.ts";
import { type Answer, cannotTell, type Declared } from "./gate.ts";
import type { HoldOut } from "./hold-out.ts";

export function reasons(
  { challenger, champion }: Pick<HoldOut, "challenger" | "champion">,
  { agreement }: Declared<"reasons">,
): Answer {
  const adverse = [...challenger.adverse.keys()].filter((row) => challenger.adverse[row]);
  const silent = adverse.filter((row) => challenger.firstReasons[row] === null).length;
  const both = adverse.filter((row) => champion.adverse[row]);
  const counts = { adverse: adverse.length, withoutReason: silent, adverseUnderBoth: both.length };
  if (silent > 0) {
    const sentence = `${silent} of ${adverse.length} adverse decisions state no reason`;
    return { verdict: "fail", sentence, measured: counts };
  }
  if (both.length === 0) return cannotTell("no decision is adverse under both, so no reasons can be compared", counts);
  const alike = both.filter((row) => challenger.firstReasons[row] === champion.firstReasons[row]).length;
  const { value, low, high } = wilson(alike, both.length);
  const verdict = low >= agreement ? "pass" : high < agreement ? "fail" : "inconclusive";
  const sentence = `every adverse decision states a reason; the first one is the champion's in ${percent(value)} (${percent(low)} to ${percent(high)}) of ${both.length} that both refuse`;
  return { verdict, sentence, measured: { agreement: value, low, high, ...counts } };
}
