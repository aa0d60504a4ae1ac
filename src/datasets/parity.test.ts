import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SEMANTICS } from "../base/index.ts";
import type { FeatureSetNode } from "../define/index.ts";
import { onlineFolder, type Snapshot } from "../history/index.ts";
import { majorAsked } from "./asked.ts";
import { type BuiltDataset, buildDataset } from "./build.ts";
import { readDatasetRows } from "./dataset-rows.ts";
import { openSmallHistory, type SmallHistory, schema } from "./fixtures/small-history.ts";
import { compareClaims, compareRoads, type ParityClaims, type ParityReport, ParityTally, spread } from "./parity.ts";

let small: SmallHistory;
let built: BuiltDataset;
let before: Snapshot;
let after: Snapshot;

const statement = (entity: string, eventId: string, at: string, more: object = {}) => {
  return { event: "statement", entity, eventId, at, fields: { billed: "5.00", monthsLate: 1 }, ...more };
};
/** Known by the 12th of June 2024, before anybody asks. */
const early = [
  statement("borrower-01", "revised", "2024-06-10T00:00:00Z"),
  statement("borrower-02", "retracted", "2024-06-10T00:00:00Z"),
];
/** Known before anybody asks, and arrived after the dataset was built. */
const behindTime = [
  statement("borrower-01", "revised", "2024-06-10T00:00:00Z", {
    knownAt: "2024-06-20T00:00:00Z",
    fields: { billed: "7.00", monthsLate: 1 },
  }),
  statement("borrower-02", "retracted", "2024-06-10T00:00:00Z", { knownAt: "2024-06-20T00:00:00Z", retracted: true }),
  statement("borrower-04", "late", "2024-06-20T00:00:00Z"),
  // Of no weight: known only later, or of somebody else.
  statement("borrower-06", "news", "2024-06-20T00:00:00Z", { knownAt: "2024-08-01T00:00:00Z" }),
  statement("nobody", "other", "2024-06-20T00:00:00Z"),
];

beforeAll(async () => {
  small = await openSmallHistory();
  await small.history.ingest(early, { source: "core" });
  before = await small.history.seal();
  built = await buildDataset(small.request({ snapshot: before }), small.site(1));
  const { accepted } = await small.history.ingest(behindTime, { source: "core" });
  expect(accepted).toBe(behindTime.length);
  after = await small.history.seal();
});

afterAll(() => small.close());

const quiet = () => {};
const request = (snapshot: Snapshot) => {
  const { request: asks, roles } = small.request();
  const online = onlineFolder(small.history.folder);
  return {
    file: built.file,
    schema,
    request: asks,
    roles,
    snapshot,
    onlineFolder: online,
    builtAt: before.manifest.position,
  };
};

/** Claims of the first role as the dataset holds them. */
async function claims(more: Partial<ParityClaims> = {}): Promise<ParityClaims> {
  const { request: asks, roles } = small.request();
  const { set, meaningHash, role } = roles[0]!;
  const rows = await readDatasetRows(built.file, small.request());
  return {
    role,
    set,
    meaningHash,
    schema,
    request: asks,
    semantics: SEMANTICS,
    redefined: false,
    claims: rows.map((row) => ({
      decisionId: row.decisionId,
      entity: row.parties[0]!.entity,
      t: row.t,
      asked: majorAsked(asks, row.asked),
      values: row.values[role]!,
      position: before.manifest.position,
    })),
    ...more,
  };
}

async function compared(claimed: ParityClaims, snapshot = before, online: string | null = null): Promise<ParityReport> {
  const tally = new ParityTally();
  await compareClaims(claimed, { snapshot, onlineFolder: online }, tally, quiet);
  return tally.report();
}

describe("parity names the cause", () => {
  it("of what arrived late, was revised and was taken back since, and blames no event without weight", async () => {
    const report = await compareRoads(request(after), quiet);
    expect(Object.keys(report.causes)).toEqual(["late", "retracted since", "revised since"]);
    expect(report.differences).toBe(Object.values(report.causes).reduce((sum, count) => sum + count, 0));
    const told = report.examples.join("\n");
    expect(told).toMatch(
      /of borrower-04 at 2024-07-01T12:00:00.000000Z \(decision d-04\): recorded .*, table files .*, naive .*, online .*\. late: statement "late" of source "core" arrived at position \d+, after \d+, .* exceeds its declared delay of 48 h/,
    );
    expect(told).toMatch(/borrower-01 .* revised since: statement "revised"/);
    expect(told).toMatch(/borrower-02 .* retracted since: statement "retracted"/);
    expect(told).not.toMatch(/borrower-06|nobody/);
  });

  it("of what the online store holds beyond the table files", async () => {
    const report = await compareRoads(request(before), quiet);
    expect(Object.keys(report.causes)).toEqual(["late", "retracted since", "revised since"]);
    expect(report.examples.join("\n")).toMatch(/arrived after the table files were sealed/);
  });

  it("of an online store that lags behind the table files", async () => {
    const other = await openSmallHistory();
    try {
      const report = await compareRoads(
        { ...request(after), builtAt: after.manifest.position, onlineFolder: onlineFolder(other.history.folder) },
        quiet,
      );
      expect(report.causes["online store behind"]).toBeGreaterThan(0);
    } finally {
      await other.close();
    }
  });

  it("of history that the online store no longer holds", async () => {
    // Of everybody with three statements the oldest is gone; as many others keep the store's position.
    const oldest = (events: readonly { readonly [name: string]: unknown }[]) => {
      const months = new Map<string, number>();
      for (const { event, eventId } of events) {
        const [who, month] = String(eventId).split(":");
        if (event === "statement") months.set(who!, Math.max(months.get(who!) ?? 0, Number(month)));
      }
      return events.filter(({ eventId }) => ![...months].some(([who, most]) => most === 2 && eventId === `${who}:2`));
    };
    const other = await openSmallHistory(oldest);
    try {
      const fill = Array.from({ length: 60 }, (_, i) => statement("nobody", `fill-${i}`, "2024-06-20T00:00:00Z"));
      await other.history.ingest([...early, ...fill], { source: "core" });
      const report = await compared(await claims(), before, onlineFolder(other.history.folder));
      expect(Object.keys(report.causes)).toEqual(["trimmed depth"]);
      expect(report.examples[0]).toMatch(/trimmed depth: the online store no longer holds statement "\d+:2"/);
    } finally {
      await other.close();
    }
  });

  it("of another request, semantics, time zones or definition", async () => {
    const as = async (more: Partial<ParityClaims>) => (await compared(await spoiled(more))).causes;
    const asked = await claims();
    const other = {
      ...asked,
      claims: asked.claims.map((claim) => ({ ...claim, asked: { ...claim.asked, amount: 1 } })),
    };
    expect(Object.keys((await compared(other)).causes)).toEqual(["different request"]);
    expect(await as({ semantics: { ...SEMANTICS, number: 0 as never } })).toEqual({ "semantics changed": 1 });
    expect(await as({ semantics: { ...SEMANTICS, timeZoneData: "1999a" as never } })).toEqual({
      "time zones changed": 1,
    });
    expect(await as({ redefined: true })).toEqual({ "definition changed": 1 });
    expect(await as({})).toEqual({ unknown: 1 });
  });

  it("of values read from a state older than the record says", async () => {
    const whole = await claims();
    const position = after.manifest.position;
    const lagging = { ...whole, claims: whole.claims.map((claim) => ({ ...claim, position })) };
    const report = await compared(lagging, after);
    expect(Object.keys(report.causes)).toEqual(["online store behind"]);
    expect(report.examples[0]).toMatch(/it is the value at position \d+ of the log, and the record says \d+/);
  });

  /** One value of one row is not what anything gives. */
  async function spoiled(more: Partial<ParityClaims>): Promise<ParityClaims> {
    const whole = await claims(more);
    const [first, ...rest] = whole.claims;
    const numbers = Float64Array.from(first!.values.numbers);
    const kinds = Uint8Array.from(first!.values.kinds);
    [numbers[0], kinds[0]] = [123, 0];
    return { ...whole, claims: [{ ...first!, values: { numbers, kinds } }, ...rest] };
  }
});

describe("parity of definitions", () => {
  it("is told by the meaning hash in the dataset's manifest", async () => {
    const [first, ...others] = small.request().roles;
    const everLate = (set: FeatureSetNode): FeatureSetNode => {
      const [late, ...rest] = set.features;
      const value = {
        ...late!.feature.value,
        window: { kind: "ever" },
      } as FeatureSetNode["features"][0]["feature"]["value"];
      return { ...set, features: [{ ...late!, feature: { ...late!.feature, value } }, ...rest] };
    };
    const roles = [{ ...first!, set: everLate(first!.set), meaningHash: "today's" }, ...others];
    const builtBy = Object.fromEntries(
      Object.entries(built.manifest.features).map(([role, { meaningHash }]) => [role, meaningHash]),
    );
    const report = await compareRoads(
      { ...request(before), roles, builtBy, onlineFolder: join(small.folder, "history", "online") },
      quiet,
    );
    expect(report.causes["definition changed"]).toBeGreaterThan(0);
  });
});

describe("a sample", () => {
  it("is spread over the rows", async () => {
    expect(spread([0, 1, 2, 3, 4, 5, 6, 7], 4)).toEqual([0, 2, 4, 6]);
    expect(spread([0, 1], 4)).toEqual([0, 1]);
    expect((await compareRoads({ ...request(before), sample: 10 }, quiet)).rows).toBe(10);
  });
});
