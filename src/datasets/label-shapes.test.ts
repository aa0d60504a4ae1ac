import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashJson, MICROS_PER_DAY } from "../base/index.ts";
import { type HistoryEvent, type LabelShape, naiveLabelTime } from "../compile/index.ts";
import { days, type LabelNode, label, months, nodeOf, occurs } from "../define/index.ts";
import { snapshotEvents } from "../history/index.ts";
import { readTable } from "../storage/index.ts";
import { type BuiltDataset, buildDataset } from "./build.ts";
import {
  borrower,
  lastCutOff,
  openSmallHistory,
  outcome,
  type SmallHistory,
  schema,
  smallSpine,
  statement,
} from "./fixtures/small-history.ts";

const zone = "Europe/Berlin";
const node = nodeOf(
  label("missedSoon", borrower, {
    bad: occurs(outcome.where({ missed: true })).next(months(2, zone)),
    exclude: { neverBilled: occurs(statement.where({ monthsLate: 2 })).last(days(20)) },
    endedBy: { answered: outcome.where({ missed: false }) },
    matures: days(1),
  }),
) as LabelNode;
const labelled = { node, meaningHash: hashJson(node) };

/** Asked in June, so that outcomes of July lie in the first month. */
const spine = smallSpine().map((row) => ({ ...row, t: row.t - 20 * MICROS_PER_DAY }));

let small: SmallHistory;
const built = new Map<LabelShape, BuiltDataset>();
const events = new Map<string, HistoryEvent[]>();

beforeAll(async () => {
  small = await openSmallHistory();
  for (const labelShape of ["loanMonths", "timeToEvent"] as const) {
    built.set(labelShape, await buildDataset(small.request({ spine, label: labelled, labelShape }), small.site(1)));
  }
  for await (const some of snapshotEvents(small.snapshot, schema)) {
    for (const event of some) events.set(event.entity, [...(events.get(event.entity) ?? []), event]);
  }
});

afterAll(() => small.close());

function expected(shape: Exclude<LabelShape, "flags">) {
  return spine.map(({ decisionId, t, parties }) => {
    const own = events.get(parties["applicant"]!) ?? [];
    return { decisionId, told: naiveLabelTime(node, schema, shape, own, { t, cutOff: lastCutOff }) };
  });
}

describe("a dataset of times", () => {
  it("has an event, days and whether it is censored, and no flag that could be mistaken", async () => {
    const { manifest, file } = built.get("timeToEvent")!;
    const { rows, columns } = await readTable([file]);
    expect(columns["label"]).toBeUndefined();
    const found = Array.from({ length: rows }, (_, row) => ({
      decisionId: columns["decision_id"]!.values[row],
      event: columns["event"]!.values[row],
      days: columns["days"]!.values[row],
      censored: columns["censored"]!.values[row],
    }));
    const wanted = expected("timeToEvent").flatMap(({ decisionId, told }) =>
      "event" in told
        ? [{ decisionId, event: told.event, days: told.days, censored: told.event === "censored" ? 1 : 0 }]
        : [],
    );
    expect(found).toEqual(wanted.sort((a, b) => (a.decisionId < b.decisionId ? -1 : 1)));
    expect(new Set(found.map(({ event }) => event))).toEqual(new Set(["bad", "answered", "censored"]));
    expect(manifest.label.shape).toBe("timeToEvent");
    expect(manifest.dropped["excluded: neverBilled"]).toBeGreaterThan(0);
    expect(manifest.rows + Object.values(manifest.dropped).reduce((sum, count) => sum + count, 0)).toBe(
      manifest.spineRows,
    );
  });

  it("has a row for each month at risk, the event in the last", async () => {
    const { manifest, file } = built.get("loanMonths")!;
    const { rows, columns } = await readTable([join(dirname(file), "months.parquet")]);
    const found = Array.from({ length: rows }, (_, row) =>
      [columns["decision_id"]!.values[row], columns["month"]!.values[row], columns["event"]!.values[row]].join(" "),
    );
    const wanted = expected("loanMonths").flatMap(({ decisionId, told }) => {
      if (!("event" in told)) return [];
      const last = told.event === "censored" ? "none" : told.event;
      return Array.from(
        { length: told.months },
        (_, i) => `${decisionId} ${i + 1} ${i + 1 === told.months ? last : "none"}`,
      );
    });
    expect(found).toEqual(wanted.sort());
    expect(manifest).toMatchObject({ label: { shape: "loanMonths" }, months: { rows } });
  });
});

describe("a frozen dataset", () => {
  it("is the same bytes from its snapshot, whatever arrives afterwards", async () => {
    const shape = { spine, label: labelled, labelShape: "loanMonths" } as const;
    const late = [
      {
        event: "outcome",
        entity: "borrower-05",
        eventId: "late",
        at: "2024-07-20T00:00:00Z",
        fields: { missed: true },
      },
      {
        event: "statement",
        entity: "borrower-01",
        eventId: "late",
        at: "2024-06-20T00:00:00Z",
        fields: { billed: "5.00" },
      },
      {
        event: "outcome",
        entity: "borrower-00",
        eventId: "0:outcome",
        at: "2024-07-21T12:00:00Z",
        knownAt: "2024-09-30T00:00:00Z",
        retracted: true,
        fields: { missed: true },
      },
    ];
    await small.history.ingest(late, { source: "core" });
    const now = await small.history.seal();
    const elsewhere = { ...small.site(1), folder: join(small.folder, "again") };
    const again = await buildDataset(small.request(shape), elsewhere);
    const frozen = built.get("loanMonths")!;
    expect(again.hash).toBe(frozen.hash);
    expect(await readFile(again.file)).toEqual(await readFile(frozen.file));
    const changed = await buildDataset(small.request({ ...shape, snapshot: now }), elsewhere);
    expect(changed.hash).not.toBe(frozen.hash);
  });
});
