import { expect, it } from "vitest";
import type { ServedDecision } from "../decisions/index.ts";
import { decide } from "../policy/index.ts";
import { lineBundle, lineRequests, servedLines } from "./fixtures/served-lines.ts";
import { type SecondOpinion, ShadowTally } from "./shadow-report.ts";

const bundle = lineBundle();
const stricter = lineBundle(-1.5);
const requests = lineRequests(200, "shadow");
const served = servedLines(bundle, requests);
const reportOf = (rows: readonly ServedDecision[], opinion: SecondOpinion | null) => {
  const tally = new ShadowTally(opinion);
  for (const row of rows) tally.add(row);
  return tally.report();
};
const opinionOf = (kept: number) => {
  const { disposition, reasons, outputs } = decide(stricter, requests[kept]!);
  return {
    model: "stricter",
    disposition,
    firstReason: reasons[0]?.reason ?? null,
    calibrated: outputs[0]!.calibrated,
  };
};
const stricterOpinion: SecondOpinion = ({ kept }) => opinionOf(kept);

it("says who would flip, and that stricter probabilities are higher", () => {
  const report = reportOf(served, stricterOpinion)!;
  const flips = served.filter(({ decision, kept }) => opinionOf(kept).disposition !== decision.disposition).length;
  expect(report).toMatchObject({ model: "stricter", decisions: 200, flipped: { value: flips / 200, n: 200 } });
  expect(
    Object.values(report.flips)
      .flatMap(Object.values)
      .reduce((sum, count) => sum + count, 0),
  ).toBe(200);
  expect(report.flips["decline"]).toEqual({
    decline: served.filter(({ decision }) => decision.disposition === "decline").length,
  });
  expect(report.meanDifference).toBeGreaterThan(0.02);
});

it("compares first reasons of those who are adverse under both", () => {
  const adverse = served.filter(({ decision }) => decision.adverse);
  const { firstReasonAgrees } = reportOf(served, stricterOpinion)!;
  expect(firstReasonAgrees).toMatchObject({ value: 1, n: adverse.length });
  const referred: SecondOpinion = (one) => ({ ...stricterOpinion(one), disposition: "refer" });
  expect(reportOf(served, referred)!.firstReasonAgrees).toMatchObject({ value: null, n: 0 });
});

it("reads the opinion that a whole bundle left beside the decision", () => {
  const { calibrated, disposition, firstReason } = opinionOf(0);
  const about = { raw: 0, calibrated };
  const looking = {
    ...served[0]!,
    shadows: [
      { ...about, bundle: "b", model: "pd.runnerUp", disposition: null, firstReason: null },
      { ...about, bundle: "c", model: "stricter", disposition, firstReason },
    ],
  };
  expect(reportOf([looking], null)).toMatchObject({ model: "stricter", decisions: 1 });
});

it("is none where nobody looked on", () => expect(reportOf(served, null)).toBeNull());
