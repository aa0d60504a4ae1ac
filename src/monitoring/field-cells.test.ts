import fc from "fast-check";
import { expect, it } from "vitest";
import { sketchOf } from "../evaluate/index.ts";
import { ColumnTally } from "./column-tally.ts";
import { FieldCells, movedShare } from "./field-cells.ts";
import type { FieldProfile } from "./profile-document.ts";

const fieldOf = (values: readonly number[]): FieldProfile => ({
  source: "s",
  event: "e",
  field: "f",
  categories: null,
  entities: 1,
  missing: {},
  sketch: sketchOf(Float64Array.from(values)),
});

it("counts rows one by one as it counts their sketch", () => {
  const values = fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.double({ noNaN: true, min: -1e6, max: 1e6 })), {
    minLength: 1,
    maxLength: 80,
  });
  fc.assert(
    fc.property(values, values, fc.nat(5), (before, now, absent) => {
      const cells = new FieldCells(fieldOf(before));
      const tally = new ColumnTally();
      for (const value of now) tally.add(value);
      for (let i = 0; i < absent; i++) tally.addMissing("absent");
      const rows = Float64Array.from([...now, ...new Array<number>(absent).fill(Number.NaN)]);
      const counts = cells.count(tally.profile()).map(() => 0);
      for (const cell of cells.cellsOf(rows)) counts[cell]!++;
      expect(counts).toEqual(cells.count(tally.profile()));
    }),
  );
});

it("keeps what lies beyond all that was seen apart", () => {
  const cells = new FieldCells(fieldOf(Array.from({ length: 200 }, (_, i) => i + 1)));
  const of = (value: number) => cells.cellsOf(Float64Array.of(value))[0]!;
  expect(new Set([of(0), of(1), of(100), of(200), of(201)]).size).toBe(5);
});

it("says how many rows lie elsewhere", () => {
  expect(movedShare([50, 50, 0], [10, 10, 20])).toBe(0.5);
  expect(movedShare([1, 3], [10, 30])).toBe(0);
});
