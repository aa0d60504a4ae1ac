// Derived values: relations, published features, arithmetic beyond sums, choices and dates asked for. What each makes, how it
// prints, and what it refuses.

import { describe, expect, test } from "vitest";
import {
  above,
  category,
  choose,
  count,
  days,
  daysUntil,
  definitionOf,
  entity,
  event,
  type FeatureSetNode,
  features,
  greatest,
  instant,
  integer,
  latest,
  least,
  mean,
  money,
  printValue,
  prohibited,
  published,
  ref,
  request,
  sum,
  text,
} from "./index.ts";

const usd = money("USD");
const twd = money("TWD");
const borrower = entity("borrower");
const employer = entity("employer");
const owned = { owner: "card-risk", use: "credit" };
const statement = event("statement", borrower, {
  fields: { billed: usd, paid: usd, status: category("open", "shut") },
});
const employment = event("employment", borrower, { fields: { employer: ref(employer), since: integer, note: text } });
const layoff = event("layoff", employer, { fields: { jobs: integer } });
const application = request("application", {
  parties: { applicant: borrower },
  fields: { amount: usd, start: instant, born: prohibited(instant) },
});
const income = published("bureauIncome", borrower, { producer: "warehouse", type: usd, maximumAge: days(30) });

const billed = sum(statement.billed).last(days(90));
const paid = sum(statement.paid).last(days(90));
const layoffs = count(layoff).last(days(365));
const statements = count(statement).ever();

function printed(members: object): string[] {
  const definition = definitionOf(features("set", borrower, members as never, owned));
  expect(definition.problems).toEqual([]);
  const { features: made } = definition.node as FeatureSetNode;
  return made.map(({ name, feature: { value, unit, missing } }) => {
    const of = unit.kind === "money" ? unit.currency : unit.kind;
    return `${name}: ${printValue(value)} in ${of}${missing.length === 0 ? "" : `, or ${missing.join(", ")}`}`;
  });
}

function refused(members: object): string[] {
  const { problems } = definitionOf(features("set", borrower, members as never, owned));
  return problems.map(({ code, thing, rule }) => `${code} ${thing}: ${rule}`);
}

test("each prints as it was written and knows its unit and how it can be missing", () => {
  expect(
    printed({
      layoffs365d: layoffs.of(latest(employment.employer)),
      bureauIncome: income.current(),
      meanIncome: mean(income.value).last(days(365)),
      surplus: income
        .current()
        .minus(usd(500))
        .clamp({ atLeast: usd(0), atMost: usd(2000) }),
      more: statements.plus(1),
      product: billed.times(layoffs.of(latest(employment.employer).last(days(30)))),
      logBilled: billed.log(),
      gap: billed.minus(paid).absolute(),
      larger: greatest(billed, paid),
      lesser: least(billed, usd(10)),
      paidShare: choose(statements.is(above(2)), { yes: paid.over(billed), no: 0 }),
      status: choose(statements.is(0), { yes: "open", no: latest(statement.status) }),
      notice: daysUntil(application.start),
    }),
  ).toMatchInlineSnapshot(`
    [
      "layoffs365d: count(layoff).last(days(365)).of(latest(employment.employer)) in number, or not linked",
      "bureauIncome: bureauIncome.current() in USD, or no history, stale",
      "meanIncome: mean(bureauIncome.value).last(days(365)) in USD, or no history, empty window",
      "surplus: bureauIncome.current().minus(usd(500)).clamp({ atLeast: usd(0), atMost: usd(2000) }) in USD, or no history, stale",
      "more: count(statement).ever().plus(1) in number",
      "product: sum(statement.billed).last(days(90)).times(count(layoff).last(days(365)).of(latest(employment.employer).last(days(30)))) in USD, or no history, not linked, empty window",
      "logBilled: sum(statement.billed).last(days(90)).log() in number, or no history, empty window, not applicable",
      "gap: sum(statement.billed).last(days(90)).minus(sum(statement.paid).last(days(90))).absolute() in USD, or no history, empty window",
      "larger: greatest(sum(statement.billed).last(days(90)), sum(statement.paid).last(days(90))) in USD, or no history, empty window",
      "lesser: least(sum(statement.billed).last(days(90)), usd(10)) in USD, or no history, empty window",
      "paidShare: choose(count(statement).ever().is(above(2)), { yes: sum(statement.paid).last(days(90)).over(sum(statement.billed).last(days(90))), no: 0 }) in number, or no history, empty window, not applicable",
      "status: choose(count(statement).ever().is(0), { yes: "open", no: latest(statement.status) }) in category, or no history",
      "notice: daysUntil(application.start) in days",
    ]
  `);
});

describe("a relation", () => {
  test("needs a reference to whom the value is about, and goes one entity far", () => {
    const link = latest(employment.employer);
    expect(
      refused({
        elsewhere: layoffs,
        wrongWay: billed.of(link as never),
        noReference: layoffs.of(latest(employment.since) as never),
        nothing: layoffs.of(7 as never),
        far: layoffs.of(link).of(link as never),
        asked: application.amount.of(link as never),
        held: link,
      }),
    ).toMatchInlineSnapshot(`
      [
        "ASSAY_DEFINE_OTHER_ENTITY feature "elsewhere": is about employer, not borrower",
        "ASSAY_DEFINE_OTHER_REFERENCE of: this value is about borrower, and the reference is to employer",
        "ASSAY_DEFINE_BAD_ARGUMENT of: expected a reference, such as latest(employment.employer)",
        "ASSAY_DEFINE_BAD_ARGUMENT of: expected a reference, such as latest(employment.employer)",
        "ASSAY_DEFINE_OTHER_REFERENCE of: this value is about borrower, and the reference is to employer",
        "ASSAY_DEFINE_TOO_FAR of: a relation reaches one entity further, no more",
        "ASSAY_DEFINE_ASKED_OF_ANOTHER of: what was asked is about no other entity",
        "ASSAY_DEFINE_UNIT feature "held": no feature can hold ref: read a value of employer through it with .of(…)",
      ]
    `);
  });

  test("keeps to the past", () => {
    const soon = count(layoff).next(days(30)).of(latest(employment.employer));
    expect(refused({ soon, open: count(layoff).of(latest(employment.employer)) })).toMatchInlineSnapshot(`
      [
        "ASSAY_DEFINE_LOOKAHEAD feature "soon": looks into the future: only a label may",
        "ASSAY_DEFINE_NO_WINDOW feature "open": has no window",
      ]
    `);
  });
});

test("a published feature is an event with a producer, and says what it cannot be", () => {
  expect(definitionOf(income).node).toMatchObject({
    kind: "event",
    name: "bureauIncome",
    published: { producer: "warehouse", maximumAgeMicros: 30 * 86_400_000_000 },
  });
  const wrong = published("wrong", borrower, { producer: "", type: text, maximumAge: 30, until: 3 } as never);
  expect(definitionOf(wrong).problems.map(({ thing, rule }) => `${thing}: ${rule}`)).toMatchInlineSnapshot(`
    [
      "published "wrong": has no setting "until"",
      "published "wrong", producer: expected who computes it, such as warehouse",
      "published "wrong": cannot publish text: publish a number, money, a category or a boolean",
      "published "wrong", maximumAge: expected a fixed time such as days(2)",
    ]
  `);
});

test("arithmetic and choices keep to one unit", () => {
  const none = statements.is(0);
  const question: unknown = billed;
  const status: unknown = latest(statement.status);
  const taiwan = sum(event("spend", borrower, { fields: { amount: twd } }).amount).ever();
  expect(
    refused({
      literal: billed.plus(5 as never),
      currency: billed.minus(twd(5) as never),
      product: statements.times(billed as never),
      clamped: billed.clamp({ atLeast: 3 } as never),
      turned: billed.clamp({ atLeast: usd(9), atMost: usd(1) }),
      unbounded: billed.clamp({}),
      larger: greatest(billed, taiwan as never),
      logged: (status as typeof billed).log(),
      signless: (status as typeof billed).absolute(),
      question: choose(question as typeof none, { yes: billed, no: paid }),
      branches: choose(statements.is(0), { yes: billed, no: taiwan as unknown as typeof billed }),
      neither: choose(statements.is(0), { yes: 1 as never, no: 2 as never }),
      born: daysUntil(application.born as never),
      amount: daysUntil(application.amount as never),
      start: application.start,
    }),
  ).toMatchInlineSnapshot(`
    [
      "ASSAY_DEFINE_WRONG_LITERAL plus: expected a value, or an amount of USD",
      "ASSAY_DEFINE_WRONG_LITERAL minus: expected a value, or an amount of USD",
      "ASSAY_DEFINE_UNIT times: cannot multiply number by USD",
      "ASSAY_DEFINE_WRONG_LITERAL clamp: expected an amount of USD",
      "ASSAY_DEFINE_UNIT clamp: cannot clamp at least above at most",
      "ASSAY_DEFINE_BAD_ARGUMENT clamp: expected { atLeast: …, atMost: … }, or one of the two",
      "ASSAY_DEFINE_UNIT greatest: cannot compare USD with TWD",
      "ASSAY_DEFINE_UNIT log: cannot take the logarithm of category",
      "ASSAY_DEFINE_UNIT absolute: cannot take the absolute value of category",
      "ASSAY_DEFINE_BAD_ARGUMENT choose: expected a yes-or-no value; add .is(…)",
      "ASSAY_DEFINE_UNIT choose: cannot choose between USD and TWD",
      "ASSAY_DEFINE_BAD_ARGUMENT choose, yes: expected a value, such as sum(statement.billed).last(days(90))",
      "ASSAY_DEFINE_BAD_ARGUMENT choose, no: expected a value, such as sum(statement.billed).last(days(90))",
      "ASSAY_DEFINE_PROHIBITED feature "born": field "born" is a prohibited basis: no feature may read it; it reads application.born through daysUntil",
      "ASSAY_DEFINE_BAD_ARGUMENT daysUntil: expected an instant or a date of the request, such as application.start",
      "ASSAY_DEFINE_UNIT feature "start": no feature can hold instant",
    ]
  `);
});
