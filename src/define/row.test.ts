// Columns: what is refused, by which way a protected field was read, and what is for people and part of no meaning.

import { describe, expect, test } from "vitest";
import type { Problem } from "../base/index.ts";
import {
  above,
  atLeast,
  category,
  checkDefinitions,
  collectDefinitions,
  count,
  cycles,
  date,
  days,
  definitionOf,
  described,
  document,
  documentHash,
  elements,
  entity,
  event,
  features,
  hourOf,
  integer,
  latest,
  meaningHash,
  money,
  prohibited,
  request,
  sensitive,
  sum,
  text,
  vector,
} from "./index.ts";

const usd = money("USD");
const owner = { owner: "card-risk", use: "credit" };
const borrower = entity("borrower");
const purchase = event("purchase", borrower, {
  fields: {
    amount: usd,
    fee: usd,
    kind: category("rent", "cash"),
    sex: prohibited(category("F", "M")),
    age: sensitive(integer),
  },
});
const statement = event("statement", borrower, { fields: { billed: usd, monthsLate: integer, dueOn: date } });

function told(value: unknown): string[] {
  const set = features("set", borrower, { x: value } as never, owner);
  return definitionOf(set).problems.map(say);
}

function say({ code, thing, rule }: Problem): string {
  return `${code.replace("ASSAY_DEFINE_", "")} ${thing}: ${rule}`;
}

describe("what derives from a protected field is refused with the way to it", () => {
  const basis = 'field "sex" is a prohibited basis: no feature may read it; it reads purchase.sex through';
  const spend = purchase.where({ sex: "F" } as never);
  test.each<[string, unknown, string]>([
    ["a filter", count(spend).last(days(30)), `PROHIBITED feature "x": ${basis} count → filter of "purchase"`],
    [
      "a filter of a filter",
      sum((spend as typeof purchase).where({ kind: "rent" }).amount).ever(),
      `PROHIBITED feature "x": ${basis} sum → filter of "purchase"`,
    ],
    [
      "a row expression, through arithmetic on values",
      latest(purchase.age.minus(3 as never) as never).over(latest(purchase.amount)),
      'SENSITIVE feature "x": field "age" is sensitive: policy bars features from reading it; it reads purchase.age through ' +
        "over → latest → minus",
    ],
    [
      "a choice by it",
      sum(purchase.amount.where(purchase.sex.is("F" as never) as never, { otherwise: usd(0) })).ever(),
      `PROHIBITED feature "x": ${basis} sum → where → is`,
    ],
  ])("%s", (_, value, sentence) => {
    expect(told(value)).toContain(sentence);
  });

  test("a request's field", () => {
    const application = request("application", {
      parties: { applicant: borrower },
      fields: { age: prohibited(integer) },
    });
    expect(
      told((application.age as unknown as ReturnType<typeof latest>).over(count(purchase).ever() as never)),
    ).toEqual([
      'PROHIBITED feature "x": field "age" is a prohibited basis: no feature may read it; it reads application.age through over',
    ]);
  });

  test("each feature that derives from it is told by its own way", () => {
    const set = features(
      "set",
      borrower,
      { a: count(spend).ever(), b: sum((spend as typeof purchase).amount).ever() },
      owner,
    );
    expect(definitionOf(set).problems.map(({ thing }) => thing)).toEqual(['feature "a"', 'feature "b"']);
  });
});

describe("definitions too large or without sense are refused by name", () => {
  const nested = Array.from({ length: 9 }).reduce<typeof statement.billed>(
    (row) => row.absolute() as never,
    statement.billed,
  );
  test.each<[string, unknown, string]>([
    [
      "a row nested too deeply",
      sum(nested).ever(),
      "TOO_DEEP absolute: the expression over one row is nested deeper than 8",
    ],
    [
      "a division by 0",
      sum(statement.billed.over(0 as never, { decimals: 2 })).ever(),
      "UNIT over: cannot divide by 0",
    ],
    ["no length of time", count(statement).last(days(0)), "BAD_WINDOW window: 0 is not a length of time"],
    ["no time ago", latest(statement.billed).ago(days(0)), "BAD_WINDOW window: 0 is not a length of time"],
    [
      "no cycles",
      count(statement).last(cycles(0, { day: 15, zone: "UTC" })),
      "BAD_WINDOW window: 0 is not a count of cycles",
    ],
    [
      "day 32",
      count(statement).last(cycles(1, { day: 32, zone: "UTC" })),
      "BAD_WINDOW window: 32 is not a day of the month from 1 to 31",
    ],
    [
      "bounds that cross",
      sum(statement.billed.clamp({ atLeast: usd(2), atMost: usd(1) })).ever(),
      "UNIT clamp: cannot clamp at least above at most",
    ],
    [
      "no bounds",
      sum(statement.billed.clamp({})).ever(),
      "BAD_ARGUMENT clamp: expected { atLeast: …, atMost: … }, or one of the two",
    ],
    [
      "16 decimals",
      sum(statement.billed.log({ decimals: 16 })).ever(),
      "BAD_ARGUMENT log: expected how many decimals to keep: { decimals: 4 }",
    ],
    [
      "a place beyond the vector",
      latest(vectors.embedding.element(3, { decimals: 2 })),
      "BAD_ARGUMENT element: expected a place from 0 to 2",
    ],
    ["no zone", latest(hourOf(statement, "Mars/Olympus")), 'UNKNOWN_ZONE hourOf: "Mars/Olympus" is not a time zone'],
    [
      "a latest without the text",
      count(statement).ofLatest(purchase),
      'BAD_WINDOW ofLatest: "purchase" has no text field "pull" that its events could share',
    ],
  ])("%s", (_, value, sentence) => {
    expect(told(value)).toContain(sentence);
  });

  test("more than 5,000 features", () => {
    const one = count(statement).ever();
    const many = Object.fromEntries(Array.from({ length: 5_001 }, (_, i) => [`f${i}`, one]));
    const set = features("set", borrower, many as never, owner);
    expect(definitionOf(set).problems.map(say)).toEqual([
      'TOO_MANY features "set": holds 5001 features; 5000 is the most',
    ]);
  });

  test("more than 1,000 categories, more than 4,096 dimensions", () => {
    const words = Array.from({ length: 1_001 }, (_, i) => `c${i}`);
    const large = event("large", borrower, { fields: { kind: category(...words), embedding: vector(4_097) } });
    expect(definitionOf(large).problems.map(say)).toEqual([
      "BAD_ARGUMENT field type: expected 1 to 1000 categories, each named once",
      "BAD_ARGUMENT field type: expected a whole number of dimensions from 1 to 4096",
    ]);
  });

  test("a set cannot read itself: its members are no values", () => {
    const set = features("set", borrower, { a: count(statement).ever() }, owner);
    expect(told(set.a)).toEqual([
      'BAD_ARGUMENT feature "x": expected a value, such as sum(statement.billed).last(days(90))',
    ]);
  });

  test("the text that both events share must be declared in both", () => {
    const pull = event("pull", borrower, { fields: { pull: text } });
    const set = features("set", borrower, { x: count(statement).ofLatest(pull) }, owner);
    const found = checkDefinitions(collectDefinitions({ borrower, statement, pull, set }, "here.ts"));
    expect(found.map(say)).toEqual([
      'MISSING_COLUMN feature "x" of "set": reads column "pull", which "statement" does not have in this form',
    ]);
  });
});

const vectors = event("vectors", borrower, { fields: { embedding: vector(3), report: document() } });

test("descriptions, owners and uses move the document hash and never the meaning hash", () => {
  const plain = event("spending", borrower, { fields: { amount: usd } });
  const told = event("spending", borrower, {
    fields: { amount: described(usd, "What was spent") },
    description: "Card spending",
    owner: "core",
    use: "credit",
  });
  const [before, after] = [definitionOf(plain), definitionOf(told)];
  expect(after.document).toEqual({
    owner: "core",
    use: "credit",
    description: "Card spending",
    texts: { amount: "What was spent" },
  });
  const catalogue = { definitions: [before] };
  expect(meaningHash(after, catalogue)).toBe(meaningHash(before, catalogue));
  expect(documentHash(after)).not.toBe(documentHash(before));
  // The amount is still a constructor.
  expect(told.amount.is(above(described(usd, "money")(5)))).toBeDefined();
});

test("a test written as a filter object or as a column means the same", () => {
  const hash = (value: unknown) => {
    const definition = definitionOf(features("set", borrower, { x: value } as never, owner));
    expect(definition.problems).toEqual([]);
    return meaningHash(definition, { definitions: [definition, definitionOf(statement)] });
  };
  const object = count(statement.where({ monthsLate: atLeast(1) })).ever();
  expect(hash(count(statement.where(statement.monthsLate.is(atLeast(1)))).ever())).toBe(hash(object));
  expect(hash(count(statement.where(statement.monthsLate.is(atLeast(2)))).ever())).not.toBe(hash(object));
});

test("cycles from day 1 are months", () => {
  const [months, cycle] = [1, 2].map((day) => {
    const { node } = definitionOf(
      features("set", borrower, { x: count(statement).last(cycles(1, { day, zone: "UTC" })) }, owner),
    );
    return JSON.stringify(node);
  });
  expect(months).not.toContain('"day":');
  expect(cycle).toContain('"day":2');
});

test("all numbers of a vector are features under one name", () => {
  const set = features("set", borrower, { ...elements(vectors.embedding, { decimals: 4 }).each("taste") }, owner);
  const { node, problems } = definitionOf(set);
  expect(problems).toEqual([]);
  expect((node as { features: readonly { name: string }[] }).features.map(({ name }) => name)).toEqual([
    "taste0",
    "taste1",
    "taste2",
  ]);
});
