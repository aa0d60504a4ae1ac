// The bureau's example end to end, by its README's commands: what is expected of Dora, her sister and her loan was worked out by
// hand from the lines at the top of its generator.

import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generated } from "../../examples/bureau-documents/generate.ts";
import type { BuiltDataset } from "../../src/datasets/index.ts";
import { Example } from "./example.ts";

describe("examples/bureau-documents", { timeout: 240_000 }, () => {
  let example: Example;
  let built: BuiltDataset;

  beforeAll(async () => {
    example = await Example.open("bureau-documents");
  });
  afterAll(() => example.close());

  it("holds what its generator makes", async () => {
    const { events, topUps } = generated();
    expect((await example.text("events.ndjson.gz")) === events).toBe(true);
    expect((await example.text("top-ups.ndjson")) === topUps).toBe(true);
  });

  it("is checked, taken in and built", async () => {
    expect(await example.run("check")).toMatchObject({ code: 0 });
    expect(await example.run("ingest", example.data("events.ndjson.gz"))).toMatchObject({ code: 0 });
    // A report that comes again brings nothing, and neither do its lines.
    const again = example.path("again.ndjson");
    await writeFile(again, (await example.text("events.ndjson.gz")).split("\n").slice(0, 4).join("\n"));
    const answer = await example.json("ingest", again, "--source", "events.ndjson.gz");
    expect(answer).toMatchObject({ accepted: 0, duplicates: 4 + 1 + 7, quarantined: [] });
    built = await example.json("build", "top-ups", "--spine", example.data("top-ups.ndjson"));
  });

  it("says of Dora, of her sister and of her loan what was reported and paid", async () => {
    const { label, values } = await example.row(built, "top-up-001");
    expect(values).toMatchObject({
      // March's instalment is two weeks overdue; February's was, for the 28 days between 1 February and 1 March.
      "loan.pastDueNow": 14,
      "loan.worstPastDue365d": 28,
      "loan.returned365d": 1,
      "loan.reset": 0,
      "loan.loanAge": 365.5,
      "applicant.score": 655,
      "applicant.scoreChange180d": 655 - 640,
      "applicant.reportAge": 1,
      // Of the latest report alone: two cards and a car are open, a closed line was seriously late.
      "applicant.openLines": 3,
      "applicant.owedByKind.card": 1_200,
      "applicant.owedByKind.auto": 8_000,
      "applicant.owedByKind.mortgage": "empty window",
      "applicant.owedByKind.personal": "empty window",
      "applicant.cardUtilisation": 1_200 / 2_000,
      "applicant.fullestCard": 0.9,
      // From 15 March 2015 to noon of 15 March 2023: eight years with two leap days.
      "applicant.oldestLineDays": 8 * 365 + 2 + 0.5,
      "applicant.lateShare": 2 / 4,
      "applicant.seriouslyLate": 1,
      "applicant.creditInquiries": 2,
      "applicant.owedOverIncome": 9_200 / 60_000,
      "applicant.askedOverIncome": 3_000 / 60_000,
      "coApplicant.score": 700,
      "coApplicant.openLines": 0,
      "coApplicant.cardUtilisation": "empty window",
      "coApplicant.lateShare": "not applicable",
      "coApplicant.askedOverIncome": "no history",
    });
    // April's instalment was never paid: ninety days past due on the last of June.
    expect(label).toBe(1);
  });

  it("counts by name who is in no training set", () => {
    expect(built.manifest.dropped).toMatchObject({ "excluded: fraud": 1, "censored: sold": 1 });
    expect(Object.keys(built.manifest.dropped).sort()).toEqual([
      "censored: paidOff",
      "censored: sold",
      "excluded: deceased",
      "excluded: fraud",
      "indeterminate",
    ]);
  });

  it("has the same values on four roads, bit for bit", async () => {
    const report = await example.json("parity", "top-ups");
    expect(report).toMatchObject({ differences: 0, rows: built.manifest.rows });
  });
});
