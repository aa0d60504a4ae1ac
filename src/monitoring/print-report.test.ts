import { expect, it } from "vitest";
import { hashText } from "../base/index.ts";
import { drawReport } from "./draw-report.ts";
import { foundFinding, foundReport } from "./fixtures/found-report.ts";
import { lineBundle, lineProfile, lineRequests, servedLines } from "./fixtures/served-lines.ts";
import { headline, printReport } from "./print-report.ts";

it("says the verdict first", () => {
  expect(headline(foundReport([], { decisions: 12_345 }))).toBe(
    "12,345 decisions: no drift (a report with nothing to find alarms in at most 1.0 % of cases).",
  );
  expect(headline(foundReport([foundFinding("x"), foundFinding("y", { severity: "notice" })]))).toBe(
    "100 decisions: 1 finding.",
  );
  expect(headline(foundReport([], { verdict: "tooFew" }))).toBe(
    "100 decisions: too few to tell whether anything has changed.",
  );
});

it("says what was found, where, and what to do", () => {
  const subject = { name: "statement.billed", source: "core", firstPosition: 812 };
  expect(printReport(foundReport([foundFinding("statement.billed", { subject })])).slice(1)).toEqual([
    "WARNING drift: statement.billed has moved. (source core, from position 812)",
    "  Look at it.",
    "",
    "Rates now (profile): .",
  ]);
});

it("lays the values that moved most beside what chance gives", async () => {
  const bundle = lineBundle();
  const report = await drawReport({
    bundle: bundle.hash,
    profileHash: hashText("profile"),
    profile: lineProfile(bundle),
    now: 0,
    declaration: {},
    served: servedLines(bundle, lineRequests(400, "print", { strain: 0.9 })),
    span: { fromKept: 0, toKept: 400, sample: null },
  });
  const lines = printReport(report).slice(1 + 2 * report.findings.length);
  expect(lines.join("\n")).toMatchInlineSnapshot(`
    "
    most moved               PSI  chance  missing  verdict
    applicant.owed        0.7492  0.0479    0.0 %  drifted
    applicant.used        0.6294  0.0519    4.0 %  drifted
    applicant.late        0.1440  0.0221    0.0 %  drifted
    applicant.statements  0.0166  0.0479    0.0 %  stable

    Rates now (profile): approved 41.5 % (65.6 %), counter-offered 34.8 % (25.4 %), referred 0.0 % (0.0 %), declined 23.8 % (9.0 %), adverse 58.5 % (34.4 %), closed by a person 0.0 % (0.0 %)."
  `);
});
