import { expect, test } from "vitest";
import type { EventNode } from "../define/index.ts";
import { namesIn, partiesIn } from "./erased-rows.ts";
import { rawPurchase, rawStatement, schema } from "./fixture.ts";

const open = { protection: "none", optional: true } as const;
const pulled: EventNode = {
  kind: "event",
  name: "pulled",
  entity: "borrower",
  delayMicros: 0,
  fields: { report: { type: { kind: "document" }, ...open }, note: { type: { kind: "text" }, ...open } },
};
const all = { ...schema, pulled };
const parties = (raw: unknown) => [...partiesIn([raw], all)].sort();

test("a row names people as its entity, by its references and anywhere in its documents; other texts are not asked about", () => {
  expect(parties(rawStatement("ann", "s1"))).toEqual(["ann"]);
  expect(parties(rawPurchase("ann", "p1", { merchant: "m1", note: "bob", kind: "rent" }))).toEqual(["ann", "m1"]);
  const report = { lines: [{ holder: "cy", amount: 1 }, ["dora"]] };
  const row = { event: "pulled", entity: "ann", eventId: "r1", fields: { report, note: "bob" } };
  expect(parties(row)).toEqual(["ann", "cy", "dora"]);
  expect([...namesIn([row])].sort()).toEqual(["ann", "bob", "cy", "dora", "pulled", "r1"]);
});

test("what is no event, or of no known type, names at most its entity", () => {
  for (const raw of [null, 7, "ann", [], {}, { entity: 3 }, { event: "statement", fields: "ann" }]) {
    expect(parties(raw)).toEqual([]);
  }
  expect(parties({ event: "toString", entity: "ann", fields: { merchant: "m1" } })).toEqual(["ann"]);
});
