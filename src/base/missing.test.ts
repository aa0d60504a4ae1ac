import { expect, test } from "vitest";
import { isMissing, type MissingKind, missingCode, missingKindOf, missingKinds, PRESENT } from "./index.ts";

test("the codes are part of the formats", () => {
  expect(Object.fromEntries(missingKinds.map((kind) => [kind, missingCode(kind)]))).toEqual({
    "no history": 1,
    "not linked": 2,
    "empty window": 3,
    "not yet known": 4,
    stale: 5,
    "not collected then": 6,
    "not applicable": 7,
    redacted: 8,
  });
});

test("a code gives back its kind, and neither an unknown code nor an unknown kind passes for present", () => {
  for (const kind of missingKinds) expect(missingKindOf(missingCode(kind))).toBe(kind);
  for (const code of [PRESENT, -1, 9, 1.5]) expect(() => missingKindOf(code)).toThrow(RangeError);
  expect(() => missingCode("lost" as MissingKind)).toThrow(RangeError);
});

test("only an object with a known kind is missing", () => {
  expect(isMissing({ missing: "stale" })).toBe(true);
  for (const value of [null, undefined, 0, Number.NaN, "stale", {}, { missing: "lost" }, { missing: 3 }]) {
    expect(isMissing(value)).toBe(false);
  }
});
