import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "./index.ts";

test("writes the example of RFC 8785, 3.2.2 and 3.2.3", () => {
  const value = {
    numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000f\nA\'B"\\\\"/',
    literals: [null, true, false],
  };
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test("orders keys by UTF-16 code units, not by code points", () => {
  const keys = ["\u20ac", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "\u00f6"];
  const written = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));
  expect(Object.keys(JSON.parse(written) as object)).toEqual([
    "1",
    "\r",
    "\u0080",
    "\u00f6",
    "\u20ac",
    "\ud83d\ude00",
    "\ufb33",
  ]);
});

test("house rules: bigint as string, minus zero as zero, undefined members left out", () => {
  expect(canonicalJson({ cents: 12345678901234567890n, zero: -0, gone: undefined })).toBe(
    '{"cents":"12345678901234567890","zero":0}',
  );
});

test("the order in which members were written does not matter, and nothing is lost", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test.each([
  [Number.NaN],
  [Number.POSITIVE_INFINITY],
  [undefined],
  [[undefined]],
  [Object.assign([], { length: 2 })],
  [() => 1],
  [Symbol("s")],
  [new Date(0)],
  [new Map()],
  [new Uint8Array(2)],
  [{ "\ud800": 1 }],
])("refuses %s", (value) => {
  expect(() => canonicalJson(value)).toThrow(TypeError);
});
