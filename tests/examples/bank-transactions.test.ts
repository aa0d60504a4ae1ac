// The bank's example end to end, by its README's commands: what is expected of Ada and Ben was worked out by hand from the
// bookings at the top of its generator.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generated } from "../../examples/bank-transactions/generate.ts";
import type { BuiltDataset } from "../../src/datasets/index.ts";
import { Example } from "./example.ts";

describe("examples/bank-transactions", { timeout: 240_000 }, () => {
  let example: Example;
  let built: BuiltDataset;

  beforeAll(async () => {
    example = await Example.open("bank-transactions");
  });
  afterAll(() => example.close());

  it("holds what its generator makes", async () => {
    const { events, applications } = generated();
    expect((await example.text("events.ndjson.gz")) === events).toBe(true);
    expect((await example.text("applications.ndjson")) === applications).toBe(true);
  });

  it("is checked, taken in and built", async () => {
    expect(await example.run("check")).toMatchObject({ code: 0 });
    expect(await example.run("ingest", example.data("events.ndjson.gz"))).toMatchObject({ code: 0 });
    built = await example.json("build", "instalment-loans", "--spine", example.data("applications.ndjson"));
    expect(built.manifest.rows).toBeGreaterThan(300);
  });

  it("says of Ada what her bookings say", async () => {
    const { label, values } = await example.row(built, "loan-001");
    expect(values).toMatchObject({
      // Six salaries, five of 2,000 and then one of 2,100, on the 28th of each month at noon: 153 days from first to last.
      "account.typicalSalary": 2_000,
      "account.salary1": 2_100,
      "account.salary2": 2_000,
      "account.salary3": 2_000,
      "account.salaryGapMean184d": 153 / 5,
      "account.salaryGapMax184d": 31,
      "account.paydaySpread184d": 0,
      "account.daysSinceSalary": 2,
      // Since 2 December: two rents, two shops, one bet at half past three at night, one withdrawal; nine bookings in all.
      "account.spent90d.rent": 1_600,
      "account.spent90d.groceries": 200,
      "account.spent90d.gambling": 50,
      "account.spent90d.cash": 150,
      "account.spent90d.salary": "empty window",
      "account.spent90d.other": "empty window",
      "account.gamblingShare90d": 50 / 2_000,
      "account.nightShare90d": 1 / 9,
      // February's 950 less January's 900. From 25 January to 25 February 2,000 came in and 950 went out.
      "account.spentChange": 50,
      "account.keptOfPayCycle": 1_050 / 2_000,
      "account.balanceNow": 7_980,
      "account.balanceGrowth90d": 7_980 - 3_880,
      "account.lowestBalance90d": 3_730,
      "account.overdrawnStreak184d": 2,
      "account.overdrawnNow": 0,
      "account.lastMerchantRisk": 0.025,
      // 6,000 over 24 months, the first on 1 April.
      "account.instalmentOverSalary": 250 / 2_000,
      "account.buffer": 7_980 / 250,
      "account.daysToFirstPayment": 29.5,
      // The rent of that morning is booked and not known yet; so are the layoffs of two days before.
      "account.bookings": 14,
      "applicant.employedDays": 365,
      "applicant.employerLayoffs365d": 40,
      "applicant.paidOfContract": 1,
    });
    expect(label).toBe(1);
  });

  it("says of Ben, who has no history, which kind of nothing each value is", async () => {
    const { label, values } = await example.row(built, "loan-002");
    expect(values).toMatchObject({
      "account.typicalSalary": "no history",
      "account.spent90d.rent": "no history",
      "account.nightShare90d": "not applicable",
      "account.overdrawnStreak184d": 0,
      "account.bookings": 0,
      "account.lastMerchantRisk": "not linked",
      "account.instalmentOverSalary": "not applicable",
      "applicant.employedDays": "no history",
      "applicant.employerLayoffs365d": 0,
      "applicant.paidOfContract": "not linked",
    });
    expect(label).toBe(0);
  });

  it("has the same values on four roads, bit for bit", async () => {
    const report = await example.json("parity", "instalment-loans");
    expect(report).toMatchObject({ differences: 0, values: built.manifest.rows * built.manifest.columns.length });
  });
});
