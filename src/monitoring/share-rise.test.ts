import fc from "fast-check";
import { expect, it } from "vitest";
import { riseP } from "./share-rise.ts";

// scipy.stats.fisher_exact(…, alternative="greater") of SciPy 1.17.1
it.each([
  [0, 10_000, 1, 40, 0.00398406374501992],
  [3, 10, 7, 9, 0.05125679274286085],
  [20, 1_000, 60, 1_000, 2.8329860009233784e-6],
  [0, 20_000, 20, 100, 1.1362172626016052e-47],
  [500, 1_000, 400, 1_000, 0.9999972334285216],
  [0, 5, 5, 5, 0.003968253968253969],
  [1_000, 1_000, 90, 100, 1],
])("%i of %i before, %i of %i now", (was, n, is, m, p) => {
  const found = riseP({ hits: was, n }, { hits: is, n: m });
  expect(Math.abs(found / p - 1)).toBeLessThan(1e-9);
});

it("is a probability, and falls as more hits are seen", () => {
  const side = fc.nat(200).chain((n) => fc.record({ n: fc.constant(n), hits: fc.nat(n) }));
  fc.assert(
    fc.property(side, side, (before, now) => {
      const p = riseP(before, now);
      expect(p).toBeGreaterThanOrEqual(0);
      expect(p).toBeLessThanOrEqual(1 + 1e-12);
      if (now.hits > 0) expect(riseP(before, { ...now, hits: now.hits - 1 })).toBeGreaterThanOrEqual(p - 1e-12);
    }),
  );
});
