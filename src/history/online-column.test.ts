import fc from "fast-check";
import { expect, test } from "vitest";
import { endOfColumn, packColumn, packingByte, packingOf, unpackColumn, viewsOf } from "./online-column.ts";

/** Packs a column at an odd byte among other bytes and reads it back. */
function roundTrip(values: readonly number[], absent: number): { readonly read: number[]; readonly bytes: number } {
  const column = Float64Array.from(values);
  const views = viewsOf(new ArrayBuffer(8 * values.length + 64));
  views.bytes.fill(0xa5);
  const packing = packingOf(column, 0, column.length);
  const end = packColumn(column, 0, column.length, packing, views, 3);
  expect(end).toBe(endOfColumn(packing.width, 3, column.length));
  expect([...views.bytes.subarray(0, 3), ...views.bytes.subarray(end)].every((byte) => byte === 0xa5)).toBe(true);
  const out = new Float64Array(column.length + 2).fill(7);
  expect(unpackColumn(views, 3, packingByte(packing), packing.base, absent, column.length, out, 1)).toBe(end);
  expect([out[0], out.at(-1)]).toEqual([7, 7]);
  return { read: [...out.subarray(1, -1)], bytes: packing.width };
}

const whole = fc.maxSafeInteger().map((value) => value + 0);

test("any stored numbers come back bit for bit, whatever their range", () => {
  const near = fc.tuple(whole, fc.integer({ min: 0, max: 53 })).chain(([base, bits]) =>
    fc.array(
      fc.maxSafeNat().map((value) => Math.trunc(base / 2) + (value % 2 ** bits)),
      { maxLength: 40 },
    ),
  );
  fc.assert(
    fc.property(near, (values) => {
      expect(roundTrip(values, Number.NaN).read).toEqual(values);
    }),
  );
  const some = fc.array(fc.option(whole, { nil: Number.NaN }), { maxLength: 40 });
  fc.assert(
    fc.property(some, (values) => {
      expect(roundTrip(values, Number.NaN).read).toEqual(values);
    }),
  );
});

test.for([
  [0, 0],
  [1, 1],
  [255, 1],
  [256, 2],
  [65_536, 3],
  [2 ** 24, 4],
  [2 ** 32, 5],
  [2 ** 40, 6],
  [2 ** 48, 8],
])("a range of %i takes %i bytes a value", ([range, bytes]) => {
  const values = [-5, -5 + range!];
  expect(roundTrip(values, Number.NaN)).toEqual({ read: values, bytes });
});

test("what is missing has a code of its own: the next width where the range leaves none", () => {
  const values = [0, Number.POSITIVE_INFINITY, 254];
  expect(roundTrip(values, Number.POSITIVE_INFINITY)).toEqual({ read: values, bytes: 1 });
  expect(roundTrip([0, Number.NaN, 255], Number.NaN)).toEqual({ read: [0, Number.NaN, 255], bytes: 2 });
  expect(roundTrip([Number.NaN, Number.NaN], Number.NaN)).toEqual({ read: [Number.NaN, Number.NaN], bytes: 0 });
});
