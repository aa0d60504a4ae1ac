import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../base/index.ts";
import { sketchOf } from "../evaluate/index.ts";
import type { ColumnProfile } from "./profile-document.ts";
import { compareCounts, compareValue, driftVerdict, severityOf } from "./value-drift.ts";

const columnOf = (values: readonly number[], missing: ColumnProfile["missing"] = {}): ColumnProfile => ({
  sketch: sketchOf(Float64Array.from(values)),
  missing,
});
const oneToHundred = Array.from({ length: 100 }, (_, i) => i + 1);
const normals = (n: number, seed: string, shift = 0) => {
  const random = seededRandom(`monitoring/value-drift/${seed}`);
  return Array.from({ length: n }, () => random.normal() + shift);
};

describe("a value against its profile", () => {
  it("has no distance from itself", () => {
    const column = columnOf(normals(500, "same"), { "no history": 20 });
    const { psi, jensenShannon, wasserstein, ks, p, outOfRange, missing } = compareValue("x", column, column);
    expect({ psi, jensenShannon, wasserstein, ks, p, outOfRange }).toEqual({
      psi: 0,
      jensenShannon: 0,
      wasserstein: 0,
      ks: 0,
      p: 1,
      outOfRange: 0,
    });
    expect(missing).toEqual({
      reference: 20 / 520,
      current: 20 / 520,
      byKind: { "no history": { reference: 20 / 520, current: 20 / 520 } },
    });
  });

  it("counts in the profile's deciles, one cell for each kind of missing, and says what lies outside", () => {
    const current = columnOf([...oneToHundred.slice(50), ...oneToHundred.slice(50).map((one) => one + 100)], {
      "empty window": 100,
    });
    const compared = compareValue("x", columnOf(oneToHundred), current);
    expect(compared.cells.map(({ cell }) => cell)).toEqual([
      ...[10, 20, 30, 40, 50, 60, 70, 80, 90].map((edge) => `≤ ${edge}`),
      "> 90",
      "missing: empty window",
    ]);
    expect(compared.cells.map(({ current: share }) => share)).toEqual([
      0, 0, 0, 0, 0, 0.05, 0.05, 0.05, 0.05, 0.3, 0.5,
    ]);
    expect(compared.outOfRange).toBe(0.5);
    expect(compared.means).toEqual({ reference: 50.5, current: 125.5 });
  });

  it("is surer with more rows, and as far", () => {
    const [few, many] = [200, 20_000].map((rows) =>
      compareValue("x", columnOf(normals(rows, "before")), columnOf(normals(rows, "after", 0.2))),
    );
    expect(many!.p).toBeLessThan(1e-12);
    expect(few!.p).toBeGreaterThan(1e-3);
    expect(many!.psiCritical / few!.psiCritical).toBeCloseTo(0.01, 6);
  });

  it("is as sure as there are people, where rows are one person's several", () => {
    const [before, now] = [columnOf(normals(3_000, "before")), columnOf(normals(3_000, "after", 0.15))];
    const byRows = compareValue("x", before, now);
    const byPeople = compareValue("x", before, now, { reference: 500, current: 500 });
    expect(byPeople.p).toBeGreaterThan(byRows.p);
    expect(byPeople.psi).toBe(byRows.psi);
    expect(byPeople.psiCritical / byRows.psiCritical).toBeCloseTo(6, 6);
  });

  it.each([
    ["rows that are missing", columnOf(normals(80, "few"), { "no history": 20 })],
    ["values far out", columnOf([...normals(80, "few"), ...normals(20, "far", 30)])],
  ])("notices %s, new and few beside a large profile", (_, current) => {
    expect(compareValue("x", columnOf(normals(20_000, "large")), current).p).toBeLessThan(1e-9);
  });

  it("notices a code that it never had among those that it had", () => {
    const codes = Array.from({ length: 2_000 }, (_, i) => (i % 4) * 10);
    const current = columnOf([...codes.slice(0, 190), ...Array.from({ length: 10 }, () => 15)]);
    expect(compareValue("x", columnOf(codes), current).p).toBeLessThan(1e-9);
  });

  it("says nothing of one value that everybody has, or of nothing at all", () => {
    const constant = columnOf([7, 7, 7]);
    expect(compareValue("x", constant, constant)).toMatchObject({ psi: 0, psiCritical: 0, p: 1, wasserstein: null });
    const nothing = columnOf([], { "no history": 5 });
    expect(compareValue("x", nothing, nothing)).toMatchObject({ psi: 0, p: 1, ks: null, psiEvidently: null });
  });

  it("gives probabilities and shares, whatever the columns", () => {
    const column = fc
      .record({ values: fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 60 }), missing: fc.nat(5) })
      .filter(({ values, missing }) => values.length + missing > 0)
      .map(({ values, missing }) => columnOf(values, missing > 0 ? { "no history": missing } : {}));
    fc.assert(
      fc.property(column, column, (before, now) => {
        const { p, psi, cells } = compareValue("x", before, now);
        expect(p >= 0 && p <= 1 && psi >= 0).toBe(true);
        expect(cells.reduce((sum, cell) => sum + cell.current, 0)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe("counts by name", () => {
  it("are compared by all names of both sides", () => {
    const drift = compareCounts({ approve: 700, decline: 300 }, { approve: 60, refer: 40 })!;
    expect(drift.cells).toEqual([
      { cell: "approve", reference: 0.7, current: 0.6 },
      { cell: "decline", reference: 0.3, current: 0 },
      { cell: "refer", reference: 0, current: 0.4 },
    ]);
    expect(drift.p).toBeLessThan(1e-6);
  });

  it("are not where a side has none", () => {
    expect(compareCounts({}, { approve: 3 })).toBeNull();
    expect(compareCounts({ approve: 3 }, {})).toBeNull();
  });
});

describe("a verdict", () => {
  it.each([
    ["far and sure", { psi: 0.3, psiCritical: 0.02, adjustedP: 1e-6 }, "drifted"],
    ["sure, of a size that practice calls stable", { psi: 0.05, psiCritical: 0.02, adjustedP: 1e-6 }, "small"],
    ["far, as chance may be", { psi: 0.3, psiCritical: 0.2, adjustedP: 0.2 }, "stable"],
    ["of rows that could not tell", { psi: 0.3, psiCritical: 0.4, adjustedP: 0.2 }, "tooFew"],
  ] as const)("on what is %s", (_, drift, verdict) => {
    expect(driftVerdict(drift, 0.01)).toBe(verdict);
  });

  it("is critical from where practice acts", () => {
    expect([0.249, 0.25].map(severityOf)).toEqual(["warning", "critical"]);
  });
});
