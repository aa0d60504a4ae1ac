import { describe, expect, test } from "vitest";
import type { FeatureNode, ValueNode, WindowNode } from "../../define/index.ts";
import { clockText, instantText, microsText } from "./instant-text.ts";
import { columnWords, dispositionWords, featureWords, modelName, nameWords, ruleName } from "./name-words.ts";
import { count, decimals, money, percent, percentRange, range, threshold } from "./number-text.ts";
import { askedText, inUnit, valueText } from "./value-text.ts";
import { valueWords } from "./value-words.ts";
import { windowWords } from "./window-words.ts";

const THIN = "\u202f";
const DAY = 86_400_000_000;

describe("numbers", () => {
  test("are grouped and rounded, with a real minus sign", () => {
    expect(count(1234567)).toBe("1,234,567");
    expect(decimals(-0.12345, 3)).toBe("\u22120.123");
    expect(percent(0.1234)).toBe(`12.3${THIN}%`);
    expect(threshold(0.14)).toBe(`14${THIN}%`);
    expect(threshold(0.145)).toBe(`14.5${THIN}%`);
    expect(money(30_000, "TWD")).toBe("TWD\u00a030,000");
    expect(money(1234.5, "USD")).toBe("USD\u00a01,234.50");
  });

  test("stand in ranges that a minus sign does not blur", () => {
    expect(percentRange(0.077, 0.147)).toBe(`7.7\u201314.7${THIN}%`);
    expect(range(-0.0018, 0.0165, (value) => decimals(value, 4))).toBe("\u22120.0018 to 0.0165");
    expect(percentRange(null, 0.5)).toBeNull();
  });
});

describe("instants", () => {
  test("are shown in UTC; a simulated clock as it was written", () => {
    expect(instantText("2005-10-03T04:00:00.000001Z")).toBe("3\u00a0October 2005, 04:00\u00a0UTC");
    expect(microsText(0)).toBe("1\u00a0January 1970, 00:00\u00a0UTC");
    expect(clockText("2005-10-03T12:00:00+08:00")).toBe("3\u00a0October 2005, 12:00 (UTC+08:00)");
    expect(clockText("2005-10-03T04:00:00.000000Z")).toBe("3\u00a0October 2005, 04:00 (UTC)");
    expect(instantText("some day")).toBe("some day");
  });
});

describe("names", () => {
  test("become words", () => {
    expect(nameWords("lineRequest")).toBe("Line request");
    expect(featureWords("paidShare92d")).toBe("Paid share, last 92 days");
    expect(featureWords("shortfallWorst6")).toBe("Shortfall worst 6");
    expect(columnWords("applicant.paidShare92d")).toBe("Paid share, last 92 days");
    expect(columnWords("coApplicant.used", 2)).toBe("Co applicant: used");
    expect(modelName("pd.shallow")).toBe("PD shallow");
    expect(ruleName({ kind: "bands", rule: "pd.pd" })).toBe("By score");
    expect(dispositionWords("counterOffer")).toBe("Counter-offer");
    expect(dispositionWords("paused")).toBe("Paused");
  });
});

const amount = (name: string): ValueNode => ({
  kind: "aggregate",
  aggregate: "latest",
  stream: { kind: "stream", event: "statement", entity: "borrower", filter: null },
  row: { kind: "field", field: name, type: { kind: "money", currency: "TWD", scale: 2 } },
  window: { kind: "ever" },
});
const share: FeatureNode = {
  value: { kind: "ifMissing", of: { kind: "over", left: amount("billed"), right: amount("creditLimit") }, then: 0 },
  unit: { kind: "number" },
  missing: [],
  worse: "higher",
};

describe("values", () => {
  test("have the unit of their feature", () => {
    expect(valueText(0.973, share)).toBe(`97${THIN}%`);
    expect(valueText(0.0321, share)).toBe(`3.2${THIN}%`);
    expect(valueText(14.25, share)).toBe("14.3 times");
    expect(inUnit(1, { kind: "boolean" })).toBe("yes");
    expect(inUnit(45, { kind: "days" })).toBe(`45${THIN}days`);
    expect(inUnit(1, { kind: "category", values: ["rent", "cash"] })).toBe("cash");
    expect(valueText({ missing: "no history" }, share)).toBe("none: no history");
    expect(valueText(3, undefined)).toBe("3");
  });

  test("of a request are in major units", () => {
    expect(askedText("30000.00", { kind: "money", currency: "TWD", scale: 2 })).toBe("TWD\u00a030,000");
    expect(askedText("1", { kind: "boolean" })).toBe("yes");
    expect(askedText("rent", { kind: "category", values: ["rent"] })).toBe("rent");
  });
});

describe("what a feature computes", () => {
  test("is said in words", () => {
    expect(valueWords(share.value)).toBe(
      "latest billed of statements divided by latest credit limit of statements; 0 where missing",
    );
    const late: ValueNode = {
      kind: "aggregate",
      aggregate: "count",
      stream: {
        kind: "stream",
        event: "statement",
        entity: "borrower",
        filter: {
          kind: "allOf",
          filters: [
            {
              kind: "fieldTest",
              row: { kind: "field", field: "nothingOwed", type: { kind: "boolean" } },
              test: { kind: "equals", value: 0 },
            },
            {
              kind: "fieldTest",
              row: { kind: "field", field: "paid", type: { kind: "money", currency: "TWD", scale: 2 } },
              test: { kind: "atMost", value: 500_000 },
            },
          ],
        },
      },
      row: null,
      window: { kind: "fixed", micros: 92 * DAY, skipMicros: 0 },
    };
    expect(valueWords(late)).toBe(
      "number of statements where nothing owed is no and paid is at most TWD\u00a05,000, in the last 92 days",
    );
  });

  test.each<[WindowNode, string]>([
    [{ kind: "fixed", micros: 31 * DAY, skipMicros: 62 * DAY }, "in the 31 days that ended 62 days before"],
    [{ kind: "lastEvents", count: 1, skip: 2 }, "the one before the latest 2"],
    [
      { kind: "calendar", unit: "month", count: 3, zone: "Asia/Taipei", skip: 0, current: true },
      "in the last 3 complete months and the present month (Asia/Taipei)",
    ],
    [{ kind: "nextFixed", micros: DAY }, "in the 1 day that follow"],
  ])("window %#", (window, said) => {
    expect(windowWords(window)).toBe(said);
  });
});
