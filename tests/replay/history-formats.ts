// What a history keeps on disk: the log's segments, the online store, the quarantine, snapshots with their table files.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { open } from "lmdb";
import { canonicalJson, hashText, instant, MICROS_PER_DAY } from "../../src/base/index.ts";
import type { HistoryEvent } from "../../src/compile/index.ts";
import {
  currentSnapshot,
  decodeEvent,
  encodeEvent,
  followLog,
  LOG_START,
  latenessQuantile,
  lateShare,
  openHistory,
  openLocalLog,
  openOnlineStore,
  readBucket,
  readLateness,
  snapshotEvents,
  verifySnapshot,
} from "../../src/history/index.ts";
import { openOnlineReader } from "../../src/history/online-reader.ts";
import { type Format, plain, withVersion } from "./format.ts";
import { clock, schema, sourceRows, storedEvents } from "./small-lender.ts";

const vault = { store: async () => {} };
const openAt = (folder: string) => openHistory(folder, { schema, vault, clock });

/** Files below a folder as one canonical document, each compressed to keep golden files small, and back. */
function packFiles(folder: string, names: readonly string[]): Buffer {
  const files = names.map((name) => [name, gzipSync(readFileSync(join(folder, name))).toString("base64")] as const);
  return Buffer.from(canonicalJson({ files: Object.fromEntries(files) }));
}

export function unpackFiles(bytes: Buffer, folder: string): void {
  const { files } = JSON.parse(bytes.toString()) as { readonly files: { readonly [name: string]: string } };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), gunzipSync(Buffer.from(content, "base64")));
  }
}

// ---------------------------------------------------------------- the log

const segment = "0000000000000000.log";

const logSegment: Format = {
  name: "log-segment",
  version: 1,
  compare: "bytes",
  write: async (at) => {
    const folder = at.folder();
    const log = await openLocalLog(folder);
    const records = storedEvents.slice(0, 4).map(encodeEvent);
    await log.append(records.slice(0, 3));
    await log.append(records.slice(3));
    await log.close();
    return readFileSync(join(folder, segment));
  },
  async read(bytes, at) {
    const folder = at.folder();
    writeFileSync(join(folder, segment), bytes);
    const log = await openLocalLog(folder);
    const events: HistoryEvent[] = [];
    for await (const { records } of log.read(LOG_START)) events.push(...records.map(decodeEvent));
    const head = log.head();
    await log.close();
    return { head, events };
  },
  future: (bytes) => Buffer.from(bytes.with(6, 2)),
  refusal: "ASSAY_HISTORY_UNKNOWN_VERSION",
};

const logSchema: Format = {
  name: "log-schema",
  version: 1,
  compare: "bytes",
  write: async (at) => {
    const folder = at.folder();
    const history = await openAt(folder);
    await history.ingest(sourceRows, { source: "core" });
    await history.close();
    return readFileSync(join(folder, "log", "schema.json"));
  },
  async read(bytes, at) {
    const folder = at.folder();
    mkdirSync(join(folder, "log"));
    writeFileSync(join(folder, "log", "schema.json"), bytes);
    const opened = (using: typeof schema) => openHistory(folder, { schema: using, vault, clock });
    await (await opened(schema)).close();
    const moved = Object.fromEntries(
      Object.entries(schema).map(([name, node]) => [name, { ...node, entity: "other" }]),
    );
    const refusal = await opened(moved).then(
      () => "none",
      (error: Error) => error.message,
    );
    return { events: (JSON.parse(bytes.toString()) as { events: unknown }).events, refusal };
  },
  future: (bytes) => withVersion(bytes, 2),
  refusal: "ASSAY_HISTORY_UNKNOWN_VERSION",
};

// ---------------------------------------------------------------- the online store

const tables = ["tails", "chunks", "names", "ids", "groups"] as const;

function openLmdb(folder: string) {
  const root = open({ path: join(folder, "histories.mdb"), noSubdir: true, maxDbs: 8, cache: false });
  const binary = (name: string) =>
    root.openDB<Buffer, Buffer>(name, { encoding: "binary", keyEncoding: "binary", cache: false });
  return { root, table: binary, meta: root.openDB("meta", { encoding: "json" }) };
}

interface StoreDump {
  readonly version: number;
  /** By table: key and value in hexadecimal. */
  readonly tables: { readonly [table: string]: { readonly [key: string]: string } };
  readonly layouts: unknown;
  readonly counts: unknown;
  readonly position: number;
}

async function dumpStore(folder: string): Promise<StoreDump> {
  const { root, meta, table } = openLmdb(folder);
  const hexOf = (name: string) => {
    const held = table(name);
    const keys = [...held.getKeys()].map((key) => Buffer.from(key));
    return Object.fromEntries(keys.map((key) => [key.toString("hex"), Buffer.from(held.get(key)!).toString("hex")]));
  };
  const dump = {
    version: meta.get("version"),
    tables: Object.fromEntries(tables.map((name) => [name, hexOf(name)])),
    layouts: meta.get("layouts"),
    counts: meta.get("counts"),
    position: meta.get("position"),
  };
  await root.close();
  return dump as StoreDump;
}

async function fillStore(folder: string, { tables, ...counted }: StoreDump): Promise<void> {
  const { root, meta, table } = openLmdb(folder);
  root.transactionSync(() => {
    for (const [name, rows] of Object.entries(tables)) {
      const into = table(name);
      for (const [key, value] of Object.entries(rows)) into.putSync(Buffer.from(key, "hex"), Buffer.from(value, "hex"));
    }
    for (const [name, value] of Object.entries(counted)) meta.putSync(name, value);
  });
  await root.close();
  writeFileSync(join(folder, "state.json"), '{"version":2,"boot":"","closed":true}');
}

/** Bob's (a revision) and Zoë's (texts, a tie) events, and so many of Carl's that they fill chunks. */
const keptOnline = [
  ...storedEvents.filter(({ entity }) => entity === "bob" || entity.startsWith("Zo")),
  ...Array.from({ length: 300 }, (_, i) => carlsPurchase(i)),
];

function carlsPurchase(i: number): HistoryEvent {
  const at = instant("2024-01-01T00:00:00Z") + i * i * 10_000_000_000;
  const note = i % 7 === 0 ? null : `a note of some length, number ${i}`;
  const [event, entity, source, eventId] = ["purchase", "carl", "core", `carl-${i}`] as const;
  const fields = { amount: 100 + 37 * i, kind: i % 2, merchant: `m${i % 11}`, note };
  const knownAt = at + (i % 100 === 0 ? MICROS_PER_DAY : 0);
  return { event, entity, source, eventId, seq: null, at, knownAt, retracted: false, fields };
}

const onlineStore: Format = {
  name: "online-store",
  version: 2,
  compare: "bytes",
  write: async (at) => {
    const folder = at.folder();
    const store = openOnlineStore(folder, schema);
    store.applyEvents({ from: LOG_START, events: keptOnline });
    await store.close();
    return Buffer.from(canonicalJson(await dumpStore(folder)));
  },
  async read(bytes, at) {
    const folder = at.folder();
    await fillStore(folder, JSON.parse(bytes.toString()) as StoreDump);
    const store = openOnlineStore(folder, schema);
    const held = store.held(keptOnline.filter((_, i) => i % 40 === 0)).map(readableHashes);
    const rebuilt = store.mustRebuild();
    await store.close();
    const reader = openOnlineReader(folder, schema);
    const position = reader.appliedUpTo();
    const histories = ["bob", "Zoë 💳", "carl"].map((entity) =>
      plain(reader.history(entity, ["statement", "purchase", "outcome"])),
    );
    await reader.close();
    return { rebuilt, position, held, histories };
  },
  future(bytes) {
    return Buffer.from(canonicalJson({ ...(JSON.parse(bytes.toString()) as StoreDump), version: 3 }));
  },
  refusal: "ASSAY_HISTORY_UNKNOWN_VERSION",
};

type Held = ReturnType<ReturnType<typeof openOnlineStore>["held"]>[number];

function readableHashes(held: Held): unknown {
  const hex = (content: string) => Buffer.from(content, "latin1").toString("hex");
  return { ...held, revisions: held?.revisions.map((each) => ({ ...each, content: hex(each.content) })) };
}

// ---------------------------------------------------------------- the quarantine

const refused = [
  {
    event: "statement",
    entity: "ann",
    eventId: "q1",
    at: "2024-01-01T00:00:00Z",
    fields: { billed: "1.005", paid: 0 },
  },
  {
    event: "statment",
    entity: "ann",
    eventId: "q2",
    at: "2024-01-01T00:00:00Z",
    fields: { billed: 1, paid: 0, sex: "F" },
  },
  "no object",
];

const quarantineRow: Format = {
  name: "quarantine-row",
  version: 3,
  compare: "bytes",
  write: async (at) => {
    const folder = at.folder();
    const history = await openAt(folder);
    await history.ingest(refused, { source: "core" });
    const [first] = history.quarantine.list({ limit: 1 });
    await history.resubmit({ id: first!.id, set: { billed: "1.00" } }, "ops");
    await history.close();
    return readFileSync(join(folder, "quarantine", "rows.ndjson"));
  },
  async read(bytes, at) {
    const folder = at.folder();
    mkdirSync(join(folder, "quarantine"));
    writeFileSync(join(folder, "quarantine", "rows.ndjson"), bytes);
    const history = await openAt(folder);
    const rows = history.quarantine.list({ limit: 9 });
    // The same rows again are not noted twice.
    await history.ingest(refused, { source: "core" });
    const counts = history.quarantine.counts();
    await history.close();
    return { rows, counts };
  },
  future: (bytes) => Buffer.from(bytes.toString().replaceAll('"version":3', '"version":4')),
  refusal: "ASSAY_HISTORY_UNKNOWN_VERSION",
};

// ---------------------------------------------------------------- how late feeds come, and where another log is followed

const lateness: Format = {
  name: "lateness",
  version: 1,
  compare: "bytes",
  write: async (at) => {
    const folder = at.folder();
    const history = await openAt(folder);
    await history.ingest(sourceRows, { source: "core" });
    await history.close();
    return readFileSync(join(folder, "lateness.json"));
  },
  async read(bytes, at) {
    const folder = at.folder();
    writeFileSync(join(folder, "lateness.json"), bytes);
    const feeds = await readLateness(folder);
    return feeds.map((feed) => ({ ...feed, late: lateShare(feed.known), within: latenessQuantile(feed.arrived, 0.9) }));
  },
  future: (bytes) => withVersion(bytes, 2),
  refusal: "ASSAY_HISTORY_UNKNOWN_VERSION",
};

const feedNote: Format = {
  name: "feed",
  version: 1,
  compare: "bytes",
  write: async (at) => {
    const folder = at.folder();
    const [history, log] = [await openAt(folder), await openLocalLog(join(at.folder(), "log"))];
    await log.append(sourceRows.map((row) => Buffer.from(JSON.stringify(row))));
    await followLog(log, history, { source: "core" });
    await history.close();
    await log.close();
    const [name] = readdirSync(join(folder, "feeds"));
    return readFileSync(join(folder, "feeds", name!));
  },
  async read(bytes, at) {
    const folder = at.folder();
    const [history, log] = [await openAt(folder), await openLocalLog(join(at.folder(), "log"))];
    const rows = [...sourceRows, { ...sourceRows[0], eventId: "after the note" }];
    await log.append(rows.map((row) => Buffer.from(JSON.stringify(row))));
    mkdirSync(join(folder, "feeds"));
    writeFileSync(join(folder, "feeds", `${hashText("core").slice(0, 16)}.json`), bytes);
    // Only what stands behind the note comes in.
    try {
      const answer = await followLog(log, history, { source: "core" });
      return { accepted: answer?.accepted };
    } finally {
      await history.close();
      await log.close();
    }
  },
  future: (bytes) => withVersion(bytes, 2),
  refusal: "ASSAY_HISTORY_UNKNOWN_VERSION",
};

// ---------------------------------------------------------------- snapshots

/** Seals the small lender's events, in two runs, into `folder`; gives back the snapshot that holds. */
async function sealSmallLender(folder: string) {
  const history = await openAt(folder);
  const first = sourceRows.length - 1;
  await history.ingest(sourceRows.slice(0, first), { source: "core" });
  await history.seal();
  await history.ingest(sourceRows.slice(first), { source: "core" });
  const snapshot = await history.seal();
  await history.close();
  return snapshot;
}

function snapshotFiles(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true }).map(String);
  const current = JSON.parse(readFileSync(join(folder, "snapshots", "current"), "utf8")) as { current: string };
  return all
    .filter((name) => name.endsWith(".parquet") || name.endsWith("current") || name.endsWith(`${current.current}.json`))
    .sort();
}

const snapshot: Format = {
  name: "snapshot",
  version: 1,
  compare: "meaning",
  write: async (at) => {
    const folder = at.folder();
    await sealSmallLender(folder);
    const current = JSON.parse(readFileSync(join(folder, "snapshots", "current"), "utf8")) as { current: string };
    const only = canonicalJson({ ...current, kept: [current.current] });
    writeFileSync(join(folder, "snapshots", "current"), only);
    return packFiles(folder, snapshotFiles(folder));
  },
  async read(bytes, at) {
    const folder = at.folder();
    unpackFiles(bytes, folder);
    const found = (await currentSnapshot(folder))!;
    const events: string[] = [];
    for await (const batch of snapshotEvents(found, schema))
      events.push(...batch.map((event) => encodeEvent(event).toString()));
    const histories = [];
    for await (const history of readBucket(found, 0, ["statement"])) histories.push(history);
    const { manifest } = found;
    const tablesOf = Object.entries(manifest.events).map(([name, { schemaHash, files }]) => {
      return [name, { schemaHash, rows: files.map(({ rows, bits, bucket }) => ({ rows, bits, bucket })) }];
    });
    return {
      damage: await verifySnapshot(found),
      position: manifest.position,
      tables: Object.fromEntries(tablesOf),
      events: { count: events.length, sha256: hashText(events.join("\n")) },
      eventsOfBob: events.filter((event) => event.includes('"bob"')),
      bob: plain(histories.find(({ entity }) => entity === "bob")),
    };
  },
  future(bytes) {
    const { files } = JSON.parse(bytes.toString()) as { files: { [name: string]: string } };
    const current = gunzipSync(Buffer.from(files["snapshots/current"]!, "base64"));
    files["snapshots/current"] = gzipSync(withVersion(current, 2)).toString("base64");
    return Buffer.from(canonicalJson({ files }));
  },
  refusal: "ASSAY_HISTORY_UNKNOWN_VERSION",
};

export const historyFormats: readonly Format[] = [
  logSegment,
  logSchema,
  onlineStore,
  quarantineRow,
  lateness,
  feedNote,
  snapshot,
];
