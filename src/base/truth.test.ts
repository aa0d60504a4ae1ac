import { expect, test } from "vitest";
import { parseTruth, TRUTH_WORDS } from "./truth.ts";

test("every spelling that a sentence names is read, in any case, and so is nothing else", () => {
  const named = TRUTH_WORDS.split(", ").filter((pair) => pair.includes(" or "));
  for (const [yes, no] of named.map((pair) => pair.split(" or "))) {
    for (const spelled of [yes!, yes!.toUpperCase(), yes![0]!.toUpperCase() + yes!.slice(1)]) {
      expect([spelled, parseTruth(spelled)]).toEqual([spelled, true]);
    }
    expect([parseTruth(no!), parseTruth(no!.toUpperCase())]).toEqual([false, false]);
  }
  expect(named).toHaveLength(4);
  for (const other of ["", " ", "t", "F", "on", "2", "-1", "1.0", "true ", "constructor", "ja"])
    expect([other, parseTruth(other)]).toEqual([other, undefined]);
});
