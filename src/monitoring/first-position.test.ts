import { expect, it } from "vitest";
import { seededRandom } from "../base/index.ts";
import { changeBegins } from "./first-position.ts";

/** Rows of two cells; the second comes with one probability up to the change and with another from there on. */
function rowsOf(n: number, change: number, before: number, after: number, seed: string): number[] {
  const random = seededRandom(`monitoring/first-position/${seed}`);
  return Array.from({ length: n }, (_, row) => (random.next() < (row < change ? before : after) ? 1 : 0));
}

it.each([
  ["something new", 0, 0.2],
  ["something that was rare", 0.01, 0.2],
  ["something that comes no more", 0.3, 0],
  ["everything at once", 0, 1],
] as const)("finds where %s begins, though rows before it may show it", (seed, before, after) => {
  const rows = rowsOf(4_000, 2_500, before, after, seed);
  const found = changeBegins(rows, [10_000 * (1 - before), 10_000 * before]);
  expect(Math.abs(found - 2_500)).toBeLessThanOrEqual(20);
  expect(rows[found]).toBe(after > before ? 1 : 0);
});

it("says the first row that shows it where all rows are of the change", () => {
  const rows = rowsOf(1_000, 0, 0, 0.5, "from the start");
  expect(changeBegins(rows, [99, 1])).toBe(rows.indexOf(1));
});

it("keeps inside the rows where nothing has changed", () => {
  expect(changeBegins([0, 0, 0], [5, 0])).toBeLessThan(3);
});
