// The aggregates there are. A new one is a file beside these and a line here.

import { invariant } from "../../base/index.ts";
import type { State } from "../state/state.ts";
import type { Aggregate } from "./aggregate.ts";
import { count } from "./count.ts";
import { daysSince } from "./days-since.ts";
import { distinct } from "./distinct.ts";
import { first } from "./first.ts";
import { latest } from "./latest.ts";
import { max } from "./max.ts";
import { mean } from "./mean.ts";
import { min } from "./min.ts";
import { occurs } from "./occurs.ts";
import { stddev } from "./stddev.ts";
import { sum } from "./sum.ts";

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
];

const byName = new Map(aggregates.map((aggregate) => [aggregate.name, aggregate]));

export function aggregateNamed(name: string): Aggregate | undefined {
  return byName.get(name);
}

const states = new Map(aggregates.flatMap((aggregate) => aggregate.states.map((state) => [state.name, state])));

/** A state that some aggregate needs. */
export function stateNamed(name: string): State {
  const state = states.get(name);
  invariant(state !== undefined, `no aggregate keeps ${name}`);
  return state;
}
