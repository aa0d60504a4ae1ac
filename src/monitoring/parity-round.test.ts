import { expect, it } from "vitest";
import { parityFindings } from "./parity-round.ts";
import type { ParityRound } from "./report-document.ts";

const round: ParityRound = {
  snapshot: "0".repeat(64),
  drawnAt: "2026-01-01T00:00:00.000000Z",
  share: 0.1,
  decisions: 100,
  waiting: 0,
  rows: 100,
  values: 4_000,
  differences: 3,
  causes: { late: 2, "semantics changed": 1 },
  examples: ['applicant.a of b1 (decision d1): recorded 1, table files 2, naive 2. late: statement "x" arrived'],
};

it("finds each cause for itself: what came late is a warning, what only this release can have done is critical", () => {
  const [late, semantics, ...others] = parityFindings(round);
  expect(others).toEqual([]);
  expect(late).toMatchObject({ key: "parity late", kind: "parity", severity: "warning", effect: { value: 2 } });
  expect(late!.sentence).toBe(`2 of 4000 served values are no longer what history gives: late. ${round.examples[0]}`);
  expect(semantics).toMatchObject({ key: "parity semantics changed", severity: "critical", effect: { value: 1 } });
  expect(parityFindings({ ...round, causes: {}, differences: 0 })).toEqual([]);
});
