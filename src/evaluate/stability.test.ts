import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../base/index.ts";
import { psi } from "./index.ts";

test("agrees with NumPy and SciPy", () => {
  const stability = psi([100, 200, 300, 400], [120, 180, 330, 370]);
  expect(stability.value).toBeCloseTo(0.010951793087256731, 14);
  expect(stability.critical).toBeCloseTo(0.01562945580650236, 14);
});

test("ten bins of three hundred rows each side exceed 0.113 by chance alone in a twentieth of cases", () => {
  expect(psi(Array(10).fill(30), Array(10).fill(30))).toMatchObject({ value: 0, critical: expect.closeTo(0.1128, 4) });
  const random = seededRandom("psi");
  const counts = (): number[] => {
    const bins = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 300; i++) bins[random.integer(10)]! += 1;
    return bins;
  };
  const exceeded = Array.from({ length: 1_000 }, () => psi(counts(), counts())).filter(
    (each) => each.value > each.critical,
  );
  expect(exceeded.length).toBeGreaterThan(30);
  expect(exceeded.length).toBeLessThan(75);
});

test("never negative, and the same from either side", () => {
  const counts = fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(counts, (pairs) => {
      const [a, b] = [
        [...pairs.map(([x]) => x), 1, 2],
        [...pairs.map(([, y]) => y), 2, 1],
      ];
      const [there, back] = [psi(a, b), psi(b, a)];
      expect(there.value).toBeGreaterThanOrEqual(0);
      expect(back.value).toBeCloseTo(there.value, 12);
      expect(back.critical).toBeCloseTo(there.critical, 12);
    }),
  );
});

test("a bin that neither side fills is no bin; one that a single side fills counts half a row", () => {
  expect(psi([10, 0, 10], [10, 0, 10])).toMatchObject({ value: 0, bins: 2, emptySides: 0 });
  expect(psi([10, 0, 10], [10, 1, 9])).toMatchObject({ bins: 3, emptySides: 1 });
  expect(() => psi([10], [10])).toThrow("invariant");
  expect(() => psi([0, 0], [1, 1])).toThrow("invariant");
});
