// The exam: each aggregate over small histories, with answers worked out by hand. A new aggregate adds its lines to `exam`.

import { expect, test } from "vitest";
import { missingKindOf } from "../../base/index.ts";
import type { AggregateName, AggregateParameters, FieldType, RowNode, WindowNode } from "../../define/index.ts";
import type { HistoryEvent, HistorySchema } from "../history.ts";
import { compileKernel } from "../kernel.ts";
import { layOutHistory } from "../layout.ts";
import { naiveFeatures } from "../naive/naive-features.ts";
import type { Aggregate } from "./aggregate.ts";
import { aggregates } from "./all.ts";

const cents: FieldType = { kind: "money", currency: "USD", scale: 2 };
const kinds: FieldType = { kind: "category", values: ["rent", "cash", "fuel", "other"] };
const DAY = 86_400_000_000;
const T = 100 * DAY;
const schema: HistorySchema = {
  payment: {
    kind: "event",
    name: "payment",
    entity: "borrower",
    delayMicros: 0,
    fields: {
      paid: { type: cents, protection: "none", optional: true },
      kind: { type: kinds, protection: "none", optional: true },
      good: { type: { kind: "boolean" }, protection: "none", optional: true },
    },
  },
};

/** What each way of reading takes from a payment: cents, the place of a kind, or yes and no. */
const columns: { readonly [R in Aggregate["reads"]]: RowNode | null } = {
  nothing: null,
  number: { kind: "field", field: "paid", type: cents },
  identity: { kind: "field", field: "paid", type: cents },
  class: { kind: "field", field: "kind", type: kinds },
  yesOrNo: { kind: "field", field: "good", type: { kind: "boolean" } },
};

const parameters: { readonly [name: string]: AggregateParameters } = {
  nth: { place: 2 },
  percentile: { hundredths: 2_500 },
  decayedSum: { halfLifeMicros: DAY / 2 },
  decayedCount: { halfLifeMicros: DAY / 2 },
};

/** Payments of so much, one a day, the last one half a day before t; null where it is absent. */
function payments(...amounts: readonly (number | null)[]): HistoryEvent[] {
  return amounts.map((paid, place) => {
    const at = T - DAY / 2 - (amounts.length - 1 - place) * DAY;
    const identity = { event: "payment", entity: "b1", source: "core", eventId: `e${place}`, seq: place };
    return { ...identity, at, knownAt: at, retracted: false, fields: { paid, kind: paid, good: paid } };
  });
}

const HUGE = 2 ** 53 - 1;

const exam: {
  readonly [name: string]: readonly (readonly [amounts: readonly (number | null)[], answer: number | string])[];
} = {
  count: [
    [[], 0],
    [[500, null, 100], 3],
  ],
  occurs: [
    [[], 0],
    [[null], 1],
    [[1, 2], 1],
  ],
  distinct: [
    [[], 0],
    [[null], 0],
    [[500, 100, 500, null], 2],
    [[HUGE, HUGE - 1, HUGE], 2],
  ],
  daysSince: [
    [[], "no history"],
    [[null], 0.5],
    [[100, 200], 0.5],
  ],
  sum: [
    [[], "no history"],
    [[null], "empty window"],
    [[500, null, -120], 3.8],
    [[HUGE, HUGE, 1], 180143985094819.84],
  ],
  mean: [
    [[], "no history"],
    [[null], "empty window"],
    [[100, 200, null], 1.5],
    [[HUGE, HUGE - 2], 90071992547409.9],
  ],
  min: [
    [[], "no history"],
    [[null], "empty window"],
    [[500, -120, 300], -1.2],
    [[0], 0],
  ],
  max: [
    [[], "no history"],
    [[null], "empty window"],
    [[-500, -120, null], -1.2],
  ],
  latest: [
    [[], "no history"],
    [[null], "empty window"],
    [[500, 120, null], 1.2],
  ],
  first: [
    [[], "no history"],
    [[null], "empty window"],
    [[null, 500, 120], 5],
  ],
  stddev: [
    [[], "no history"],
    [[null], "empty window"],
    [[500], "not applicable"],
    [[100, 300], Math.sqrt(2)],
    [[HUGE, HUGE - 1, HUGE - 2], 0.01],
    [[500, 500, 500], 0],
  ],
  variance: [
    [[], "no history"],
    [[null], "empty window"],
    [[500], "not applicable"],
    [[100, 300], 2],
    [[HUGE, HUGE - 1, HUGE - 2], 0.0001],
  ],
  nth: [
    [[], "no history"],
    [[null], "empty window"],
    [[500], "empty window"],
    [[100, 300, null, 400], 3],
  ],
  percentile: [
    [[], "no history"],
    [[null], "empty window"],
    [[500], 5],
    // Nearest rank of four: ceil(0.25 * 4) = 1; of five: ceil(1.25) = 2.
    [[400, 100, null, 300, 200], 1],
    [[400, 100, 300, 200, 500], 2],
    [[HUGE, HUGE - 2, 7, HUGE, 5], 0.07],
  ],
  mode: [
    [[], "no history"],
    [[null], "empty window"],
    [[3, 1, 1, null, 3, 1], 1],
    // Of two kinds that came twice, the one that came latest.
    [[1, 3, 3, 1, 2], 1],
  ],
  modeShare: [
    [[], "no history"],
    [[null], "empty window"],
    [[3, 1, 1, null, 3, 1], 0.6],
  ],
  trend: [
    [[], "no history"],
    [[null], "empty window"],
    [[500], "not applicable"],
    [[100, 200, null, 400], 1],
    [[300, 100], -2],
    [[HUGE, HUGE], 0],
  ],
  longestStreak: [
    [[], 0],
    [[null], 0],
    [[0], 0],
    [[1, 1, null, 1, 0, 1, 1], 3],
  ],
  currentStreak: [
    [[], 0],
    [[null], 0],
    [[1, 1, 1, 0], 0],
    [[1, 1, 0, 1, null, 1], 2],
  ],
  meanGap: [
    [[], "no history"],
    [[null], "not applicable"],
    [[null, 1, 2, 3], 1],
  ],
  maxGap: [
    [[], "no history"],
    [[null], "not applicable"],
    [[null, 1, 2, 3], 1],
  ],
  daysSinceFirst: [
    [[], "no history"],
    [[null], 0.5],
    [[100, 200], 1.5],
  ],
  // Half a day is a half-life: the rows weigh 1/2, 1/8, 1/32 from the newest.
  decayedSum: [
    [[], "no history"],
    [[null], "empty window"],
    [[3_200], 16],
    [[3_200, 3_200, 3_200], 21],
    // An odd number of cents near 2^53: half of it needs one bit more than a double has.
    [[HUGE], 45035996273704.95],
  ],
  decayedCount: [
    [[], 0],
    [[null], 0.5],
    [[1, 2, 3], 0.65625],
  ],
};

function answers({ name, reads }: Aggregate, events: readonly HistoryEvent[], window: WindowNode) {
  const stream = { kind: "stream", event: "payment", entity: "borrower", filter: null } as const;
  const taken = parameters[name] === undefined ? {} : { parameters: parameters[name] };
  const aggregated = {
    kind: "aggregate",
    aggregate: name as AggregateName,
    stream,
    row: columns[reads],
    window,
  } as const;
  const value = { ...aggregated, ...taken };
  const feature = { value, unit: { kind: "number" }, missing: [], worse: null } as const;
  const set = { kind: "features", name: "exam", entity: "borrower", features: [{ name, feature }] } as const;
  const out = new Float64Array(1);
  const kinds = new Uint8Array(1);
  compileKernel(set, schema, { meaningHash: "" }).evaluate(layOutHistory("b1", events, schema), T, {}, out, kinds, 0);
  const twin = naiveFeatures(set, schema, events, T, {})[name]!;
  return {
    kernel: kinds[0] === 0 ? out[0]! : missingKindOf(kinds[0]!),
    twin: typeof twin === "number" ? twin : twin.missing,
  };
}

for (const aggregate of aggregates) {
  const { name } = aggregate;

  test(`${name} answers as worked out by hand`, () => {
    expect(exam[name]?.length ?? 0).toBeGreaterThan(1);
    for (const [amounts, answer] of exam[name]!) {
      expect([amounts, answers(aggregate, payments(...amounts), { kind: "ever" })]).toEqual([
        amounts,
        { kernel: answer, twin: answer },
      ]);
    }
  });

  test(`${name} over a window without events, in a history that has some`, () => {
    const window: WindowNode = { kind: "fixed", micros: DAY, skipMicros: 10 * DAY };
    const nothing = exam[name]![0]![1] === "no history" ? "empty window" : 0;
    expect(answers(aggregate, payments(500, 300), window)).toEqual({ kernel: nothing, twin: nothing });
  });
}
