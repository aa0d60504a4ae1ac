// What each aggregate means, a line or two each, over the events of a window from the oldest to the newest.

import type { HistoryEvent } from "../history.ts";

export interface Window {
  readonly t: number;
  readonly events: readonly HistoryEvent[];
  /** Values of the events that have one, in order. */
  readonly values: readonly (bigint | string)[];
  /** Stored units in one major unit. */
  readonly units: number;
}

export type Meaning = (window: Window) => number | "nothing" | "not applicable";

const numbers = ({ values }: Window): bigint[] => values.filter((value) => typeof value === "bigint");
const total = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n);
const ascending = (values: readonly bigint[]): bigint[] => [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
/** `Number` of a bigint is the nearest double, ties to even. */
const ofNumbers =
  (meaning: (values: bigint[], units: number) => number | "not applicable"): Meaning =>
  (window) =>
    window.values.length === 0 ? "nothing" : meaning(numbers(window), window.units);

export const meanings: { readonly [aggregate: string]: Meaning } = {
  count: ({ events }) => events.length,
  occurs: ({ events }) => (events.length > 0 ? 1 : 0),
  distinct: ({ values }) => new Set(values).size,
  daysSince: ({ t, events }) => (events.length === 0 ? "nothing" : (t - events.at(-1)!.at) / 86_400_000_000),
  sum: ofNumbers((values, units) => Number(total(values)) / units),
  mean: ofNumbers((values, units) => Number(total(values)) / (values.length * units)),
  min: ofNumbers((values, units) => Number(ascending(values)[0]!) / units),
  max: ofNumbers((values, units) => Number(ascending(values).at(-1)!) / units),
  latest: ofNumbers((values, units) => Number(values.at(-1)!) / units),
  first: ofNumbers((values, units) => Number(values[0]!) / units),
  stddev: ofNumbers((values, units) => {
    if (values.length < 2) return "not applicable";
    const n = BigInt(values.length);
    const numerator = n * total(values.map((value) => value * value)) - total(values) * total(values);
    return Math.sqrt(Number(numerator) / Number(n * (n - 1n))) / units;
  }),
};
