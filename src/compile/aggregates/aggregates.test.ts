// The exam: each aggregate over small histories, with answers worked out by hand. A new aggregate adds its lines to `exam`.

import { expect, test } from "vitest";
import { missingKindOf } from "../../base/index.ts";
import type { AggregateName, FieldType, RowNode, WindowNode } from "../../define/index.ts";
import type { HistoryEvent, HistorySchema } from "../history.ts";
import { compileKernel } from "../kernel.ts";
import { layOutHistory } from "../layout.ts";
import { naiveFeatures } from "../naive/naive-features.ts";
import { aggregates } from "./all.ts";

const cents: FieldType = { kind: "money", currency: "USD", scale: 2 };
const DAY = 86_400_000_000;
const T = 100 * DAY;
const schema: HistorySchema = {
  payment: {
    kind: "event",
    name: "payment",
    entity: "borrower",
    delayMicros: 0,
    fields: { paid: { type: cents, protection: "none", optional: true } },
  },
};

/** Payments of so many cents, one a day, the last one half a day before t; null where the amount is absent. */
function payments(...amounts: readonly (number | null)[]): HistoryEvent[] {
  return amounts.map((paid, place) => {
    const at = T - DAY / 2 - (amounts.length - 1 - place) * DAY;
    const identity = { event: "payment", entity: "b1", source: "core", eventId: `e${place}`, seq: place };
    return { ...identity, at, knownAt: at, retracted: false, fields: { paid } };
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
};

function answers(name: string, reads: string, events: readonly HistoryEvent[], window: WindowNode) {
  const row: RowNode | null = reads === "nothing" ? null : { kind: "field", field: "paid", type: cents };
  const stream = { kind: "stream", event: "payment", entity: "borrower", filter: null } as const;
  const value = { kind: "aggregate", aggregate: name as AggregateName, stream, row, window } as const;
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

for (const { name, reads } of aggregates) {
  test(`${name} answers as worked out by hand`, () => {
    expect(exam[name]?.length ?? 0).toBeGreaterThan(1);
    for (const [amounts, answer] of exam[name]!) {
      expect([amounts, answers(name, reads, payments(...amounts), { kind: "ever" })]).toEqual([
        amounts,
        { kernel: answer, twin: answer },
      ]);
    }
  });

  test(`${name} over a window without events, in a history that has some`, () => {
    const window: WindowNode = { kind: "fixed", micros: DAY, skipMicros: 10 * DAY };
    const nothing = exam[name]![0]![1] === "no history" ? "empty window" : 0;
    expect(answers(name, reads, payments(500, 300), window)).toEqual({ kernel: nothing, twin: nothing });
  });
}
