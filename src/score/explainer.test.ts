// The laws of exact contributions, and the agreement of the fast explainers with the formula written out over coalitions.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/index.ts";
import type { Group, Row, Scorer } from "./artefacts.ts";
import { type Forest, forestMargin, forestSumBound } from "./forest.ts";
import { forestExplainer } from "./forest-explainer.ts";
import { loadScorer } from "./index.ts";
import { naiveExplainer } from "./naive-explainer.ts";

type Tree = { leaf: number } | { column: number; split: number; missingLeft: number; left: Tree; right: Tree };

const COLUMNS = 5;
// Leaves are multiples of 1/64, so that the float32 sum is the real sum and the laws can be asked without slack for it.
const leaf = fc.integer({ min: -128, max: 128 }).map((n) => ({ leaf: n / 64 }));
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", maxDepth: 5 },
    leaf,
    fc.record({
      column: fc.nat({ max: COLUMNS - 1 }),
      split: fc.integer({ min: -3, max: 3 }),
      missingLeft: fc.nat({ max: 1 }),
      left: tie("tree"),
      right: tie("tree"),
    }),
  ),
}));
const trees = fc.array(tree, { minLength: 1, maxLength: 5 });
const value = fc.oneof(fc.integer({ min: -4, max: 4 }), fc.constant(Number.NaN));
const row = fc.array(value, { minLength: COLUMNS, maxLength: COLUMNS }).map(rowOf);
const baseline = fc.array(row, { minLength: 1, maxLength: 6 });
/** Each column drawn into one of three groups; every group may be empty. */
const groups = fc
  .array(fc.nat({ max: 2 }), { minLength: COLUMNS, maxLength: COLUMNS })
  .map((of) =>
    [0, 1, 2].map((g) => ({ name: `g${g}`, columns: of.flatMap((group, column) => (group === g ? [column] : [])) })),
  );

function rowOf(values: readonly number[]): Row {
  return {
    values: Float64Array.from(values),
    kinds: Uint8Array.from(values, (number) => (Number.isNaN(number) ? 1 : 0)),
  };
}

function forestOf(grown: readonly Tree[]): Forest {
  const lists = { column: [] as number[], split: [] as number[], left: [] as number[], right: [] as number[] };
  const missingLeft: number[] = [];
  const add = (node: Tree): number => {
    const at = lists.column.length;
    const splits = "column" in node;
    lists.column.push(splits ? node.column : -1);
    lists.split.push(splits ? node.split : node.leaf);
    missingLeft.push(splits ? node.missingLeft : 0);
    lists.left.push(-1);
    lists.right.push(-1);
    if (splits) {
      lists.left[at] = add(node.left);
      lists.right[at] = add(node.right);
    }
    return at;
  };
  const roots = Int32Array.from(grown.map(add));
  return {
    baseMargin: -0.5,
    roots,
    column: Int32Array.from(lists.column),
    split: Float32Array.from(lists.split),
    left: Int32Array.from(lists.left),
    right: Int32Array.from(lists.right),
    missingLeft: Uint8Array.from(missingLeft),
  };
}

function scorerOf(grown: readonly Tree[]): Scorer {
  const forest = forestOf(grown);
  return {
    format: "xgboost-json",
    columns: Array.from({ length: COLUMNS }, (_, i) => `c${i}`),
    sumBound: forestSumBound(forest),
    margin: (person) => forestMargin(forest, person.values),
    explainer: (players, rows) => forestExplainer(forest, COLUMNS, players, rows),
  };
}

const single: Group[] = Array.from({ length: COLUMNS }, (_, i) => ({ name: `c${i}`, columns: [i] }));

function expectClose(got: Float64Array, wanted: Float64Array, slack: number): void {
  for (const [i, number] of got.entries()) expect(Math.abs(number - wanted[i]!)).toBeLessThanOrEqual(slack);
}
const sum = (values: Iterable<number>) => [...values].reduce((total, number) => total + number, 0);
const meanMargin = (scorer: Scorer, rows: readonly Row[]) =>
  sum(rows.map((other) => scorer.margin(other))) / rows.length;

describe("the fast explainer of a forest", () => {
  test("agrees with its slow twin", () => {
    fc.assert(
      fc.property(trees, groups, baseline, row, (grown, players, rows, person) => {
        const scorer = scorerOf(grown);
        expectClose(scorer.explainer(players, rows)(person), naiveExplainer(scorer, players, rows)(person), 1e-12);
      }),
    );
  });
  test("efficiency: the values add up to the distance from the mean baseline margin", () => {
    fc.assert(
      fc.property(trees, groups, baseline, row, (grown, players, rows, person) => {
        const scorer = scorerOf(grown);
        const distance = scorer.margin(person) - meanMargin(scorer, rows);
        expect(Math.abs(sum(scorer.explainer(players, rows)(person)) - distance)).toBeLessThanOrEqual(1e-12);
      }),
    );
  });
  test("dummy: a group equal to every baseline row, or read by no tree, gets exactly nothing", () => {
    fc.assert(
      fc.property(trees, row, row, fc.nat({ max: COLUMNS - 1 }), (grown, person, other, column) => {
        other.values[column] = person.values[column]!;
        const contributions = scorerOf(grown).explainer(single, [other, other])(person);
        expect(contributions[column]).toBe(0);
      }),
    );
  });
  test("symmetry: two columns that play the same part get the same", () => {
    const swapped = (node: Tree): Tree =>
      "leaf" in node
        ? node
        : {
            ...node,
            column: node.column === 0 ? 1 : node.column === 1 ? 0 : node.column,
            left: swapped(node.left),
            right: swapped(node.right),
          };
    fc.assert(
      fc.property(trees, row, row, (grown, person, other) => {
        person.values[1] = person.values[0]!;
        other.values[1] = other.values[0]!;
        const both = scorerOf([...grown, ...grown.map(swapped)]).explainer(single, [other])(person);
        expect(Math.abs(both[0]! - both[1]!)).toBeLessThanOrEqual(1e-12);
      }),
    );
  });
  test("the same call gives the same bits, and calls leave nothing behind", () => {
    fc.assert(
      fc.property(trees, groups, baseline, row, row, (grown, players, rows, person, other) => {
        const explain = scorerOf(grown).explainer(players, rows);
        const first = explain(person);
        explain(other);
        expect(explain(person)).toEqual(first);
      }),
    );
  });
});

describe("a real XGBoost model", () => {
  const columns = ["a", "b", "c", "d", "e", "f"].map((name) => `applicant.${name}`);
  const bytes = readFileSync(new URL("./fixtures/xgboost-3.2-model.json", import.meta.url));
  const random = seededRandom("explainer");
  const drawn = () => {
    const person = rowOf(
      columns.map((_, i) => (random.next() < 0.2 ? Number.NaN : (random.next() - 0.5) * 4 * 10 ** (i % 4))),
    );
    return person;
  };
  const players: Group[] = [
    { name: "first", columns: [0, 3] },
    { name: "second", columns: [1] },
    { name: "third", columns: [2, 4, 5] },
  ];
  test("is explained like its slow twin, up to the stated bound of float32 sums", () => {
    const scorer = loadScorer("xgboost-json", bytes, columns);
    if (Array.isArray(scorer)) throw new Error(JSON.stringify(scorer));
    const rows = Array.from({ length: 12 }, drawn);
    const [fast, slow] = [scorer.explainer(players, rows), naiveExplainer(scorer, players, rows)];
    for (let i = 0; i < 20; i++) {
      const person = drawn();
      expectClose(fast(person), slow(person), 2 * scorer.sumBound + 1e-12);
      const distance = scorer.margin(person) - meanMargin(scorer, rows);
      expect(Math.abs(sum(fast(person)) - distance)).toBeLessThanOrEqual(2 * scorer.sumBound + 1e-12);
    }
    expect(scorer.sumBound).toBeLessThan(1e-5);
  });
  test("is never explained over groups that leave a column out", () => {
    const scorer = loadScorer("xgboost-json", bytes, columns);
    if (Array.isArray(scorer)) throw new Error(JSON.stringify(scorer));
    expect(() => scorer.explainer(players.slice(1), [drawn()])).toThrow("exactly one group");
  });
});
