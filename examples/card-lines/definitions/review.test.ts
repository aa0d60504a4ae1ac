// The features and the label of one person, tried on a row written down here: what these files say is what the service
// computes.

import { describe, expect, it } from "vitest";
import { type Instant, instant, missingKindOf } from "../../../src/base/index.ts";
import { compileKernel, compileLabel, type EntityHistory, layOutHistory } from "../../../src/compile/index.ts";
import { isValid, validateEvent } from "../../../src/history/index.ts";
import { definitionNamed, loadDefinitions, schemaOf } from "../../../src/workspace/index.ts";
import { type CardHolder, eventsOf, reviewedAt } from "../source.ts";

const { catalogue, problems } = await loadDefinitions(import.meta.dirname);
const schema = schemaOf(catalogue);
const review = definitionNamed(catalogue, "features", "review").node;
const request = definitionNamed(catalogue, "request", "lineRequest").node;
const kernel = compileKernel(review, schema, { meaningHash: "0".repeat(64), request });
const missedPayment = compileLabel(definitionNamed(catalogue, "label", "missedPayment").node, schema);
const t = instant(reviewedAt) + 1;

/** Owed 5,000 of 20,000 throughout and paid 1,000 each month; two months late in July, on time since. */
const holder: CardHolder = {
  ID: 1,
  LIMIT_BAL: 20_000,
  SEX: 2,
  EDUCATION: 1,
  MARRIAGE: 2,
  AGE: 30,
  PAY_0: -1,
  PAY_2: -1,
  PAY_3: 2,
  PAY_4: -1,
  PAY_5: -1,
  PAY_6: -1,
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6].flatMap((n) => [
      [`BILL_AMT${n}`, 5_000],
      [`PAY_AMT${n}`, 1_000],
    ]),
  ),
  "default payment next month": 1,
};

function historyOf(row: CardHolder): EntityHistory {
  const events = eventsOf(row).map((raw) => {
    const read = validateEvent(raw, schema, { now: instant("2026-01-01T00:00:00Z"), source: "uci-350" });
    if (!isValid(read)) throw new Error(read.rule);
    return read.event;
  });
  return layOutHistory("holder-00001", events, schema);
}

function featuresOf(row: CardHolder, at: Instant = t): { readonly [name: string]: number | string } {
  const [numbers, kinds] = [new Float64Array(kernel.columns.length), new Uint8Array(kernel.columns.length)];
  kernel.evaluate(historyOf(row), at, { increase: 5_000 }, numbers, kinds, 0);
  const values = kernel.columns.map((name, i) => [name, kinds[i] === 0 ? numbers[i]! : missingKindOf(kinds[i]!)!]);
  return Object.fromEntries(values);
}

describe("the definitions", () => {
  it("have no problems, and 40 to 60 features", () => {
    expect(problems).toEqual([]);
    expect(review.features.length).toBeGreaterThanOrEqual(40);
    expect(review.features.length).toBeLessThanOrEqual(60);
  });

  it("look at all six statements in half a year, three in a quarter and the newest in a month", () => {
    expect(featuresOf(holder)).toMatchObject({
      statusNow: 0,
      lateCount92d: 1,
      lateCount184d: 1,
      seriouslyLateCount184d: 1,
      lateLastMonth: 0,
      utilisationNow: 0.25,
      headroom: 15_000,
      paidSum184d: 6_000,
      paidShare92d: 0.2,
      billedChange92d: 1,
    });
  });

  it("do not see September's statement before it is known, two days after its close", () => {
    const late = { ...holder, PAY_0: 2 };
    expect(featuresOf(late)).toMatchObject({ statusNow: 2 });
    expect(featuresOf(late, instant("2005-10-02T23:59:59+08:00"))).toMatchObject({ statusNow: 0 });
  });

  it("never take a status with nothing owed for a reason", () => {
    const idle = { ...holder, PAY_0: 1, BILL_AMT1: 0 };
    expect(featuresOf(idle)).toMatchObject({ statusNow: 0, owedNow: 0 });
  });

  it("say what kind of nothing a person without history is", () => {
    const [numbers, kinds] = [new Float64Array(kernel.columns.length), new Uint8Array(kernel.columns.length)];
    kernel.evaluate({ entity: "nobody", events: {} }, t, { increase: 5_000 }, numbers, kinds, 0);
    const limit = kernel.columns.indexOf("limitNow");

    expect(missingKindOf(kinds[limit]!)).toBe("no history");
    expect(numbers[kernel.columns.indexOf("statements")]).toBe(0);
  });
});

describe("the label", () => {
  const known = instant("2005-11-05T00:00:00+08:00");

  it("is bad or good once an outcome event shows it, and nothing before", () => {
    const [missed, paid] = [historyOf(holder), historyOf({ ...holder, "default payment next month": 0 })];
    const after = instant("2006-04-01T00:00:00Z");
    expect(missedPayment(missed, t, after)).toEqual({ value: 1, status: "bad", reason: null });
    expect(missedPayment(paid, t, after)).toEqual({ value: 0, status: "good", reason: null });
    expect(missedPayment(missed, t, known - 1)).toMatchObject({ value: null });
  });
});
