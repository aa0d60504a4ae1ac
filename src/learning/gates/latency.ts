// How long one decision takes. Both bundles decide the same rows in turns, so that whatever else the machine does falls on both.

import { setImmediate as nextTurn } from "node:timers/promises";
import type { RunningBundle } from "../../decisions/index.ts";
import { decide } from "../../policy/index.ts";
import { type Answer, cannotTell, type Declared } from "./gate.ts";
import type { HoldOut, Pair } from "./hold-out.ts";

/** Microseconds, one for each decision timed. */
export type Timings = Pair<readonly number[]>;

const LEAST_TIMED = 30;

/** A machine's time is no sample to put an interval on; where the champion is as slow, it may be the machine. */
export function latency(timings: Timings, { mostMicros }: Declared<"latency">): Answer {
  const timed = timings.challenger.length;
  if (timed < LEAST_TIMED) return cannotTell(`${timed} rows are too few to time`, { rows: timed });
  const [ours, theirs] = [medianOf(timings.challenger), medianOf(timings.champion)];
  const measured = { challenger: ours, champion: theirs, rows: timed };
  const told = `${ours.toFixed(0)} microseconds to decide one row (median), the champion ${theirs.toFixed(0)}`;
  if (ours <= mostMicros) return { verdict: "pass", sentence: told, measured };
  if (theirs > mostMicros) return cannotTell(`${told}: both are too slow here, so it may be the machine`, measured);
  return { verdict: "fail", sentence: told, measured };
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

const TIMED_MOST = 500;
const ROWS_A_TURN = 100;

/** The rows have been decided before, so code is warm. `nowMicros` is a running clock. */
export async function timeDecisions(
  bundles: Pair<RunningBundle>,
  { rows }: Pick<HoldOut, "rows">,
  nowMicros: () => number,
): Promise<Timings> {
  const timings = { challenger: [] as number[], champion: [] as number[] };
  for (const [row, input] of rows.slice(0, TIMED_MOST).entries()) {
    if (row % ROWS_A_TURN === 0) await nextTurn();
    const turns = row % 2 === 0 ? (["challenger", "champion"] as const) : (["champion", "challenger"] as const);
    for (const side of turns) {
      const began = nowMicros();
      decide(bundles[side].loaded, input);
      timings[side].push(nowMicros() - began);
    }
  }
  return timings;
}
