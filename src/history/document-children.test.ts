// A bureau's answer through the door: kept whole before it is logged, and told as events that nobody could know before it.

import { afterAll, expect, test } from "vitest";
import { hashText, instant } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import { document, entity, event, integer, nodeOf, text } from "../define/index.ts";
import type { FanOuts } from "./document-children.ts";
import { clock, RecordingVault, removeTemporaryFolders, temporaryFolder } from "./fixture.ts";
import { openHistory } from "./history.ts";
import type { KeptDocument } from "./validate-event.ts";

afterAll(removeTemporaryFolders);

const borrower = entity("borrower");
const things = {
  pull: event("pull", borrower, { fields: { pull: text, report: document() } }),
  tradeline: event("tradeline", borrower, { fields: { pull: text, balance: integer } }),
};
const schema = Object.fromEntries(
  Object.entries(things).map(([name, thing]) => [name, nodeOf(thing)]),
) as HistorySchema;

const fanOuts: FanOuts = {
  pull: {
    version: 1,
    field: "report",
    children: [
      {
        event: "tradeline",
        each: "credit.lines",
        eventId: "{parent.eventId}/{account}",
        at: "{opened}T00:00:00Z",
        fields: { pull: "parent.fields.pull", balance: "balance" },
      },
    ],
  },
};

const report = {
  credit: {
    lines: [
      { account: "a", opened: "2019-05-01", balance: 120 },
      { account: "b", opened: "2022-01-31", balance: "much" },
      { account: "c", opened: null, balance: 7 },
      { account: "d", opened: "2023-02-28", balance: 30 },
    ],
  },
};
const pulled = {
  event: "pull",
  entity: "ann",
  eventId: "p1",
  at: "2024-03-01T10:00:00Z",
  knownAt: "2024-03-01T10:00:05Z",
  fields: { pull: "p1", report },
};

async function opened(fanOut: FanOuts) {
  const kept: KeptDocument[] = [];
  const forgotten: string[] = [];
  const sink = {
    keep: async (documents: readonly KeptDocument[]) => void kept.push(...documents),
    forget: async (hashes: readonly string[]) => void forgotten.push(...hashes),
  };
  const options = { schema, vault: new RecordingVault(), documents: { sink, fanOuts: fanOut }, clock };
  return { kept, forgotten, history: await openHistory(temporaryFolder(), options) };
}

test("good items become events known from the pull on, bad ones are set aside, and twice is once", async () => {
  const { kept, history } = await opened(fanOuts);
  const answer = await history.ingest([pulled], { source: "bureau" });
  expect(answer).toMatchObject({ accepted: 3, duplicates: 0 });
  expect(answer.quarantined.map(({ row, code }) => `${row} ${code}`)).toEqual([
    "1 ASSAY_HISTORY_NOT_A_NUMBER",
    "1 ASSAY_HISTORY_NOT_AN_INSTANT",
  ]);
  const { events } = history.online.history("ann", ["pull", "tradeline"]);
  const { at, knownAt, fields, dictionaries } = events["tradeline"]!;
  expect([...at]).toEqual([instant("2019-05-01T00:00:00Z"), instant("2023-02-28T00:00:00Z")]);
  expect(new Set(knownAt)).toEqual(new Set([instant("2024-03-01T10:00:05Z")]));
  expect([...fields["balance"]!]).toEqual([120, 30]);
  expect(dictionaries["pull"]).toEqual(["p1"]);
  expect(kept.map(({ hash, text: said }) => [hash, hashText(said)])).toEqual([[kept[0]!.hash, kept[0]!.hash]]);
  expect(events["pull"]!.dictionaries["report"]).toEqual([kept[0]!.hash]);
  expect(await history.ingest([pulled], { source: "bureau" })).toMatchObject({ accepted: 0, duplicates: 3 });
  await history.close();
});

test("a text in single quotes stands for itself, and a refused child says where its part came from", async () => {
  const [child] = fanOuts["pull"]!.children;
  const children = [{ ...child!, at: "{opened}T00:00:00Z", fields: { ...child!.fields, pull: "'as one'" } }];
  const { history } = await opened({ pull: { ...fanOuts["pull"]!, children } });
  expect(await history.ingest([pulled], { source: "bureau" })).toMatchObject({ accepted: 3 });
  const { tradeline } = history.online.history("ann", ["tradeline"]).events;
  expect(tradeline!.dictionaries["pull"]).toEqual(["as one"]);
  expect(history.quarantine.list({ limit: 9 }).map(({ thing }) => thing)).toEqual([
    'field "balance" of event tradeline, from "balance"',
    'at, from "{opened}T00:00:00Z"',
  ]);
  await history.close();
});

test("without a declaration the document is kept and nothing fans out", async () => {
  const { kept, history } = await opened({});
  expect(await history.ingest([pulled], { source: "bureau" })).toMatchObject({ accepted: 1, quarantined: [] });
  expect(kept).toHaveLength(1);
  await history.close();
});

test("a declaration that names what is not there is refused when history opens", async () => {
  const children = fanOuts["pull"]!.children;
  const misspelt = { pull: { ...fanOuts["pull"]!, children: [{ ...children[0]!, fields: { balanse: "balance" } }] } };
  await expect(opened(misspelt)).rejects.toMatchObject({
    code: "ASSAY_HISTORY_BAD_FAN_OUT",
    problem: { nearest: "balance" },
  });
  await expect(opened({ pull: { ...fanOuts["pull"]!, field: "pull" } })).rejects.toThrow("no document");
  await expect(opened({ pul: fanOuts["pull"]! })).rejects.toMatchObject({ problem: { nearest: "pull" } });
});

test("a forgotten person's documents go, but for those that others' events name too", async () => {
  const { kept, forgotten, history } = await opened(fanOuts);
  const shared = { ...pulled, eventId: "p2", fields: { pull: "p2", report: { credit: { lines: [] } } } };
  const others = { ...shared, entity: "bea", eventId: "p3" };
  await history.ingest([pulled, shared, others], { source: "bureau" });
  await history.forget(["ann"]);
  expect(forgotten).toEqual([kept[0]!.hash]);
  expect(history.online.history("ann", ["pull", "tradeline"]).events).toEqual({});
  await history.close();
});
