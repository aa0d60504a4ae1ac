import { describe, expect, it } from "vitest";
import { canonicalJson, hashText, instant } from "../base/index.ts";
import { drawReport, type ReportRequest } from "./draw-report.ts";
import { foundFinding } from "./fixtures/found-report.ts";
import { lineBundle, lineProfile, lineRequests, servedLines } from "./fixtures/served-lines.ts";
import type { FeedReport } from "./report-document.ts";

const bundle = lineBundle();
const profile = lineProfile(bundle);
const clean = servedLines(bundle, lineRequests(500, "clean"));
const strained = servedLines(bundle, lineRequests(500, "strained", { strain: 0.9 }));
const draw = (served: ReportRequest["served"], more: Partial<ReportRequest> = {}) =>
  drawReport({
    bundle: bundle.hash,
    profileHash: hashText("profile"),
    profile,
    served,
    span: { fromKept: 0, toKept: 500, sample: null },
    now: instant("2024-07-01T00:00:00Z"),
    declaration: {},
    ...more,
  });
const feeds = (features: readonly string[]) => ({
  report: { positions: { from: 0, to: 1 }, feeds: [], fields: [] } satisfies FeedReport,
  findings: [
    foundFinding("statement.billed", {
      kind: "brokenUnit",
      severity: "critical",
      subject: { name: "statement.billed", source: "core", event: "statement", field: "billed", features },
    }),
  ],
});

describe("a report", () => {
  it("is quiet of a span like the profile's, and says so in full", async () => {
    const report = await draw(clean);
    expect(report).toMatchObject({
      format: "assay.monitor",
      version: 1,
      decisions: 500,
      falseAlarmRate: 0.01,
      findings: [],
      verdict: "quiet",
      drawnAt: "2024-07-01T00:00:00.000000Z",
      feeds: null,
      outcomes: null,
      fairness: null,
      shadow: null,
    });
    expect(report.features.map(({ name, verdict }) => [name, verdict])).toEqual(
      Object.keys(profile.columns).map((name) => [name, "stable"]),
    );
    expect(report.outputs.map(({ name }) => name)).toEqual(["pd.pd"]);
    const approved = report.rates.find(({ name }) => name === "approved")!;
    expect(approved.reference).toBe(profile.dispositions["approve"]! / 3_000);
    expect(approved.current).toMatchObject({ n: 500, value: expect.closeTo(approved.reference, 1) });
  });

  it("is the same bytes however its decisions come", async () => {
    const stream = (async function* () {
      yield* clean.toReversed();
    })();
    expect(canonicalJson(await draw(stream))).toBe(canonicalJson(await draw(clean)));
  });

  it("tells what moved, the worst first: values, the score, what was decided", async () => {
    const { findings, verdict } = await draw(strained);
    expect(verdict).toBe("findings");
    expect(findings.map(({ key }) => key)).toEqual(
      expect.arrayContaining(["drift applicant.used", "drift applicant.owed", "scoreShift pd.pd", "dispositions"]),
    );
    const ranks = findings.map(({ severity }) => ["critical", "warning", "notice"].indexOf(severity));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    for (const { adjustedP } of findings) expect(adjustedP).toBeLessThanOrEqual(0.01 / 4);
  });

  it("tells of missing values as such", async () => {
    const { findings } = await draw(servedLines(bundle, lineRequests(500, "unknown", { unknown: 0.4 })));
    expect(findings).toContainEqual(expect.objectContaining({ key: "missing applicant.used", severity: "critical" }));
  });

  it("tells a broken field once: values that read it are notices", async () => {
    const { findings } = await draw(strained, { feeds: feeds(["applicant.used", "applicant.owed"]) });
    const severities = Object.fromEntries(findings.map(({ key, severity }) => [key, severity]));
    expect(severities).toMatchObject({
      "brokenUnit statement.billed": "critical",
      "drift applicant.used": "notice",
      "drift applicant.owed": "notice",
    });
  });

  it("says that too few were seen, and never that all is well", async () => {
    expect(await draw([])).toMatchObject({ decisions: 0, features: [], findings: [], verdict: "tooFew" });
    expect((await draw(clean.slice(0, 10))).verdict).toBe("tooFew");
  });

  it("keeps to the declared rate", async () => {
    const slight = servedLines(bundle, lineRequests(300, "slight", { strain: 0.35 }));
    const moved = async (falseAlarmRate: number) =>
      (await draw(slight, { declaration: { falseAlarmRate } })).features.filter(({ verdict }) => verdict !== "stable");
    expect((await moved(0.2)).length).toBeGreaterThan((await moved(1e-12)).length);
  });
});
