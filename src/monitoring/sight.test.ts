import { expect, it } from "vitest";
import { foundFinding, foundReport } from "./fixtures/found-report.ts";
import type { FairnessReport, FeedReport, OutcomeReport, ValueDrift } from "./report-document.ts";
import { sightOf } from "./sight.ts";

const feeds = (verdict: "onTime" | "tooFew") =>
  ({
    feeds: [{ source: "core", event: "statement", verdict }],
    fields: [
      { source: "core", event: "statement", field: "billed", verdict: verdict === "onTime" ? "stable" : verdict },
    ],
  }) as unknown as FeedReport;
const outcomes = (matured: number) => ({ matured }) as OutcomeReport;
const fairness = (air: number | null) => ({ rows: [{ air }] }) as unknown as FairnessReport;
const feature = (verdict: ValueDrift["verdict"]) => [{ name: "applicant.billed", verdict } as ValueDrift];

const drift = foundFinding("applicant.billed");
const late = foundFinding("statement", {
  kind: "lateFeed",
  subject: { name: "statement", source: "core", event: "statement" },
});
const field = foundFinding("statement.billed", {
  kind: "brokenUnit",
  subject: { name: "statement.billed", source: "core", event: "statement", field: "billed" },
});
const calibration = foundFinding("outcomes", { kind: "calibration" });
const unfair = foundFinding("sex F", { kind: "fairness" });

it("is seen where the report names it, as a notice too", () => {
  expect(sightOf(drift, foundReport([{ ...drift, severity: "notice" }]))).toBe("seen");
});

it.each([
  ["values", drift, { features: feature("stable") }, "unseen"],
  ["values of too few rows", drift, { features: feature("tooFew") }, "unknown"],
  ["values without decisions", drift, { decisions: 0 }, "unknown"],
  ["a feed", late, { feeds: feeds("onTime") }, "unseen"],
  ["a feed of few events", late, { feeds: feeds("tooFew") }, "unknown"],
  ["a feed that nobody looked at", late, {}, "unknown"],
  ["a field", field, { feeds: feeds("onTime") }, "unseen"],
  [
    "another feed's field",
    { ...field, subject: { ...field.subject, source: "bureau" } },
    { feeds: feeds("onTime") },
    "unknown",
  ],
  ["outcomes", calibration, { outcomes: outcomes(100) }, "unseen"],
  ["outcomes that are all immature", calibration, { outcomes: outcomes(0) }, "unknown"],
  ["outcomes that nobody joined", calibration, {}, "unknown"],
  ["groups", unfair, { fairness: fairness(0.95) }, "unseen"],
  ["groups that are too small", unfair, { fairness: fairness(null) }, "unknown"],
] as const)("of %s is told by a report that looked and by no other", (_, finding, more, sight) => {
  expect(sightOf(finding, foundReport([], more))).toBe(sight);
});
