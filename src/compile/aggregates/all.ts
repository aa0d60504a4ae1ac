// The aggregates there are. A new one is a file beside these and a line here.

import { invariant } from "../../base/index.ts";
import type { State } from "../state/state.ts";
import type { Aggregate } from "./aggregate.ts";
import { count } from "./count.ts";
import { currentStreak } from "./current-streak.ts";
import { daysSince } from "./days-since.ts";
import { daysSinceFirst } from "./days-since-first.ts";
import { decayedCount } from "./decayed-count.ts";
import { decayedSum } from "./decayed-sum.ts";
import { distinct } from "./distinct.ts";
import { first } from "./first.ts";
import { latest } from "./latest.ts";
import { longestStreak } from "./longest-streak.ts";
import { max } from "./max.ts";
import { maxGap } from "./max-gap.ts";
import { mean } from "./mean.ts";
import { meanGap } from "./mean-gap.ts";
import { min } from "./min.ts";
import { mode } from "./mode.ts";
import { modeShare } from "./mode-share.ts";
import { nth } from "./nth.ts";
import { occurs } from "./occurs.ts";
import { percentile } from "./percentile.ts";
import { stddev } from "./stddev.ts";
import { sum } from "./sum.ts";
import { trend } from "./trend.ts";
import { variance } from "./variance.ts";

export const aggregates: readonly Aggregate[] = [
  count,
  sum,
  mean,
  min,
  max,
  stddev,
  latest,
  first,
  daysSince,
  distinct,
  occurs,
  variance,
  nth,
  percentile,
  mode,
  modeShare,
  trend,
  longestStreak,
  currentStreak,
  meanGap,
  maxGap,
  daysSinceFirst,
  decayedSum,
  decayedCount,
];

const byName = new Map(aggregates.map((aggregate) => [aggregate.name, aggregate]));

export function aggregateNamed(name: string): Aggregate | undefined {
  return byName.get(name);
}

const kept = aggregates.flatMap(({ states }) => states);
const states = new Map(
  [...kept, ...kept.flatMap(({ inBlocks }) => inBlocks ?? [])].map((state) => [state.name, state]),
);

/** A state that some aggregate needs, in its rows or over blocks of them. */
export function stateNamed(name: string): State {
  const state = states.get(name);
  invariant(state !== undefined, `no aggregate keeps ${name}`);
  return state;
}
