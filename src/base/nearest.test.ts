import fc from "fast-check";
import { expect, test } from "vitest";
import { nearest } from "./index.ts";

const names = ["lateCount180d", "paidShare90d", "limitNow", "daysSinceLate"];

test("offers the name that was probably meant", () => {
  expect(nearest("lateCount180", names)).toBe("lateCount180d");
  expect(nearest("PAIDSHARE90D", names)).toBe("paidShare90d");
  expect(nearest("limtNow", names)).toBe("limitNow");
});

test("offers nothing when nothing is close", () => {
  expect(nearest("employer", names)).toBeUndefined();
  expect(nearest("limitNow", [])).toBeUndefined();
});

test("a name among the candidates is its own nearest", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), (candidates) => {
      expect(nearest(candidates.at(-1)!, candidates)).toBe(candidates.at(-1));
    }),
  );
});

test("one slip in a word of three letters or more is forgiven", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{3,12}$/), fc.nat(), fc.constantFrom("", "x", "zz"), (word, at, slip) => {
      const place = at % word.length;
      return nearest(word.slice(0, place) + slip + word.slice(place + 1), [word]) === word;
    }),
  );
});
