import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EXACT_ROWS_MAX, LIMB } from "../base/index.ts";
import { fieldFitter } from "./sequence-scaling.ts";

function put(fitter: ReturnType<typeof fieldFitter>, value: number): void {
  const high = Math.floor(value / LIMB);
  fitter.number(value, high, value - high * LIMB);
}

/** By whole numbers without bound. */
function spreadOf(values: readonly bigint[]) {
  const n = BigInt(values.length);
  const sum = values.reduce((total, value) => total + value, 0n);
  const squares = values.reduce((total, value) => total + value * value, 0n);
  const deviation = Math.sqrt(Number(n * squares - sum * sum) / Number(n * n));
  return { kind: "scaled", mean: Number(sum) / Number(n), deviation: deviation === 0 ? 1 : deviation, rows: Number(n) };
}

describe("a mean and a deviation", () => {
  it("are those of whole numbers without bound, in every bit", () => {
    const edge = fc.constantFrom(2 ** 53 - 1, 1 - 2 ** 53, 2 ** 52 + 1, LIMB, -LIMB, -1, 0);
    const values = fc.array(fc.oneof(edge, fc.maxSafeInteger(), fc.integer({ min: -9, max: 9 })), { minLength: 1 });
    const property = fc.property(values, (drawn) => {
      const fitter = fieldFitter({ kind: "scaled" });
      for (const value of drawn) put(fitter, value);
      expect(fitter.fitted()).toEqual(spreadOf(drawn.map(BigInt)));
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("stay exact past the rows that one exact sum has room for", () => {
    const fitter = fieldFitter({ kind: "scaled" });
    const [rows, large] = [EXACT_ROWS_MAX + 3, 2 ** 53 - 1];
    for (let row = 0; row < rows; row++) put(fitter, row % 2 === 0 ? large : -3);
    const [n, odd] = [BigInt(rows), BigInt(rows >> 1)];
    const [sum, squares] = [(n - odd) * BigInt(large) - 3n * odd, (n - odd) * BigInt(large) ** 2n + 9n * odd];
    const deviation = Math.sqrt(Number(n * squares - sum * sum) / Number(n * n));
    expect(fitter.fitted()).toEqual({ kind: "scaled", mean: Number(sum) / rows, deviation, rows });
  });

  it("are 0 and 1 of nothing, and 1 is the deviation of equal values", () => {
    expect(fieldFitter({ kind: "scaled" }).fitted()).toEqual({ kind: "scaled", mean: 0, deviation: 1, rows: 0 });
    const fitter = fieldFitter({ kind: "scaled" });
    for (let row = 0; row < 3; row++) put(fitter, 7);
    expect(fitter.fitted()).toEqual({ kind: "scaled", mean: 7, deviation: 1, rows: 3 });
  });
});

describe("quantiles", () => {
  const edgesOf = (values: readonly number[], count: number) => {
    const fitter = fieldFitter({ kind: "steps", count });
    for (const value of values) put(fitter, value);
    return fitter.fitted();
  };

  it("lie at nearest ranks, each value once", () => {
    expect(edgesOf([5, 1, 4, 2, 3, 9, 8, 7, 6, 10], 4)).toEqual({ kind: "steps", edges: [3, 5, 8], rows: 10 });
    expect(edgesOf([0, 0, 0, 0, 1, 2], 4)).toEqual({ kind: "steps", edges: [0, 1], rows: 6 });
    expect(edgesOf([], 4)).toEqual({ kind: "steps", edges: [], rows: 0 });
  });

  it("take more values than they first have room for", () => {
    const values = Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 5_000);
    expect(edgesOf(values, 5)).toEqual({ kind: "steps", edges: [999, 1999, 2999, 3999], rows: 5_000 });
  });
});

it("words come by how often they are said, then by their bytes", () => {
  const said = (most: number, words: readonly string[]) => {
    const fitter = fieldFitter({ kind: "coded", most });
    for (let entity = 0; entity < 10; entity++) {
      fitter.entity();
      for (const word of words) fitter.word(word);
    }
    return fitter.fitted();
  };
  const words = ["b", "\u{1f4b3}", "a", "\uffee", "a", "b", "z", "z", "z"];
  expect(said(3, words)).toEqual({ kind: "coded", words: ["z", "a", "b"], rows: 90 });
  expect(said(9, ["\u{1f4b3}", "\uffee"])).toEqual({ kind: "coded", words: ["\uffee", "\u{1f4b3}"], rows: 20 });
});

it("a word of fewer than ten entities is not kept, however often they say it", () => {
  const fitter = fieldFitter({ kind: "coded", most: 9 });
  for (let entity = 0; entity < 10; entity++) {
    fitter.entity();
    fitter.word("theirs");
    if (entity > 0) for (let time = 0; time < 50; time++) fitter.word("of nine");
  }
  expect(fitter.fitted()).toEqual({ kind: "coded", words: ["theirs"], rows: 460 });
});
