import { expect, it } from "vitest";
import { atLeast, atMost } from "./poisson-tail.ts";

// scipy.stats.poisson.cdf(count, mean) and poisson.sf(count - 1, mean).
it.each([
  [0, 8, 0.0003354626279025119, 1],
  [3, 8, 0.04238011199168396, 0.986246032255997],
  [20, 8, 0.9999060320963082, 0.0002529394020919561],
  [900, 1000, 0.0006977673277963054, 0.9993774022157249],
  [1100, 1000, 0.9991323590365565, 0.0009626304058665587],
  [100, 10, 1, 5.398589728139647e-63],
])("of %d where %d are expected is what scipy says", (count, mean, below, above) => {
  expect(atMost(count, mean) / below).toBeCloseTo(1, 9);
  expect(atLeast(count, mean) / above).toBeCloseTo(1, 9);
});

it("has nothing left of nothing", () => {
  expect([atLeast(0, 0), atLeast(1, 0), atMost(0, 0)]).toEqual([1, 0, 1]);
});
