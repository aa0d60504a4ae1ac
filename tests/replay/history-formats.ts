// What a history keeps on disk: the log's segments, the online store, the quarantine, snapshots with their table files.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { open } from "lmdb";
import { canonicalJson, hashText } from "../../src/base/index.ts";
import type { HistoryEvent } from "../../src/compile/index.ts";
import {
  currentSnapshot,
  decodeEvent,
  encodeEvent,
  identified,
  LOG_START,
  openHistory,
  openLocalLog,
  openOnlineStore,
  readBucket,
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

const tables = ["values", "ids"] as const;

function openLmdb(folder: string) {
  const root = open({ path: join(folder, "histories.mdb"), noSubdir: true, maxDbs: 4, cache: false });
  const binary = (name: string) =>
    root.openDB<Buffer, Buffer>(name, { encoding: "binary", keyEncoding: "binary", cache: false });
  return { root, values: binary("values"), ids: binary("ids"), meta: root.openDB("meta", { encoding: "json" }) };
}

interface StoreDump {
  readonly values: { readonly [key: string]: string };
  readonly ids: { readonly [key: string]: string };
  readonly layouts: unknown;
  readonly position: number;
}

async function dumpStore(folder: string): Promise<StoreDump> {
  const { root, meta, ...binary } = openLmdb(folder);
  const hexOf = (name: (typeof tables)[number]) =>
    Object.fromEntries(
      binary[name]
        .getKeys()
        .map((key) => [Buffer.from(key).toString("hex"), Buffer.from(binary[name].get(key)!).toString("hex")] as const),
    );
  const dump = {
    values: hexOf("values"),
    ids: hexOf("ids"),
    layouts: meta.get("layouts"),
    position: meta.get("position"),
  };
  await root.close();
  return dump as StoreDump;
}

async function fillStore(folder: string, dump: StoreDump): Promise<void> {
  const { root, meta, ...binary } = openLmdb(folder);
  root.transactionSync(() => {
    for (const name of tables) {
      for (const [key, value] of Object.entries(dump[name])) {
        binary[name].putSync(Buffer.from(key, "hex"), Buffer.from(value, "hex"));
      }
    }
    meta.putSync("layouts", dump.layouts);
    meta.putSync("position", dump.position);
  });
  await root.close();
  writeFileSync(join(folder, "state.json"), '{"version":1,"boot":"","closed":true}');
}

/** Bob's (a revision) and Zoë's (texts, a tie) events. */
const keptOnline = storedEvents.filter(({ entity }) => entity === "bob" || entity.startsWith("Zo")).map(identified);

const onlineStore: Format = {
  name: "online-store",
  version: 1,
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
    const held = store.held(keptOnline.map(({ identity }) => identity.id)).map(readableHashes);
    const rebuilt = store.mustRebuild();
    await store.close();
    const reader = openOnlineReader(folder, schema);
    const position = reader.appliedUpTo();
    const histories = ["bob", "Zoë 💳"].map((entity) => reader.history(entity, ["statement", "purchase", "outcome"]));
    await reader.close();
    return { rebuilt, position, held, histories: plain(histories) };
  },
  future(bytes) {
    const dump = JSON.parse(bytes.toString()) as StoreDump;
    const values = Object.entries(dump.values).map(([key, value]) => [key, `02${value.slice(2)}`]);
    return Buffer.from(canonicalJson({ ...dump, values: Object.fromEntries(values) }));
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
  version: 2,
  compare: "bytes",
  write: async (at) => {
    const folder = at.folder();
    const history = await openAt(folder);
    await history.ingest(refused, { source: "core" });
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
  future: (bytes) => Buffer.from(bytes.toString().replaceAll('"version":2', '"version":3')),
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

export const historyFormats: readonly Format[] = [logSegment, logSchema, onlineStore, quarantineRow, snapshot];
