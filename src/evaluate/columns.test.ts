import { expect, test } from "vitest";
import { checkColumns } from "./index.ts";

const codesOf = (columns: Parameters<typeof checkColumns>[0]): string[] =>
  checkColumns(columns).map(({ code }) => code);

test("sound columns have no problem", () => {
  expect(
    codesOf({ labels: Uint8Array.of(0, 1), scores: [-3.5, Infinity], probabilities: Float64Array.of(0, 1) }),
  ).toEqual([]);
});

test("each mistake has its problem, with the row", () => {
  expect(codesOf({ labels: [] })).toEqual(["ASSAY_EVALUATE_NO_ROWS"]);
  expect(codesOf({ labels: [0, 1], scores: [1] })).toEqual(["ASSAY_EVALUATE_UNEQUAL_LENGTHS"]);
  expect(codesOf({ labels: [0, Number.NaN], scores: [1, Number.NaN], probabilities: [0.5, 1.01] })).toEqual([
    "ASSAY_EVALUATE_LABEL_NOT_BINARY",
    "ASSAY_EVALUATE_NOT_A_NUMBER",
    "ASSAY_EVALUATE_NOT_A_PROBABILITY",
  ]);
  expect(checkColumns({ labels: [0, 1], probabilities: [0.5, 7] })[0]!.rule).toBe("holds 7 in row 1, outside 0 to 1");
});
