import fc from "fast-check";
import { expect, it } from "vitest";
import { type Count, disclose, MINIMUM_PEOPLE, NOT_COLLECTED, TOO_FEW } from "./disclosure.ts";

const counts = fc.uniqueArray(
  fc.record({
    group: fc.constantFrom("F", "M", "X", "?", NOT_COLLECTED),
    cell: fc.constantFrom("a", "b", "c", "d"),
    people: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 500 })),
  }),
  { selector: ({ group, cell }) => `${group} ${cell}`, maxLength: 20 },
);
const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
const people = (counts: readonly Count[]) => sum(counts.map((count) => count.people));

it("counts everybody once", () => {
  fc.assert(
    fc.property(counts, (given) => {
      const told = Object.values(disclose(given)).map((row) => sum(Object.values(row)));
      expect(sum(told)).toBe(people(given));
    }),
  );
});

it("tells no group and no cell of fewer people than the minimum, unless it is all there is", () => {
  fc.assert(
    fc.property(counts, (given) => {
      const { [NOT_COLLECTED]: _, ...groups } = disclose(given);
      const rows = Object.values(groups);
      const cells = new Set(rows.flatMap((row) => Object.keys(row)));
      const inCells = [...cells].map((cell) => sum(rows.map((row) => row[cell] ?? 0)));
      for (const sizes of [rows.map((row) => sum(Object.values(row))), inCells]) {
        if (sizes.length > 1) expect(Math.min(...sizes)).toBeGreaterThanOrEqual(MINIMUM_PEOPLE);
      }
    }),
  );
});

it("takes the next smallest along, so that a lone small group cannot be found by subtraction", () => {
  const given = [
    { group: "F", cell: "a", people: 300 },
    { group: "M", cell: "a", people: 200 },
    { group: "X", cell: "a", people: 3 },
  ];
  expect(disclose(given)).toEqual({ F: { a: 300 }, [TOO_FEW]: { a: 203 } });
});

it("does not let people of whom nothing is known hide one of whom something is", () => {
  const crowd = [
    { group: "F", cell: "crowd", people: 200 },
    { group: "M", cell: "crowd", people: 200 },
  ];
  const target = { group: "F", cell: "target", people: 1 };
  const padding = { group: NOT_COLLECTED, cell: "target", people: 9 };
  expect(disclose([...crowd, target, padding])).toEqual({
    F: { [TOO_FEW]: 201 },
    M: { [TOO_FEW]: 200 },
    [NOT_COLLECTED]: { [TOO_FEW]: 9 },
  });
});
