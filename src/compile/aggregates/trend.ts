import { MICROS_PER_SECOND } from "../../base/index.ts";
import { newestAt, oldestAt } from "../state/ends.ts";
import { line } from "../state/line.ts";
import { rows } from "../state/rows.ts";
import { type Aggregate, inMajorUnits } from "./aggregate.ts";

const SECONDS_PER_DAY = 86_400;

/**
 * Growth per day: the least-squares slope over each row's age in whole seconds, its sign turned. Numerator and denominator are
 * exact and rounded once each; then one division, the units, the seconds of a day.
 */
export const trend: Aggregate = {
  name: "trend",
  reads: "number",
  states: [rows, newestAt, oldestAt, line],
  picks: false,
  laws: { empty: "nothing", merges: false, inverts: false, ordered: true, cost: 8 },
  finalise: ([n, newest, oldest, slope], units) => ({
    absent: [
      { when: `${n} === 0`, kind: "nothing" },
      { when: `${secondsFrom(newest)} === ${secondsFrom(oldest)}`, kind: "not applicable" },
    ],
    value: `${inMajorUnits(`-(${slope})`, units)} * ${SECONDS_PER_DAY}`,
  }),
  sentence: (of) => `trend per day of ${of}`,
};

function secondsFrom(at: string | undefined): string {
  return `Math.floor((t - ${at}) / ${MICROS_PER_SECOND})`;
}
