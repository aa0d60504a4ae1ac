import fc from "fast-check";
import { expect, test } from "vitest";
import { exp, log, log1p, logistic, logit, pow } from "./index.ts";

const named = { exp, log, log1p, pow };

// Correctly rounded results, computed with mpmath at 300 bits. These bits are part of the formats.
const golden: readonly (readonly [keyof typeof named, number, number, string])[] = [
  ["exp", 1, 0, "4005bf0a8b145769"],
  ["exp", -1, 0, "3fd78b56362cef38"],
  ["exp", 0.5, 0, "3ffa61298e1e069c"],
  ["exp", -0.5, 0, "3fe368b2fc6f960a"],
  ["exp", 1e-10, 0, "3ff000000006df38"],
  ["exp", 0.1, 0, "3ff1aec7b35a00d4"],
  ["exp", 2.5, 0, "40285d6fd931e0bb"],
  ["exp", -3.75, 0, "3f981509354f0d29"],
  ["exp", 10, 0, "40d5829dcf950560"],
  ["exp", -20.125, 0, "3e1f3fe0cb68b20c"],
  ["exp", 100, 0, "48f3494a9b171bf5"],
  ["exp", -100, 0, "36ea8c1f14e2af5d"],
  ["exp", 700, 0, "7f0d945df4f8ec8e"],
  ["exp", -700, 0, "00d14f2b0fb9307f"],
  ["exp", 709.78, 0, "7fefe9ce5c4c52b4"],
  ["exp", -745, 0, "0000000000000001"],
  ["log", 2, 0, "3fe62e42fefa39ef"],
  ["log", 0.5, 0, "bfe62e42fefa39ef"],
  ["log", 3, 0, "3ff193ea7aad030b"],
  ["log", 10, 0, "40026bb1bbb55516"],
  ["log", 0.1, 0, "c0026bb1bbb55515"],
  ["log", 0.9999999999999999, 0, "bca0000000000000"],
  ["log", 1.0000000000000002, 0, "3cafffffffffffff"],
  ["log", 1e-300, 0, "c085963447f87fb5"],
  ["log", 5e-324, 0, "c0874385446d71c3"],
  ["log", 1.7976931348623157e308, 0, "40862e42fefa39ef"],
  ["log", Math.SQRT1_2, 0, "bfd62e42fefa39ee"],
  ["log", Math.SQRT2, 0, "3fd62e42fefa39f0"],
  ["log", 10000000000, 0, "4037069e2aa2aa5b"],
  ["log", 0.3, 0, "bff34378fcbda721"],
  ["log1p", 1e-20, 0, "3bc79ca10c924223"],
  ["log1p", 1e-10, 0, "3ddb7cdfd9d1d693"],
  ["log1p", -1e-10, 0, "bddb7cdfd9dda4e3"],
  ["log1p", 0.5, 0, "3fd9f323ecbf984c"],
  ["log1p", -0.5, 0, "bfe62e42fefa39ef"],
  ["log1p", -0.9999999999999999, 0, "c0425e4f7b2737fa"],
  ["log1p", 0.00001, 0, "3ee4f8aea9ae7317"],
  ["log1p", 3, 0, "3ff62e42fefa39ef"],
  ["log1p", 10000000000, 0, "4037069e2aa3184e"],
  ["log1p", 1e300, 0, "4085963447f87fb5"],
  ["pow", 2, 0.5, "3ff6a09e667f3bcd"],
  ["pow", 10, -5, "3ee4f8b588e368f1"],
  ["pow", 1.1, 100, "40caea4e6126bb95"],
  ["pow", 0.5, 1.5, "3fd6a09e667f3bcd"],
  ["pow", 3, -2.25, "3fb59cf4615b3b0a"],
  ["pow", 1.0000001, 1000000000, "48f349445c228792"],
  ["pow", 0.999, -30000, "42a3bb88ed0afacd"],
  ["pow", 7, 300, "7492763cf89c12d4"],
  ["pow", 1e-300, 0.9, "07e0e7c9eebc4401"],
  ["pow", 5e-324, 0.25, "2f26a09e667f3bcd"],
  ["pow", 12.5, -280.5, "000ee94e184d7418"],
  ["pow", 2, 0.08333333333333333, "3ff0f38f92d97963"],
];

const view = new DataView(new ArrayBuffer(8));

function word(x: number): bigint {
  view.setFloat64(0, x);
  return view.getBigInt64(0);
}

function unitsApart(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const distance = word(a) - word(b);
  return Number(distance < 0n ? -distance : distance);
}

test.each(golden)("%s of %d and %d has bits that never change", (name, a, b, expected) => {
  view.setFloat64(0, named[name](a, b));
  expect(view.getBigUint64(0).toString(16).padStart(16, "0")).toBe(expected);
});

const double = (min: number, max: number) => fc.double({ min, max, noNaN: true });

test("exp is within one unit in the last place of Math.exp", () => {
  fc.assert(fc.property(double(-746, 710), (x) => unitsApart(exp(x), Math.exp(x)) <= 1));
});

test("log and log1p are within one unit in the last place of Math's", () => {
  fc.assert(fc.property(double(0, Number.MAX_VALUE), (x) => unitsApart(log(x), Math.log(x)) <= 1));
  fc.assert(fc.property(double(0.5, 2), (x) => unitsApart(log(x), Math.log(x)) <= 1));
  fc.assert(fc.property(double(-1, 1), (x) => unitsApart(log1p(x), Math.log1p(x)) <= 1));
});

test("pow is within one unit in the last place of Math.pow", () => {
  fc.assert(fc.property(double(1e-4, 1e4), double(-50, 50), (x, y) => unitsApart(pow(x, y), x ** y) <= 1));
});

test("pow of whole numbers is exact where the result is a double", () => {
  for (let n = 0; n <= 22; n++) expect(pow(10, n)).toBe(Number(`1e${n}`));
  for (let n = -1074; n <= 1023; n++)
    expect(pow(2, n) * pow(2, -Math.trunc(n / 2))).toBe(pow(2, n - Math.trunc(n / 2)));
  for (let n = 1; n <= 33; n++) expect(pow(-3, n)).toBe(Number((-3n) ** BigInt(n)));
});

const specials = [0, -0, 1, -1, 2, -2, 3, 0.5, -0.5, 1e300, -1e300, 5e-324, Infinity, -Infinity, Number.NaN];

test("special values follow Math", () => {
  for (const x of specials) {
    expect(unitsApart(exp(x), Math.exp(x)), `exp(${x})`).toBeLessThanOrEqual(1);
    expect(unitsApart(log(x), Math.log(x)), `log(${x})`).toBeLessThanOrEqual(1);
    expect(unitsApart(log1p(x), Math.log1p(x)), `log1p(${x})`).toBeLessThanOrEqual(1);
    for (const y of specials) expect(pow(x, y), `pow(${x}, ${y})`).toBe(x ** y);
  }
});

test("exp never decreases across the seams of its argument reduction", () => {
  for (let k = -5; k <= 5; k++) {
    const seam = (k + 0.5) * Math.LN2;
    let previous = exp(seam - 2e-15);
    for (let step = -40; step <= 40; step++) {
      const next = exp(seam + step * 5e-17);
      expect(next).toBeGreaterThanOrEqual(previous);
      previous = next;
    }
  }
});

test("logistic and logit undo each other and neither overflows", () => {
  fc.assert(
    fc.property(double(-30, 30), (x) => Math.abs(logit(logistic(x)) - x) < 1e-9 * (1 + exp(Math.max(x, 0)) * 1e-6)),
  );
  expect([logistic(-1e4), logistic(0), logistic(1e4)]).toEqual([0, 0.5, 1]);
  expect([logit(0), logit(0.5), logit(1)]).toEqual([-Infinity, 0, Infinity]);
});
