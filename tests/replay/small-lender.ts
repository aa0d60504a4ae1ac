// The lender of the golden files: a handful of borrowers with every kind of field, with ties, late news, a revision and a
// retraction. Nothing here may change: golden files were made from it.

import {
  atLeast,
  category,
  count,
  days,
  distinct,
  entity,
  event,
  features,
  integer,
  label,
  latest,
  max,
  mean,
  money,
  occurs,
  optional,
  prohibited,
  ref,
  request,
  text,
} from "assay";
import { fixedClock, instant, MICROS_PER_DAY } from "../../src/base/index.ts";
import type { HistoryEvent, HistorySchema } from "../../src/compile/index.ts";
import {
  definitionOf,
  type EventNode,
  type FeatureSetNode,
  type LabelNode,
  meaningHash,
  nodeOf,
  type RequestNode,
} from "../../src/define/index.ts";

const usd = money("USD");
const borrower = entity("borrower");
const merchant = entity("merchant");
const statement = event("statement", borrower, {
  delay: days(2),
  fields: { billed: usd, paid: usd, monthsLate: optional(integer) },
});
const purchase = event("purchase", borrower, {
  fields: {
    amount: usd,
    kind: category("groceries", "rent", "cash"),
    merchant: optional(ref(merchant)),
    note: optional(text),
    sex: optional(prohibited(category("F", "M"))),
  },
});
const outcome = event("outcome", borrower, { fields: { bad: integer } });
const lineRequest = request("lineRequest", { parties: { applicant: borrower }, fields: { increase: usd } });
const late = statement.where({ monthsLate: atLeast(1) });

const review = features(
  "review",
  borrower,
  {
    lateCount180d: count(late).last(days(180)),
    worstLate: max(statement.monthsLate).ever(),
    meanBilled90d: mean(statement.billed).last(days(90)),
    merchants30d: distinct(purchase.merchant).last(days(30)),
    lastKind: latest(purchase.kind),
    askedOverBilled: lineRequest.increase.over(latest(statement.billed)),
  },
  { owner: "card-risk", use: "credit" },
);
const wentBad = label("wentBad", borrower, {
  bad: occurs(outcome.where({ bad: atLeast(1) })).next(days(90)),
  observedBy: occurs(outcome).next(days(90)),
});

const things = [borrower, merchant, statement, purchase, outcome, lineRequest, review, wentBad];
export const catalogue = { definitions: things.map(definitionOf) };

const eventNode = (thing: object) => nodeOf(thing) as EventNode;
export const schema: HistorySchema = {
  statement: eventNode(statement),
  purchase: eventNode(purchase),
  outcome: eventNode(outcome),
};
export const reviewSet = {
  node: nodeOf(review) as FeatureSetNode,
  meaningHash: meaningHash(definitionOf(review), catalogue),
};
export const wentBadLabel = {
  node: nodeOf(wentBad) as LabelNode,
  meaningHash: meaningHash(definitionOf(wentBad), catalogue),
};
export const lineRequestNode = nodeOf(lineRequest) as RequestNode;

const reviewedAt = instant("2024-05-01T00:00:00Z");
const now = instant("2024-09-01T00:00:00Z");
export const clock = fixedClock(now);

const people = ["ann", "bob", "Zoë 💳", "dan", "eve", "fay", "gus", "hal"];

type Fields = HistoryEvent["fields"];

function stored(person: number, name: string, eventId: string, at: number, fields: Fields): HistoryEvent {
  const entityId = people[person]!;
  const knownAt = at + (name === "statement" ? 2 * MICROS_PER_DAY : 0);
  return { event: name, entity: entityId, source: "core", eventId, seq: null, at, knownAt, retracted: false, fields };
}

function eventsOf(person: number): HistoryEvent[] {
  const day = (count: number) => reviewedAt - count * MICROS_PER_DAY;
  const id = (name: string) => `${person}/${name}`;
  const statements = [100, 70, 40, 10].slice(0, 1 + (person % 4)).map((before, i) =>
    stored(person, "statement", id(`s${i}`), day(before), {
      billed: 10_000 + 137 * person + 1_000 * i,
      paid: person % 3 === 0 ? 0 : 10_000,
      monthsLate: person === 3 ? null : (person + i) % 3,
    }),
  );
  const bought = { amount: 1_999, kind: person % 3, merchant: `m${person % 2}`, note: null };
  return [
    ...statements,
    stored(person, "purchase", id("p0"), day(20), bought),
    stored(person, "purchase", id("p1"), day(20), { ...bought, merchant: null, note: "rent\n“May”" }),
    ...(person === 5 ? [] : [stored(person, "outcome", id("o"), day(-60), { bad: person % 2 })]),
  ];
}

/** Bob's second statement was corrected later; Ann's first purchase was taken back. */
function secondThoughts(): HistoryEvent[] {
  const corrected = eventsOf(1)[1]!;
  const gone = eventsOf(0)[1]!;
  const later = { knownAt: reviewedAt - MICROS_PER_DAY };
  return [
    { ...gone, ...later, retracted: true },
    { ...corrected, ...later, fields: { ...corrected.fields, billed: 55_500 } },
  ];
}

/** In the order in which the lender took them in. */
export const storedEvents: readonly HistoryEvent[] = [...people.flatMap((_, i) => eventsOf(i)), ...secondThoughts()];

/** As a source writes them: amounts in major units, categories by name. */
export const sourceRows: readonly object[] = storedEvents.map((held) => {
  const { fields, at, knownAt, retracted, ...rest } = held;
  const revises = retracted || knownAt === reviewedAt - MICROS_PER_DAY;
  return {
    ...rest,
    at: new Date(at / 1000).toISOString(),
    ...(revises ? { knownAt: new Date(knownAt / 1000).toISOString(), retracted } : {}),
    fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, sourceValue(name, value)])),
  };
});

function sourceValue(name: string, value: number | string | null): unknown {
  if (value === null) return null;
  if (name === "billed" || name === "paid" || name === "amount") return Number(value) / 100;
  return name === "kind" ? ["groceries", "rent", "cash"][Number(value)] : value;
}

export const spineText = `${people
  .map((person, i) =>
    JSON.stringify({
      decisionId: `d-${i}`,
      t: "2024-05-01T02:00:00+02:00",
      parties: { applicant: person },
      asked: { increase: `${25 * (i + 1)}.50` },
    }),
  )
  .join("\n")}\n`;
