import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canonicalJson, missingCode, missingKinds } from "../base/index.ts";
import type { BuiltDataset } from "../datasets/index.ts";
import { decide } from "../policy/index.ts";
import { readTable } from "../storage/index.ts";
import { rowsOf } from "./column-tally.ts";
import { drawFieldProfiles, tallyEvents } from "./field-profile.ts";
import { schema } from "./fixtures/lender-events.ts";
import { type LenderHistory, openLenderHistory } from "./fixtures/lender-history.ts";
import { lineBundle, lineRequests } from "./fixtures/served-lines.ts";
import { columnProfile, drawProfile, readProfile } from "./profile.ts";

let lender: LenderHistory;
let dataset: BuiltDataset;
beforeAll(async () => {
  lender = await openLenderHistory(120);
  dataset = await lender.dataset();
});
afterAll(() => lender.close());

describe("the profile of source fields", () => {
  it("is that of the events that were ingested", async () => {
    const profiles = await drawFieldProfiles(lender.snapshot, schema);
    const sent = await tallyEvents([lender.events], schema);
    const ingested = profiles.fields.filter(({ source }) => source !== "ledger");
    expect(ingested).toEqual(sent.fields);
    expect(profiles.feeds.map(({ source, event, events }) => [source, event, events])).toEqual([
      ["cards", "statement", 720],
      ["core", "account", 120],
      ["ledger", "outcome", 120],
    ]);
    const billed = sent.fields.find(({ field }) => field === "billed")!;
    expect(billed).toMatchObject({ categories: null, entities: 120 });
    expect(billed.sketch.most!).toBeLessThan(1e6);
    expect(sent.fields.find(({ field }) => field === "channel")!.categories).toEqual(["branch", "web", "app", "phone"]);
  });

  it("never holds a protected field, a moment, or what was retracted", async () => {
    const account = schema.account;
    const limit = account.fields["creditLimit"]!;
    const opened = { ...limit, type: { kind: "instant" as const } };
    const hidden = {
      account: {
        ...account,
        fields: {
          creditLimit: { ...limit, protection: "prohibited" as const },
          opened,
          product: account.fields["product"]!,
        },
      },
    };
    const [first, ...others] = lender.events.filter(({ event }) => event.event === "account");
    const retracted = { ...first!, event: { ...first!.event, retracted: true } };
    const { fields, feeds } = await tallyEvents([[retracted, ...others]], hidden);
    expect(fields.map(({ field }) => field)).toEqual(["product"]);
    expect(feeds).toMatchObject([{ events: others.length }]);
  });

  it("knows how long a feed has been silent at the end", async () => {
    const { feeds } = await tallyEvents([lender.events], schema);
    const account = feeds.find(({ event }) => event === "account")!;
    const known = (event: string) =>
      lender.events.filter((one) => one.event.event === event).map((one) => one.event.knownAt);
    expect(account.longestGapMicros).toBe(Math.max(...known("statement")) - Math.max(...known("account")));
  });
});

describe("the profile of a bundle", () => {
  const bundle = lineBundle();
  const decisions = lineRequests(50, "profile").map((request) => ({ decision: decide(bundle, request), shadow: [] }));
  const drawn = async () =>
    drawProfile({ name: "lines", dataset, decisions, events: await drawFieldProfiles(lender.snapshot, schema) });

  it("holds the values of train and validation people, and not of those who test", async () => {
    const { columns, rows } = await drawn();
    const { train, validation } = dataset.manifest.split.rows;
    expect(rows).toEqual({ values: train + validation, decisions: 50 });
    expect(Object.keys(columns)).toEqual(dataset.manifest.columns);
    for (const column of Object.values(columns)) expect(rowsOf(column)).toBe(train + validation);
    const { columns: read } = await readTable([dataset.file], {
      columns: ["applicant.billed3"],
      where: `t."split" <> 'test'`,
    });
    const billed = read["applicant.billed3"]!.values as Float64Array;
    expect(columns["applicant.billed3"]!.sketch).toMatchObject({
      least: Math.min(...billed),
      most: Math.max(...billed),
    });
  });

  it("holds what the bundle decided, and why", async () => {
    const { dispositions, reasons, adverse, outputs } = await drawn();
    const total = (counts: { readonly [name: string]: number }) => Object.values(counts).reduce((sum, n) => sum + n, 0);
    expect([total(dispositions), total(reasons)]).toEqual([50, adverse]);
    expect(adverse).toBe(decisions.filter(({ decision }) => decision.adverse).length);
    expect(outputs["pd.pd"]!.n).toBe(50);
  });

  it("is the same document each time, and is read back", async () => {
    const document = await drawn();
    expect(canonicalJson(await drawn())).toBe(canonicalJson(document));
    expect(readProfile(JSON.parse(canonicalJson(document)))).toEqual(document);
  });

  it.each([
    [{ format: "assay.profile", version: 2 }, '2 of "assay.profile"'],
    [{ format: "assay.monitor", version: 1 }, '1 of "assay.monitor"'],
    [null, "undefined"],
  ])("refuses %j by name", (document, said) => {
    expect(readProfile(document)).toMatchObject([
      { code: "ASSAY_MONITORING_UNKNOWN_VERSION", rule: expect.stringContaining(said) },
    ]);
  });
});

it("counts what is missing by kind, whatever number stands beside it", () => {
  const kinds = missingKinds.slice(0, 2);
  const profile = columnProfile([1, 2, 0, 0, 0], [0, 0, ...kinds.map(missingCode), missingCode(kinds[0]!)]);
  expect(profile.sketch).toMatchObject({ n: 2, least: 1, most: 2 });
  expect(profile.missing).toEqual({ [kinds[0]!]: 2, [kinds[1]!]: 1 });
});
