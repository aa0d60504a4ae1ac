// Random histories in table files, for the tests of reading and compacting them: late, tied and revised rows, some taken
// back, texts of every length, in runs of two definitions.

import fc from "fast-check";
import { hashJson, hashPrefix } from "../base/index.ts";
import { type EntityHistory, type HistoryEvent, layOutHistory } from "../compile/index.ts";
import type { EventNode } from "../define/index.ts";
import { bucketCount, readBucket } from "./bucket.ts";
import { schema, temporaryFolder } from "./fixture.ts";
import { publishSnapshot, type Snapshot, type TableFile } from "./snapshot.ts";
import { writeRun } from "./table-run.ts";

const statement = schema["statement"]!;
const purchase = schema["purchase"]!;
/** As the definition was before two fields came. */
const { note: _, booked: __, ...older } = purchase.fields;
const olderPurchase: EventNode = { ...purchase, fields: older };

const text = fc.constantFrom(
  null,
  "",
  "a",
  "Zoë 💳",
  "exactly12byt",
  "more than twelve bytes",
  "\u0000",
  "\uffee",
  "a\u0000",
);
const entity = fc.constantFrom("ann", "Bob", "a much longer name than twelve", "é", "\uffee", "\u{1f4b3}");

const revision = fc.record({
  at: fc.integer({ min: 0, max: 30 }),
  later: fc.integer({ min: 0, max: 4 }),
  retracted: fc.boolean(),
  amount: fc.option(fc.integer({ min: -3, max: 3 })),
  note: text,
  merchant: text,
  seq: fc.option(fc.integer({ min: 0, max: 2 })),
  run: fc.nat({ max: 6 }),
});
export const happening = fc.record({
  entity,
  purchase: fc.boolean(),
  source: fc.constantFrom("core", "a source of a long name", "é"),
  // Mostly one: else every entity would be left to the twin.
  revisions: fc.oneof(
    { weight: 20, arbitrary: fc.tuple(revision) },
    { weight: 1, arbitrary: fc.array(revision, { minLength: 2, maxLength: 3 }) },
  ),
});

export interface RunRow {
  readonly event: HistoryEvent;
  readonly run: number;
}

/** Ids are told by the place in the list, so that no two happenings share one; revisions are known one after another. */
export function rowsOf(happenings: readonly (typeof happening extends fc.Arbitrary<infer H> ? H : never)[]): RunRow[] {
  return happenings.flatMap(({ entity, purchase: isPurchase, source, revisions }, id) => {
    let known = 0;
    return revisions.map(({ at, later, retracted, amount, note, merchant, seq, run }, i) => {
      known = Math.max(at, i === 0 ? 0 : known + 1) + later;
      const fields = isPurchase
        ? { amount, rate: null, kind: 1, online: null, merchant, note: run < 2 ? null : note, booked: null }
        : { billed: amount, monthsLate: null };
      const event = isPurchase ? "purchase" : "statement";
      const about = { event, entity, source, eventId: `id of happening ${id}`, seq: i === 0 ? seq : null };
      return { event: { ...about, at, knownAt: known, retracted: retracted && i > 0, fields }, run };
    });
  });
}

/** Runs 0 and 1 of purchases are written under the older definition. */
function nodeOf(name: string, run: number): EventNode {
  if (name === "statement") return statement;
  return run < 2 ? olderPurchase : purchase;
}

/** A snapshot of runs; those of `coarse` are from a time when there was one bucket. */
export async function sealed(rows: readonly RunRow[], bits: number, coarse: readonly number[] = []): Promise<Snapshot> {
  const folder = temporaryFolder();
  const bitsOf = (run: number) => (coarse.includes(run) ? 0 : bits);
  const files: { [name: string]: TableFile[] } = { statement: [], purchase: [] };
  const placed = rows.map(({ event, run }, offset) => ({
    event,
    offset,
    run,
    bucket: hashPrefix(event.entity, bitsOf(run)),
  }));
  const groups = Map.groupBy(placed, ({ event, run, bucket }) => `${event.event} ${run} ${bucket}`);
  for (const group of groups.values()) {
    const { event, run, bucket } = group[0]!;
    files[event.event]!.push(await writeRun({ folder, bits: bitsOf(run), bucket }, nodeOf(event.event, run), group));
  }
  const nodes = [statement, purchase, olderPurchase];
  return await publishSnapshot(folder, {
    format: "assay.snapshot",
    version: 1,
    position: { partition: 0, offset: rows.length },
    bits,
    events: {
      statement: { schemaHash: hashJson(statement), files: files["statement"]! },
      purchase: { schemaHash: hashJson(purchase), files: files["purchase"]! },
    },
    schemas: Object.fromEntries(nodes.map((node) => [hashJson(node), node])),
  });
}

export async function histories(snapshot: Snapshot): Promise<EntityHistory[]> {
  const all: EntityHistory[] = [];
  for (let bucket = 0; bucket < bucketCount(snapshot); bucket++) {
    for await (const one of readBucket(snapshot, bucket, ["statement", "purchase"], schema)) all.push(one);
  }
  return all;
}

export function twin(rows: readonly RunRow[]): EntityHistory[] {
  const byEntity = Map.groupBy(
    rows.map(({ event }) => event),
    ({ entity }) => entity,
  );
  return [...byEntity].map(([entity, events]) => layOutHistory(entity, events, schema));
}

export const byName = (histories: readonly EntityHistory[]) => new Map(histories.map((each) => [each.entity, each]));

/** What the older definition has no field for is not in its rows. */
export function asWritten({ event, run }: RunRow): RunRow {
  if (run >= 2 || event.event !== "purchase") return { event, run };
  return { run, event: { ...event, fields: { ...event.fields, note: null } } };
}
