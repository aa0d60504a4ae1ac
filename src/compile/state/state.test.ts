import fc from "fast-check";
import { expect, test } from "vitest";
import { aggregates } from "../aggregates/all.ts";
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
