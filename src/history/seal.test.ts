import { once } from "node:events";
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, expect, test } from "vitest";
import { hashPrefix } from "../base/index.ts";
import type { EntityHistory } from "../compile/index.ts";
import { readTable } from "../storage/index.ts";
import { bucketCount, readBucket } from "./bucket.ts";
import {
  clock,
  RecordingVault,
  rawPurchase,
  rawStatement,
  removeTemporaryFolders,
  SOURCE,
  schema,
  temporaryFolder,
} from "./fixture.ts";
import { openHistory } from "./history.ts";
import { bitsFor } from "./seal.ts";
import {
  currentSnapshot,
  filesOf,
  keptSnapshots,
  publishSnapshot,
  rollBackSnapshot,
  type Snapshot,
  verifySnapshot,
} from "./snapshot.ts";

afterAll(removeTemporaryFolders);

const source = { source: SOURCE };

async function open(folder: string, using = schema) {
  return await openHistory(folder, { schema: using, vault: new RecordingVault(), clock });
}

async function histories(
  snapshot: Snapshot,
  events = ["statement", "purchase"],
  using?: typeof schema,
): Promise<EntityHistory[]> {
  const all: EntityHistory[] = [];
  for (let bucket = 0; bucket < bucketCount(snapshot); bucket++) {
    for await (const history of readBucket(snapshot, bucket, events, using)) all.push(history);
  }
  return all;
}

test("a bucket holds about fifty thousand events, a power of two of them", () => {
  expect([0, 1, 50_000, 50_001, 100_001, 200_000, 1e12].map(bitsFor)).toEqual([0, 0, 0, 1, 2, 2, 16]);
});

test("a seal is a manifest of sorted files that others can read; sealing again without news changes nothing", async () => {
  const folder = temporaryFolder();
  const history = await open(folder);
  await history.ingest(
    [rawStatement("bob", "s2"), rawStatement("ann", "s1"), rawPurchase("ann", "p1", { note: "n" })],
    source,
  );
  const snapshot = await history.seal();
  expect(await history.seal()).toEqual(snapshot);
  expect(await currentSnapshot(folder)).toEqual(snapshot);
  expect(snapshot.manifest).toMatchObject({
    format: "assay.snapshot",
    version: 1,
    position: { partition: 0, offset: 3 },
    bits: 0,
  });
  const [statements] = snapshot.manifest.events["statement"]!.files;
  const table = await readTable([join(folder, statements!.path)]);
  expect(table.columns["_entity"]!.values).toEqual(["ann", "bob"]);
  expect([...(table.columns["billed"]!.values as Float64Array)]).toEqual([10_000, 10_000]);
  expect(Object.keys(table.columns)).not.toContain("sex");
  expect(await verifySnapshot(snapshot)).toEqual([]);
  await history.close();
});

test("later seals add runs that are merged at reading, entities in the order of their bytes", async () => {
  const history = await open(temporaryFolder());
  const entities = ["b", "a", "Z", "\u{1f4b3}", "\uffee", "é"];
  for (const [i, entity] of entities.entries()) {
    await history.ingest([rawStatement(entity, `s${i}`), rawPurchase("a", `p${i}`)], source);
    await history.seal();
  }
  const snapshot = (await currentSnapshot(history.folder))!;
  expect(snapshot.manifest.events["statement"]!.files.length).toBe(6);
  const read = await histories(snapshot);
  expect(read.map(({ entity }) => entity)).toEqual(["Z", "a", "b", "é", "\uffee", "\u{1f4b3}"]);
  for (const one of read) expect(one).toEqual(history.online.history(one.entity, ["statement", "purchase"]));
  await history.close();
});

test("when buckets split, files from before are still read, each entity in one bucket", async () => {
  const history = await open(temporaryFolder());
  const entities = Array.from({ length: 30 }, (_, i) => `e${i}`);
  await history.ingest(
    entities.map((entity) => rawStatement(entity, `${entity}-1`)),
    source,
  );
  const before = await history.seal();
  const split = await publishSnapshot(history.folder, { ...before.manifest, bits: 3 });
  await history.ingest(
    entities.map((entity) => rawStatement(entity, `${entity}-2`)),
    source,
  );
  const after = await history.seal();
  expect([bucketCount(split), bucketCount(after)]).toEqual([8, 8]);
  expect(new Set(filesOf(after.manifest).map(({ bits }) => bits))).toEqual(new Set([0, 3]));
  const seen: string[] = [];
  for (let bucket = 0; bucket < 8; bucket++) {
    for await (const { entity, events } of readBucket(after, bucket, ["statement"])) {
      expect(hashPrefix(entity, 3)).toBe(bucket);
      expect(events["statement"]!.length).toBe(2);
      seen.push(entity);
    }
  }
  expect(seen.sort()).toEqual([...entities].sort());
  await history.close();
});

test("files written before a field was added are read under the newer definition", async () => {
  const folder = temporaryFolder();
  const old = await open(folder);
  await old.ingest([rawStatement("ann", "s1")], source);
  await old.seal();
  await old.close();
  const note = { type: { kind: "text" }, protection: "none", optional: true } as const;
  const grown = { ...schema, statement: { ...schema["statement"]!, fields: { ...schema["statement"]!.fields, note } } };
  const history = await open(folder, grown);
  await history.ingest([rawStatement("ann", "s2", { fields: { billed: 5, note: "hi" } })], source);
  const snapshot = await history.seal();
  expect(Object.keys(snapshot.manifest.schemas).length).toBe(3);
  expect(await histories(snapshot)).toEqual([history.online.history("ann", ["statement"])]);
  await history.close();
});

test("the last seven snapshots are kept with their files; any of them can hold again, and sealing goes on from it", async () => {
  const folder = temporaryFolder();
  const history = await open(folder);
  const snapshots: Snapshot[] = [];
  for (let i = 0; i < 9; i++) {
    await history.ingest([rawStatement("ann", `s${i}`)], source);
    snapshots.push(await history.seal());
  }
  const kept = await keptSnapshots(folder);
  expect(kept).toEqual(snapshots.slice(2).map(({ hash }) => hash));
  expect(readdirSync(join(folder, "snapshots")).length).toBe(8);
  await history.trimLog();
  await expect(rollBackSnapshot(folder, snapshots[0]!.hash)).rejects.toMatchObject({
    code: "ASSAY_HISTORY_UNKNOWN_SNAPSHOT",
  });
  const back = await rollBackSnapshot(folder, snapshots[3]!.hash);
  expect((await histories(back))[0]!.events["statement"]!.length).toBe(4);
  expect((await currentSnapshot(folder))!.hash).toBe(back.hash);
  const forward = await history.seal();
  expect((await histories(forward))[0]!.events["statement"]!.length).toBe(9);
  await history.close();
});

test("table files that no kept snapshot names are cleared away", async () => {
  const folder = temporaryFolder();
  const history = await open(folder);
  await history.ingest([rawStatement("ann", "s1")], source);
  await history.seal();
  writeFileSync(join(folder, "tables", "statement", "left-by-a-crash.parquet"), "x");
  await history.ingest([rawStatement("ann", "s2")], source);
  const snapshot = await history.seal();
  const there = readdirSync(join(folder, "tables", "statement")).map((name) => join("tables", "statement", name));
  expect(there.sort()).toEqual(
    filesOf(snapshot.manifest)
      .map(({ path }) => path)
      .sort(),
  );
  await history.close();
});

test("a damaged file is named, refused at reading, and stops the log from being trimmed", async () => {
  const folder = temporaryFolder();
  const history = await open(folder);
  await history.ingest([rawStatement("ann", "s1")], source);
  const snapshot = await history.seal();
  const [file] = filesOf(snapshot.manifest);
  appendFileSync(join(folder, file!.path), "x");
  const damage = await verifySnapshot(snapshot);
  expect(damage).toMatchObject([{ code: "ASSAY_HISTORY_DAMAGED_FILE", thing: `table file ${file!.path}` }]);
  await expect(histories(snapshot)).rejects.toMatchObject({ code: "ASSAY_HISTORY_DAMAGED_FILE" });
  expect(await history.trimLog()).toEqual(damage);
  const manifest = join(folder, "snapshots", `${snapshot.hash}.json`);
  writeFileSync(manifest, readFileSync(manifest, "utf8").replace('"offset":1', '"offset":0'));
  await expect(currentSnapshot(folder)).rejects.toMatchObject({ code: "ASSAY_HISTORY_DAMAGED_FILE" });
  await history.close();
});

test("histories of two kinds of entity are not mixed, and a field may not hide a column of the table", async () => {
  const employer = { kind: "event", name: "layoff", entity: "employer", delayMicros: 0, fields: {} } as const;
  const mixed = { ...schema, layoff: employer };
  const history = await open(temporaryFolder(), mixed);
  await history.ingest([rawStatement("ann", "s1")], source);
  const snapshot = await history.seal();
  await expect(histories(snapshot, ["statement", "layoff"])).rejects.toMatchObject({
    code: "ASSAY_HISTORY_MIXED_ENTITIES",
  });
  await history.close();
  const shadowing = {
    ...employer,
    fields: { _AT: { type: { kind: "integer" }, protection: "none", optional: false } },
  } as const;
  await expect(open(temporaryFolder(), { layoff: shadowing })).rejects.toMatchObject({
    code: "ASSAY_HISTORY_RESERVED_COLUMN",
  });
});

test("numbers up to 2^53 and texts of any script come back from a table file as they were", async () => {
  const history = await open(temporaryFolder());
  const fields = {
    amount: "-90071992547409.91",
    note: 'Zoë 💳 \n "x"',
    merchant: "m\u00e9",
    rate: null,
    online: false,
    booked: "1969-12-31T23:59:59.999999Z",
  };
  await history.ingest([rawPurchase("ann", "p1", fields)], source);
  const [ann] = await histories(await history.seal());
  expect(ann).toEqual(history.online.history("ann", ["purchase"]));
  expect(ann!.events["purchase"]!.fields["amount"]![0]).toBe(-Number.MAX_SAFE_INTEGER);
  await history.close();
});

test("a bucket is read in a worker thread", async () => {
  const history = await open(temporaryFolder());
  await history.ingest([rawStatement("ann", "s1"), rawStatement("bob", "s2")], source);
  const snapshot = await history.seal();
  const code = `
    const { parentPort, workerData } = require("node:worker_threads");
    import(${JSON.stringify(new URL("./bucket.ts", import.meta.url).href)}).then(async ({ readBucket }) => {
      const all = [];
      for await (const one of readBucket(workerData, 0, ["statement"])) all.push(one);
      parentPort.postMessage(all);
    });`;
  const worker = new Worker(code, { eval: true, workerData: snapshot });
  const [read] = (await once(worker, "message")) as [EntityHistory[]];
  await worker.terminate();
  expect(read).toEqual(["ann", "bob"].map((entity) => history.online.history(entity, ["statement"])));
  await history.close();
});
