import fc from "fast-check";
import { expect, test } from "vitest";
import type { FieldType } from "../../define/index.ts";
import { aggregates } from "../aggregates/all.ts";
import { ranked } from "../aggregates/ranked.ts";
import type { HistoryEvent, HistorySchema } from "../history.ts";
import { compileKernel } from "../kernel.ts";
import { layOutHistory } from "../layout.ts";
import { distinctSet } from "./distinct-set.ts";

test("a distinct set counts as a Set does, round after round", () => {
  const set = distinctSet();
  const number = fc.oneof(
    fc.maxSafeInteger(),
    fc.integer({ min: -9, max: 9 }),
    fc.constantFrom(2 ** 53, 2 ** 32, -(2 ** 32), 64, 128),
  );
  const pairs = fc.array(fc.tuple(number, fc.nat({ max: 2 })), { maxLength: 300 });
  fc.assert(
    fc.property(pairs, (added) => {
      set.clear();
      for (const [high, low] of added) set.add(high, low);
      expect(set.size).toBe(new Set(added.map(([high, low]) => `${high} ${low}`)).size);
    }),
  );
});

test("each state has a name of its own", () => {
  const states = new Set(aggregates.flatMap((aggregate) => aggregate.states));
  expect(new Set([...states].map(({ name }) => name)).size).toBe(states.size);
});

/** How many different values of one type the kernel counts; the values as they are stored. */
function differentOf(type: FieldType, values: readonly (number | string | null)[]): number {
  const field = { type, protection: "none", optional: true } as const;
  const schema: HistorySchema = {
    visit: { kind: "event", name: "visit", entity: "borrower", delayMicros: 0, fields: { said: field } },
  };
  const events = values.map((said, at): HistoryEvent => {
    const identity = { event: "visit", entity: "b1", source: "core", eventId: `e${at}`, seq: at };
    return { ...identity, at, knownAt: at, retracted: false, fields: { said } };
  });
  const stream = { kind: "stream", event: "visit", entity: "borrower", filter: null } as const;
  const row = { kind: "field", field: "said", type } as const;
  const value = { kind: "aggregate", aggregate: "distinct", stream, row, window: { kind: "ever" } } as const;
  const feature = { value, unit: { kind: "number" }, missing: [], worse: null } as const;
  const set = { kind: "features", name: "s", entity: "borrower", features: [{ name: "n", feature }] } as const;
  const out = new Float64Array(1);
  const history = layOutHistory("b1", events, schema);
  compileKernel(set, schema, { meaningHash: "" }).evaluate(history, values.length, {}, out, new Uint8Array(1), 0);
  return out[0]!;
}

const letters = (count: number): string[] => Array.from({ length: count }, (_, i) => `k${i}`);

test.each<[string, FieldType, fc.Arbitrary<number | string | null>]>([
  ["yes and no", { kind: "boolean" }, fc.nat({ max: 1 })],
  ["few categories", { kind: "category", values: letters(32) }, fc.nat({ max: 31 })],
  ["categories that a later schema appended", { kind: "category", values: letters(4) }, fc.nat({ max: 70 })],
  ["many categories", { kind: "category", values: letters(300) }, fc.nat({ max: 299 })],
  ["texts", { kind: "text" }, fc.string({ maxLength: 2 })],
  ["numbers", { kind: "integer" }, fc.maxSafeInteger()],
])("distinct counts %s as a Set does", (_, type, value) => {
  const values = fc.array(fc.option(value, { freq: 5 }), { maxLength: 200 });
  fc.assert(
    fc.property(values, (said) => {
      expect(differentOf(type, said)).toBe(new Set(said.filter((one) => one !== null)).size);
    }),
    { numRuns: 60 },
  );
});

test("the value at a rank is the one that sorting finds", () => {
  const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.maxSafeInteger());
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 200 }), fc.nat(), (drawn, place) => {
      const rank = (place % drawn.length) + 1;
      expect(ranked(Float64Array.from(drawn), drawn.length, rank)).toBe(drawn.toSorted((a, b) => a - b)[rank - 1]);
    }),
    { numRuns: 500 },
  );
});
