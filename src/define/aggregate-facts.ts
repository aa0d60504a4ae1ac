// What an aggregate knows before its window, and the value that each verb makes of it. Aggregates, breakdowns and the latest
// values all take their verbs from here.

import type { Problem } from "../base/index.ts";
import { traits } from "./aggregate-traits.ts";
import { problems } from "./errors.ts";
import { streamFactsOf } from "./event.ts";
import { at } from "./names.ts";
import type { WindowNode } from "./nodes.ts";
import type { Origin } from "./place.ts";
import { overWindow, type Reading } from "./reading.ts";
import { brokenValue, makeValue } from "./value.ts";
import { kindsOf, type Tense, type ValueFacts } from "./value-facts.ts";
import { agoWindow, lastWindow, nextWindow, ofLatestWindow } from "./window.ts";

export interface AggregateFacts extends ValueFacts {
  readonly reading: Reading;
  /** Set where the value is the quotient of two readings over one window. */
  readonly divisor: Reading | null;
}

export function aggregateFacts(reading: Reading, divisor: Reading | null, origin: Origin): AggregateFacts {
  const { allHistory } = traits[reading.aggregate];
  const facts = valueOver({ reading, divisor }, { window: { kind: "ever" }, problems: [] }, "past", origin);
  return {
    ...facts,
    tenses: [allHistory ? "past" : "no window"],
    reading,
    divisor,
    node: allHistory ? facts.node : null,
  };
}

interface WindowRead {
  readonly window: WindowNode | null;
  readonly problems: readonly Problem[];
}

/** The facts of an aggregate over a window. */
function valueOver(
  { reading, divisor }: Pick<AggregateFacts, "reading" | "divisor">,
  { window, problems: found }: WindowRead,
  tense: Tense,
  origin: Origin,
): ValueFacts {
  const facts = overWindow(reading, window, found, tense, origin);
  if (divisor === null) return facts;
  const below = overWindow(divisor, window, [], tense, origin);
  const whole = facts.node !== null && below.node !== null;
  return {
    ...facts,
    node: whole ? { kind: "over", left: facts.node, right: below.node } : null,
    unit: { kind: "number" },
    missing: kindsOf(facts.missing, below.missing, ["not applicable"]),
    problems: [...facts.problems, ...below.problems, ...shareProblems(window, origin)],
  };
}

/** The last n events of a subset are not among the last n of all: a share over them would say nothing. */
function shareProblems(window: WindowNode | null, origin: Origin): Problem[] {
  if (window?.kind !== "lastEvents") return [];
  const sentence = "a share is over a time: events(…) counts those of the subset and of all apart";
  return [problems.BAD_WINDOW("share", { sentence }, at(origin))];
}

/** How each verb reads its window; the verbs of aggregates, breakdowns and picks all come from here. */
export type Verb = "last" | "ever" | "ago" | "ofLatest" | "next";

const reads: {
  readonly [K in Verb]: (facts: AggregateFacts, operands: readonly unknown[], origin: Origin) => WindowRead;
} = {
  last: (_, [length, options], origin) => lastWindow(length, options as { readonly skip?: unknown }, origin),
  ever: () => ({ window: { kind: "ever" }, problems: [] }),
  ago: (_, [time], origin) => agoWindow(time, origin),
  ofLatest: ({ reading }, [parent, options], origin) =>
    ofLatestWindow(streamFactsOf(parent), reading.stream.entity, options as { readonly by?: unknown }, origin),
  next: (_, [length], origin) => nextWindow(length, origin),
};

/** The value that a verb makes of an aggregate. */
export function windowed(facts: AggregateFacts, verb: Verb, operands: readonly unknown[], origin: Origin): object {
  const tense = verb === "next" ? "future" : "past";
  return makeValue(valueOver(facts, reads[verb](facts, operands, origin), tense, origin));
}

/** A record of what `make` gives of each named thing. */
export function forEach(named: unknown, origin: Origin, make: (thing: unknown) => object): object {
  if (typeof named === "object" && named !== null) {
    return Object.freeze(Object.fromEntries(Object.entries(named).map(([name, thing]) => [name, make(thing)])));
  }
  const expected = "a window for each name: { trend90d: days(90) }";
  return Object.freeze({ each: brokenValue([problems.BAD_ARGUMENT("each", { expected }, at(origin))], origin) });
}
