import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { readTable, writeTable } from "../storage/index.ts";
import { placedEvents } from "./bucket.ts";
import { compact, runsToMerge } from "./compact.ts";
import type { PlacedEvent } from "./event-table.ts";
import { removeTemporaryFolders, schema } from "./fixture.ts";
import {
  currentSnapshot,
  filesOf,
  publishSnapshot,
  readSnapshot,
  type Snapshot,
  type TableFile,
  verifySnapshot,
} from "./snapshot.ts";
import { snapshotAt } from "./snapshot-at.ts";
import { asWritten, byName, happening, histories, rowsOf, sealed, twin } from "./table-fixture.ts";

afterAll(removeTemporaryFolders);

async function placed(snapshot: Snapshot): Promise<PlacedEvent[]> {
  const all: PlacedEvent[] = [];
  for await (const some of placedEvents(snapshot, schema)) all.push(...some);
  return all.sort((a, b) => a.offset - b.offset);
}

function runsOf({ manifest }: Snapshot): TableFile[][] {
  return Object.values(manifest.events).flatMap(({ files }) => [
    ...Map.groupBy(files, ({ bits, bucket, schemaHash }) => `${bits} ${bucket} ${schemaHash}`).values(),
  ]);
}

test("compaction changes no bit of what is read, cuts up files of fewer buckets and leaves a few runs a bucket", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 60 }), fc.nat({ max: 2 }), async (made, bits) => {
      const rows = rowsOf(made).map(asWritten);
      const before = await sealed(rows, bits, [0, 3]);
      const { snapshot, filesAfter } = await compact(before.folder);
      expect(byName(await histories(snapshot))).toEqual(byName(twin(rows)));
      expect(await placed(snapshot)).toEqual(await placed(before));
      expect(filesOf(snapshot.manifest).length).toBe(filesAfter);
      expect(snapshot.manifest.position).toEqual(before.manifest.position);
      expect(await verifySnapshot(snapshot)).toEqual([]);
      for (const runs of runsOf(snapshot)) {
        expect(runs.length).toBeLessThanOrEqual(4);
        expect(runs.every((run) => run.bits === bits)).toBe(true);
      }
      expect((await compact(before.folder)).snapshot).toEqual(snapshot);
    }),
    { numRuns: 12 },
  );
});

const manyRuns = () =>
  Array.from({ length: 7 }, (_, run) => ({
    run,
    event: {
      event: "statement",
      entity: run % 2 === 0 ? "ann" : "bob",
      source: "core",
      eventId: `s${run}`,
      seq: null,
      at: run,
      knownAt: run,
      retracted: false,
      fields: { billed: run, monthsLate: null },
    },
  }));

test("readers of the snapshot before keep its files, and what a crash left is cleared away", async () => {
  const rows = manyRuns();
  const before = await sealed(rows, 0);
  writeFileSync(join(before.folder, "tables", "statement", "left-by-a-crash.parquet"), "x");
  const { snapshot, filesBefore, filesAfter } = await compact(before.folder);
  expect([filesBefore, filesAfter]).toEqual([7, 1]);
  expect(byName(await histories(before))).toEqual(byName(twin(rows)));
  expect(await verifySnapshot(before)).toEqual([]);
  const named = [before, snapshot].flatMap(({ manifest }) => filesOf(manifest).map(({ path }) => path));
  const there = readdirSync(join(before.folder, "tables", "statement")).map((name) =>
    join("tables", "statement", name),
  );
  expect(there.sort()).toEqual([...new Set(named)].sort());
});

/** As files were written before revisions were told apart in them. */
async function asOlder(folder: string, { layout: _, ...file }: TableFile): Promise<TableFile> {
  const { columns } = await readTable([join(folder, file.path)]);
  const path = join("tables", "statement", "older.parquet");
  const left = Object.values(columns).filter(({ name }) => name !== "_superseded_at");
  const { sha256, bytes } = await writeTable(join(folder, path), left);
  return { ...file, path, sha256, bytes };
}

test("files of an older layout are read as before and written anew", async () => {
  const rows = manyRuns().slice(0, 3);
  const { folder, manifest } = await sealed(rows, 0);
  const { files, schemaHash } = manifest.events["statement"]!;
  const [first, ...newer] = files;
  const events = { ...manifest.events, statement: { schemaHash, files: [await asOlder(folder, first!), ...newer] } };
  const before = await publishSnapshot(folder, { ...manifest, events });
  expect(byName(await histories(before))).toEqual(byName(twin(rows)));
  const { snapshot } = await compact(folder);
  expect(filesOf(snapshot.manifest).map(({ layout, rows }) => [layout, rows])).toEqual([2, 2, 2].map((l) => [l, 1]));
  expect(byName(await histories(snapshot))).toEqual(byName(twin(rows)));
});

test("the smallest runs go together, and each next one that is not much larger", () => {
  const run = (rows: number): TableFile => ({
    path: `${rows}`,
    bits: 0,
    bucket: 0,
    rows,
    bytes: 0,
    sha256: "",
    schemaHash: "",
    layout: 2,
  });
  const merged = (...rows: number[]) => runsToMerge(rows.map(run)).map(({ rows }) => rows);
  expect(merged(1, 2, 3, 4)).toEqual([]);
  expect(merged(1000, 10, 10, 10, 10)).toEqual([10, 10, 10, 10]);
  expect(merged(100_000, 10_000, 1000, 100, 10)).toEqual([10, 100]);
  expect(merged(50, 40, 30, 20, 10)).toEqual([10, 20, 30, 40, 50]);
});

test("a kept snapshot is found by the beginning of its hash or by a place in the log", async () => {
  const { folder, manifest, hash } = await sealed(manyRuns(), 0);
  const later = await publishSnapshot(folder, { ...manifest, position: { partition: 0, offset: 9 } });
  const at = async (offset: number) => (await snapshotAt(folder, { partition: 0, offset })).hash;
  expect([await at(3), await at(7), await at(8), await at(9)]).toEqual([hash, hash, later.hash, later.hash]);
  expect(await snapshotAt(folder, hash.slice(0, 8))).toEqual(await readSnapshot(folder, hash));
  expect((await currentSnapshot(folder))?.hash).toBe(later.hash);
  const unknown = { code: "ASSAY_HISTORY_UNKNOWN_SNAPSHOT" };
  await expect(at(10)).rejects.toMatchObject(unknown);
  for (const name of ["", "no such hash"]) await expect(snapshotAt(folder, name)).rejects.toMatchObject(unknown);
});
