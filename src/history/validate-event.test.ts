import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instant, isMissing, MICROS_PER_DAY, type Problem } from "../base/index.ts";
import { NOW, rawPurchase, rawStatement, SOURCE, schema } from "./fixture.ts";
import { isValid, type ValidEvent, validateEvent } from "./validate-event.ts";

const context = { now: NOW, source: SOURCE };

function accepted(raw: unknown): ValidEvent {
  const result = validateEvent(raw, schema, context);
  if (!isValid(result)) throw new Error(`${result.code} ${result.thing}: ${result.rule}`);
  return result;
}

function refused(raw: unknown): Problem {
  const result = validateEvent(raw, schema, context);
  if (isValid(result)) throw new Error("accepted");
  return result;
}

test("a whole event in stored units; the protected fields leave it for the vault", () => {
  const more = {
    rate: "0.0425",
    online: true,
    merchant: "m1",
    note: "hello",
    booked: "2024-02-02T00:00:00Z",
    sex: "F",
    schooling: "PhD",
  };
  const { event, diverted, ownKnownAt } = accepted(rawPurchase("ann", "p1", more, { seq: 7 }));
  const at = instant("2024-02-01T00:00:00Z");
  expect(event).toEqual({
    event: "purchase",
    entity: "ann",
    source: SOURCE,
    eventId: "p1",
    seq: 7,
    at,
    knownAt: at,
    retracted: false,
    fields: {
      amount: 1250,
      rate: 425,
      kind: 1,
      online: 1,
      merchant: "m1",
      note: "hello",
      booked: instant("2024-02-02T00:00:00Z"),
    },
  });
  expect(ownKnownAt).toBe(false);
  const row = { entityType: "borrower", entity: "ann", at };
  expect(diverted).toEqual([
    { ...row, field: "schooling", value: "PhD" },
    { ...row, field: "sex", value: "F" },
  ]);
});

test("knownAt is at plus the declared delay unless the source gives it", () => {
  const at = instant("2024-01-01T00:00:00Z");
  expect(accepted(rawStatement("ann", "s1")).event.knownAt).toBe(at + 2 * MICROS_PER_DAY);
  const own = accepted(rawStatement("ann", "s1", { knownAt: "2024-01-01T00:00:00.000001Z" }));
  expect([own.event.knownAt, own.ownKnownAt]).toEqual([at + 1, true]);
});

test("a text that is unmistakable is true or false, and the vault counts its spellings together", () => {
  const online = (said: unknown) => accepted(rawPurchase("ann", "p1", { online: said })).event.fields["online"];
  expect([true, "true", "Yes", "Y", "1"].map(online)).toEqual([1, 1, 1, 1, 1]);
  expect([false, "FALSE", "no", "N", "0"].map(online)).toEqual([0, 0, 0, 0, 0]);
  const { purchase } = schema;
  const field = { type: { kind: "boolean" }, protection: "sensitive", optional: true } as const;
  const guarded = { purchase: { ...purchase!, fields: { ...purchase!.fields, foreign: field } } };
  const diverted = (said: unknown) => {
    const result = validateEvent(rawPurchase("ann", "p1", { foreign: said }), guarded, { now: NOW, source: SOURCE });
    return isValid(result) ? result.diverted.map(({ value }) => value) : result;
  };
  expect([true, "true", "YES", "1", false, "0"].map(diverted)).toEqual(
    ["true", "true", "true", "true", "false", "false"].map((value) => [value]),
  );
});

test("a refusal says which column of a mapping it came from", () => {
  const from = { entity: "customer", eventId: "{customer}/{day}", at: "{day}T00:00:00Z", fields: { billed: "bill" } };
  const thing = (more: object) => {
    const result = validateEvent(rawStatement("ann", "s1", more), schema, { now: NOW, source: SOURCE }, from);
    return isValid(result) ? "accepted" : `${result.code.slice("ASSAY_HISTORY_".length)} ${result.thing}`;
  };
  expect(thing({ at: "2024-02-30T00:00:00Z" })).toBe('NOT_AN_INSTANT at, from "{day}T00:00:00Z"');
  expect(thing({ at: "2199-01-01T00:00:00Z" })).toBe('FUTURE event statement, from "{day}T00:00:00Z"');
  expect(thing({ entity: "" })).toBe('BAD_TOKEN entity, from "customer"');
  expect(thing({ fields: { billed: "x" } })).toBe('NOT_A_NUMBER field "billed" of event statement, from "bill"');
  expect(thing({ fields: {} })).toBe('MISSING_FIELD field "billed" of event statement, from "bill"');
  expect(thing({ seq: -1 })).toBe("BAD_SEQ seq");
  expect(thing({ fields: { colour: "red" } })).toBe('UNKNOWN_COLUMN column "colour"');
  expect(thing({})).toBe("accepted");
});

test("optional fields may be absent or null, a retraction needs none", () => {
  expect(
    accepted(rawStatement("ann", "s1", { fields: { billed: 1, monthsLate: null } })).event.fields["monthsLate"],
  ).toBeNull();
  expect(accepted(rawStatement("ann", "s1", { fields: undefined, retracted: true })).event.fields).toEqual({
    billed: null,
    monthsLate: null,
  });
  expect(refused(rawStatement("ann", "s1", { fields: {} }))).toMatchObject({ code: "ASSAY_HISTORY_MISSING_FIELD" });
});

describe("refusals name the thing and the rule", () => {
  test.for<[string, unknown, string]>([
    ["no object", [], "NOT_AN_EVENT"],
    ["nothing", null, "NOT_AN_EVENT"],
    ["fields that are a list", rawStatement("ann", "s1", { fields: [] }), "NOT_AN_EVENT"],
    ["unknown event", rawStatement("ann", "s1", { event: "statment" }), "UNKNOWN_EVENT"],
    ["an event called like an inherited member", rawStatement("ann", "s1", { event: "constructor" }), "UNKNOWN_EVENT"],
    ["unknown key", rawStatement("ann", "s1", { billed: 3 }), "UNKNOWN_KEY"],
    ["unknown column", rawStatement("ann", "s1", { fields: { billd: 3 } }), "UNKNOWN_COLUMN"],
    [
      "a column called like an inherited member",
      rawStatement("ann", "s1", { fields: JSON.parse('{"billed":1,"__proto__":2}') }),
      "UNKNOWN_COLUMN",
    ],
    ["no entity", rawStatement("", "s1"), "BAD_TOKEN"],
    ["an entity with a control character", rawStatement("an\u0000n", "s1"), "BAD_TOKEN"],
    ["an entity that ends in a blank", rawStatement("ann ", "s1"), "BAD_TOKEN"],
    ["an entity of 201 characters", rawStatement("a".repeat(201), "s1"), "BAD_TOKEN"],
    ["half a surrogate pair", rawStatement("\ud800", "s1"), "BAD_TOKEN"],
    ["an event id that is a number", rawStatement("ann", 3 as never), "BAD_TOKEN"],
    ["another source", rawStatement("ann", "s1", { source: "bureau" }), "WRONG_SOURCE"],
    ["a local time", rawStatement("ann", "s1", { at: "2024-01-01T00:00:00" }), "NOT_AN_INSTANT"],
    ["a day that does not exist", rawStatement("ann", "s1", { at: "2024-02-30T00:00:00Z" }), "NOT_AN_INSTANT"],
    [
      "an instant beyond 2^53 microseconds",
      rawStatement("ann", "s1", { knownAt: "9999-01-01T00:00:00Z" }),
      "NOT_AN_INSTANT",
    ],
    ["the future", rawStatement("ann", "s1", { at: "2024-06-01T00:00:06Z" }), "FUTURE"],
    ["known before it happened", rawStatement("ann", "s1", { knownAt: "2023-12-31T23:59:59Z" }), "KNOWN_BEFORE"],
    ["a seq of text", rawStatement("ann", "s1", { seq: "x" }), "BAD_SEQ"],
    ["a fraction as seq", rawStatement("ann", "s1", { seq: 1.5 }), "BAD_SEQ"],
    ["retracted as text", rawStatement("ann", "s1", { retracted: "yes" }), "BAD_RETRACTED"],
    ["NaN", rawPurchase("ann", "p1", { amount: Number.NaN }), "NOT_A_NUMBER"],
    ["infinity", rawPurchase("ann", "p1", { amount: Number.POSITIVE_INFINITY }), "NOT_A_NUMBER"],
    ["a number with a thousands separator", rawPurchase("ann", "p1", { amount: "1,000.00" }), "NOT_A_NUMBER"],
    ["a text with an exponent", rawPurchase("ann", "p1", { amount: "1e3" }), "NOT_A_NUMBER"],
    [
      "a float for whole months",
      rawStatement("ann", "s1", { fields: { billed: 1, monthsLate: 0.5 } }),
      "NOT_A_WHOLE_NUMBER",
    ],
    ["too many decimals in a number", rawPurchase("ann", "p1", { amount: 12.345 }), "WRONG_UNITS"],
    ["too many decimals in a text", rawPurchase("ann", "p1", { amount: "12.345" }), "WRONG_UNITS"],
    ["a float that is the result of arithmetic", rawPurchase("ann", "p1", { amount: 0.1 + 0.2 }), "WRONG_UNITS"],
    ["more than 2^53 cents", rawPurchase("ann", "p1", { amount: "90071992547409.92" }), "TOO_LARGE"],
    ["more than 2^53 cents as a number", rawPurchase("ann", "p1", { amount: 1e15 }), "TOO_LARGE"],
    [
      "more digits than a double carries",
      rawPurchase("ann", "p1", { amount: 20_000_000_000_000.01 }),
      "INEXACT_NUMBER",
    ],
    ["an undeclared category", rawPurchase("ann", "p1", { kind: "rentt" }), "UNKNOWN_CATEGORY"],
    ["a category by its number", rawPurchase("ann", "p1", { kind: 1 }), "UNKNOWN_CATEGORY"],
    ["a boolean as 1", rawPurchase("ann", "p1", { online: 1 }), "NOT_A_BOOLEAN"],
    ["a text of 1001 characters", rawPurchase("ann", "p1", { note: "x".repeat(1001) }), "NOT_A_TEXT"],
    ["a reference that is no token", rawPurchase("ann", "p1", { merchant: "" }), "BAD_TOKEN"],
  ])("%s", ([, raw, rule]) => {
    const problem = refused(raw);
    expect(problem.code).toBe(`ASSAY_HISTORY_${rule}`);
    expect(problem.thing.length).toBeGreaterThan(0);
    expect(isMissing(problem)).toBe(false);
  });

  test("with the nearest valid name", () => {
    expect(refused(rawStatement("ann", "s1", { event: "statment" })).nearest).toBe("statement");
    expect(refused(rawStatement("ann", "s1", { fields: { billd: 3 } })).nearest).toBe("billed");
    expect(refused(rawPurchase("ann", "p1", { kind: "rentt" })).nearest).toBe("rent");
    expect(refused({ ...rawStatement("ann", "s1"), evntId: "s1" }).nearest).toBe("eventId");
  });

  test("and never echo a protected value", () => {
    const problem = refused(rawPurchase("ann", "p1", { sex: "secret-value" }));
    expect(problem.code).toBe("ASSAY_HISTORY_UNKNOWN_CATEGORY");
    expect(JSON.stringify(problem)).not.toContain("secret");
  });
});

test("money: every amount in cents comes back exactly, as text and, up to 15 digits, as number", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (cents) => {
      expect(accepted(rawPurchase("ann", "p1", { amount: majorText(cents) })).event.fields["amount"]).toBe(cents + 0);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }), (cents) => {
      expect(accepted(rawPurchase("ann", "p1", { amount: Number(majorText(cents)) })).event.fields["amount"]).toBe(
        cents + 0,
      );
    }),
  );
});

function majorText(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, "0");
  return `${cents < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

test("minus zero becomes zero however it is written", () => {
  for (const amount of [-0, "-0", "-0.00"]) {
    expect(Object.is(accepted(rawPurchase("ann", "p1", { amount })).event.fields["amount"], 0)).toBe(true);
  }
});
