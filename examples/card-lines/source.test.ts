// The mapping from the published table to events: what is kept, what is dated how, and what is invented.

import { expect, it } from "vitest";
import { type CardHolder, cardHolders, eventsOf, permittedColumns, spineRowOf } from "./source.ts";

async function all(): Promise<CardHolder[]> {
  return await Array.fromAsync(cardHolders());
}

it("gives everyone six statements, one account snapshot and one outcome, each with an id of its own", async () => {
  const holders = await all();
  expect(holders).toHaveLength(30_000);
  const events = holders.flatMap(eventsOf);
  expect(events).toHaveLength(240_000);
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(240_000);
  const counts = Object.groupBy(events, ({ event }) => event);
  expect(Object.entries(counts).map(([name, some]) => [name, some?.length])).toEqual([
    ["statement", 180_000],
    ["account", 30_000],
    ["outcome", 30_000],
  ]);
});

it("keeps September's status apart, and dates a statement at the next month's beginning in Taipei", async () => {
  const [first] = await all();
  const statements = eventsOf(first!).filter(({ event }) => event === "statement");
  expect(statements.map(({ at }) => at.slice(0, 10))).toEqual([
    "2005-05-01",
    "2005-06-01",
    "2005-07-01",
    "2005-08-01",
    "2005-09-01",
    "2005-10-01",
  ]);
  expect(statements.every(({ at }) => at.endsWith("T00:00:00+08:00"))).toBe(true);
  expect(statements[5]!.fields).toEqual({ billed: 3913, paid: 0, statusAtReview: 2, nothingOwed: false });
  expect(statements[4]!.fields).toEqual({ billed: 3102, paid: 689, status: 2, nothingOwed: false });
});

it("keeps codes that nobody documented, as what they are", async () => {
  const accounts = (await all()).map((holder) => eventsOf(holder).find(({ event }) => event === "account")!.fields);
  const education = new Set(accounts.map((fields) => String(fields["education"])));
  expect([...education].filter((name) => name.startsWith("undocumented")).sort()).toEqual([
    "undocumented 0",
    "undocumented 5",
    "undocumented 6",
  ]);
  expect(new Set(accounts.map((fields) => fields["sex"]))).toEqual(new Set(["male", "female"]));
});

it("lets two thirds of the outcomes be known in November and the rest in four later months", async () => {
  const known = (await all()).map((holder) => eventsOf(holder).at(-1)!.knownAt!);
  const months = Object.groupBy(known, (instant) => instant.slice(0, 7));
  const shares = Object.entries(months).map(([month, some]) => [
    month,
    Math.round((100 * some!.length) / known.length),
  ]);
  expect(Object.fromEntries(shares)).toEqual({ "2005-11": 67, "2005-12": 8, "2006-01": 8, "2006-02": 8, "2006-03": 8 });
});

it("asks for a quarter of the limit, and hands no protected column to the reference", async () => {
  const [first] = await all();
  expect(spineRowOf(first!)).toEqual({
    decisionId: "review-00001",
    t: "2005-10-03T12:00:00+08:00",
    parties: { applicant: "holder-00001" },
    asked: { increase: "5000.00" },
  });
  expect(permittedColumns).toHaveLength(19);
  for (const name of ["SEX", "AGE", "MARRIAGE", "EDUCATION"]) expect(permittedColumns).not.toContain(name);
});
