// What each aggregate means, a line or two each, over the events of a window from the oldest to the newest.

import { exp } from "../../base/index.ts";
import type { AggregateParameters } from "../../define/index.ts";
import type { HistoryEvent } from "../history.ts";

/** What one event said, and when it happened. */
export interface Said {
  readonly at: number;
  readonly value: bigint | string;
}

export interface Window {
  readonly t: number;
  readonly events: readonly HistoryEvent[];
  /** Of the events that have a value, in order. */
  readonly said: readonly Said[];
  /** Stored units in one major unit. */
  readonly units: number;
  readonly parameters: AggregateParameters;
}

export type Meaning = (window: Window) => number | "nothing" | "not applicable";

const DAY = 86_400_000_000;

const total = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n);
const ascending = (values: readonly bigint[]): bigint[] => [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
const numbers = ({ said }: Window): bigint[] =>
  said.map(({ value }) => value).filter((value) => typeof value === "bigint");
/** `Number` of a bigint is the nearest double, ties to even. */
const ofNumbers =
  (meaning: (values: bigint[], window: Window) => number | "nothing" | "not applicable"): Meaning =>
  (window) =>
    window.said.length === 0 ? "nothing" : meaning(numbers(window), window);
const ofInstants =
  (meaning: (at: number[], window: Window) => number | "not applicable"): Meaning =>
  (window) =>
    window.events.length === 0
      ? "nothing"
      : meaning(
          window.events.map(({ at }) => at),
          window,
        );

/** n Σv² - (Σv)² over n (n - 1) */
function variance(values: readonly bigint[]): number {
  const n = BigInt(values.length);
  const numerator = n * total(values.map((value) => value * value)) - total(values) * total(values);
  return Number(numerator) / Number(n * (n - 1n));
}

/** How many yeses end at each place. */
function streaks({ said }: Window): number[] {
  let run = 0;
  return said.map(({ value }) => {
    run = value === 0n ? 0 : run + 1;
    return run;
  });
}

/** The most frequent value and how often it came; of several the one that came last. */
function mostFrequent(values: readonly bigint[]): readonly [value: bigint, times: number] {
  const times = (value: bigint): number => values.filter((other) => other === value).length;
  const most = Math.max(...values.map(times));
  return [values.findLast((value) => times(value) === most)!, most];
}

function weight(at: number, { t, parameters: { halfLifeMicros = 0 } }: Window): bigint {
  const halfLives = Math.max(0, t - at) / halfLifeMicros;
  return BigInt(Math.floor(1_048_576 * exp(-halfLives * Math.LN2) + 0.5));
}

/** (n Σxy - Σx Σy) / (n Σx² - (Σx)²), where x is minus the age in whole seconds. */
function slope(values: readonly bigint[], { said, t }: Window): number | "not applicable" {
  const x = said.map(({ at }) => -BigInt(Math.floor((t - at) / 1_000_000)));
  const n = BigInt(values.length);
  const numerator = n * total(values.map((y, i) => x[i]! * y)) - total(x) * total(values);
  const denominator = n * total(x.map((one) => one * one)) - total(x) * total(x);
  return denominator === 0n ? "not applicable" : Number(numerator) / Number(denominator);
}

export const meanings: { readonly [aggregate: string]: Meaning } = {
  count: ({ events }) => events.length,
  occurs: ({ events }) => (events.length > 0 ? 1 : 0),
  distinct: ({ said }) => new Set(said.map(({ value }) => value)).size,
  daysSince: ofInstants((at, { t }) => (t - at.at(-1)!) / DAY),
  daysSinceFirst: ofInstants((at, { t }) => (t - at[0]!) / DAY),
  meanGap: ofInstants((at) => (at.length < 2 ? "not applicable" : (at.at(-1)! - at[0]!) / (at.length - 1) / DAY)),
  maxGap: ofInstants((at) =>
    at.length < 2 ? "not applicable" : Math.max(...at.slice(1).map((one, i) => one - at[i]!)) / DAY,
  ),
  decayedCount: (window) => Number(total(window.events.map(({ at }) => weight(at, window)))) / 1_048_576,
  decayedSum: ofNumbers((values, window) => {
    const weighed = values.map((value, i) => value * weight(window.said[i]!.at, window));
    return Number(total(weighed)) / 1_048_576 / window.units;
  }),
  sum: ofNumbers((values, { units }) => Number(total(values)) / units),
  mean: ofNumbers((values, { units }) => Number(total(values)) / (values.length * units)),
  min: ofNumbers((values, { units }) => Number(ascending(values)[0]!) / units),
  max: ofNumbers((values, { units }) => Number(ascending(values).at(-1)!) / units),
  latest: ofNumbers((values, { units }) => Number(values.at(-1)!) / units),
  first: ofNumbers((values, { units }) => Number(values[0]!) / units),
  nth: ofNumbers((values, { units, parameters: { place = 0 } }) => {
    const value = values.at(-place);
    return value === undefined ? "nothing" : Number(value) / units;
  }),
  percentile: ofNumbers((values, { units, parameters: { hundredths = 0 } }) => {
    const rank = (BigInt(hundredths) * BigInt(values.length) + 9_999n) / 10_000n;
    return Number(ascending(values)[Number(rank) - 1]!) / units;
  }),
  mode: ofNumbers((values) => Number(mostFrequent(values)[0])),
  modeShare: ofNumbers((values) => mostFrequent(values)[1] / values.length),
  longestStreak: (window) => Math.max(0, ...streaks(window)),
  currentStreak: (window) => streaks(window).at(-1) ?? 0,
  stddev: ofNumbers((values, { units }) =>
    values.length < 2 ? "not applicable" : Math.sqrt(variance(values)) / units,
  ),
  variance: ofNumbers((values, { units }) => (values.length < 2 ? "not applicable" : variance(values) / units / units)),
  trend: ofNumbers((values, window) => {
    const perSecond = slope(values, window);
    return typeof perSecond === "number" ? (perSecond / window.units) * 86_400 : perSecond;
  }),
};
