import fc from "fast-check";
import { expect, it } from "vitest";
import { type SplitRule, splitOf } from "./split.ts";

const rule: SplitRule = { seed: "s", train: 0.6, validation: 0.2 };
const entities = Array.from({ length: 20_000 }, (_, i) => `borrower-${i}`);

it("puts about the declared shares into each part", () => {
  const counts = { train: 0, validation: 0, test: 0 };
  for (const entity of entities) counts[splitOf(entity, rule)]++;
  // Four standard errors of a share of 20,000 draws lie below 0.014.
  for (const [name, share] of [
    ["train", 0.6],
    ["validation", 0.2],
    ["test", 0.2],
  ] as const) {
    expect(Math.abs(counts[name] / entities.length - share)).toBeLessThan(0.014);
  }
});

it("never changes: these entities were always here", () => {
  const ids = ["ann", "ben", "cyd", "dan", "eve", "fay"];
  expect(ids.map((id) => splitOf(id, rule))).toMatchInlineSnapshot(`
    [
      "train",
      "train",
      "validation",
      "validation",
      "validation",
      "train",
    ]
  `);
});

it("draws anew with another seed", () => {
  const moved = entities.filter((entity) => splitOf(entity, rule) !== splitOf(entity, { ...rule, seed: "other" }));
  expect(moved.length / entities.length).toBeCloseTo(1 - (0.36 + 0.04 + 0.04), 1);
});

it("moves nobody back into training when training's share shrinks", () => {
  fc.assert(
    fc.property(fc.string(), fc.double({ min: 0.01, max: 0.6, noNaN: true }), (entity, train) => {
      return splitOf(entity, { ...rule, train }) !== "train" || splitOf(entity, rule) === "train";
    }),
  );
});
