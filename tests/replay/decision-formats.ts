// A bundle, the decisions made under it, and records of them as they lie in the database. Decisions are read by deciding
// them again: the golden bundle and the recorded values must give the recorded bytes.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { canonicalJson, hashJson, hashText } from "../../src/base/index.ts";
import {
  type DecisionTables,
  type Envelope,
  firstBreak,
  migrations,
  RecordStore,
  replayDecision,
} from "../../src/decisions/index.ts";
import {
  type BundleDocument,
  type DecisionPart,
  type LoadedBundle,
  loadBundle,
  type Notice,
  noticeOf,
} from "../../src/policy/index.ts";
import { migrate } from "../../src/storage/index.ts";
import { openVault } from "../../src/vault/index.ts";
import { type Format, orThrow, plain, type Workplace, withVersion } from "./format.ts";
import { goldenFiles } from "./golden.ts";

// ---------------------------------------------------------------- the bundle and its baseline

interface Parcel {
  readonly document: BundleDocument;
  /** JSON of artefact, calibrator and baseline, as text: their hashes are of their bytes. */
  readonly objects: readonly string[];
}

function loaded({ document, objects }: Parcel): LoadedBundle {
  const byHash = new Map(objects.map((text) => [hashText(text), Buffer.from(text)]));
  return orThrow(loadBundle(document, hashJson(document), (hash) => byHash.get(hash)));
}

const parcelOf = (bytes: Buffer) => JSON.parse(bytes.toString()) as Parcel;

const bundle: Format = {
  name: "bundle",
  version: 1,
  compare: "bytes",
  write: null,
  read: (bytes) => {
    const { hash, columns, models, shadow, champion, players, hashes } = loaded(parcelOf(bytes));
    return {
      hash,
      hashes,
      columns: columns.map(({ name }) => name),
      models: [...models, ...shadow].map(({ name, output }) => `${name}.${output}`),
      champion: champion.name,
      players: players.map(({ group }) => group),
    };
  },
  future: (bytes) => {
    const parcel = parcelOf(bytes);
    return Buffer.from(canonicalJson({ ...parcel, document: { ...parcel.document, version: 2 } }));
  },
  refusal: "ASSAY_POLICY_FORMAT",
};

/** The golden bundle with another baseline in its place. */
function withBaseline(text: string): Parcel {
  const { document, objects } = parcelOf(goldenOf("bundle"));
  const baseline = { ...document.baseline, hash: hashText(text) };
  return { document: { ...document, baseline }, objects: [...objects, text] };
}

function goldenOf(name: string): Buffer {
  return goldenFiles().findLast(({ format }) => format === name)!.bytes;
}

const baseline: Format = {
  name: "baseline",
  version: 1,
  compare: "bytes",
  write: null,
  read: (bytes) => {
    const { champion, explain, players } = loaded(withBaseline(bytes.toString()));
    const width = champion.columns.length;
    const row = { values: new Float64Array(width).fill(2), kinds: new Uint8Array(width) };
    return { players: players.map(({ group }) => group.name), contributions: plain(explain(row)) };
  },
  future: (bytes) => withVersion(bytes, 2),
  refusal: "ASSAY_POLICY_BASELINE",
};

// ---------------------------------------------------------------- decisions and notices

/** One a line: as asked, a smaller increase, referrals, declines, a person's decision on a referral. */
const decision: Format = {
  name: "decision",
  version: 1,
  compare: "bytes",
  write: null,
  read: (bytes) => {
    const parcel = parcelOf(goldenOf("bundle"));
    const bundleLoaded = { loaded: loaded(parcel), document: parcel.document };
    const lines = bytes.toString().trimEnd().split("\n");
    const decisions = lines.map((line) => JSON.parse(line) as DecisionPart);
    return decisions.map((each, i) => {
      const referral = decisions.find(({ decisionId }) => decisionId === each.supersedes);
      const recorded = { decision: each, decisionText: lines[i]! };
      const { differences } = replayDecision(bundleLoaded, recorded, referral === undefined ? {} : { referral });
      if (differences.length > 0) throw new Error(`decided again, it differs in ${differences.join(", ")}`);
      return { disposition: each.disposition, by: each.decidedBy, basis: each.basis, sha256: hashText(lines[i]!) };
    });
  },
  future: (bytes) => withVersion(bytes, 2),
  refusal: "Error: decided again, it differs in version",
};

export function goldenDecisions(): DecisionPart[] {
  return goldenOf("decision")
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as DecisionPart);
}

// ---------------------------------------------------------------- records

/** What is in the database and beside it; sealed bytes in base64. */
interface Rows {
  readonly masterKey: string;
  readonly fingerprint: string;
  readonly keys: readonly { readonly entity: string; readonly wrapped: string }[];
  readonly decisions: readonly (Omit<DecisionTables["decisions"], "sealed"> & { readonly sealed: string })[];
  readonly notices: readonly { readonly decision_id: string; readonly sealed: string }[];
}

const envelope: Envelope = {
  format: "assay.envelope",
  version: 1,
  positions: [{ partition: 0, offset: 45 }],
  engine: { release: "0.1.0", node: "v24.0.0", cpu: "none in particular" },
  timingsMicros: { read: 10, kernel: 5, decide: 100.5 },
  arm: "champion",
  salt: null,
  propensity: 1,
  exploration: false,
  notice: null,
};

interface VaultRows {
  readonly "vault.person_key": { readonly entity: string; readonly wrapped: Buffer };
  readonly "vault.master_key": { readonly single: boolean; readonly fingerprint: string };
}

async function openRecords(folder: string, at: Workplace) {
  const metadata = await at.postgres(folder);
  await migrate(metadata.db, "decisions", migrations);
  const { personKeys } = await openVault(metadata);
  const db = metadata.db as Kysely<DecisionTables & VaultRows>;
  return { db, store: new RecordStore(db as unknown as Kysely<DecisionTables>, personKeys) };
}

async function writeRecords(at: Workplace): Promise<Buffer> {
  const folder = at.folder();
  const { db, store } = await openRecords(folder, at);
  const { document } = parcelOf(goldenOf("bundle"));
  const decisions = goldenDecisions();
  const closing = decisions.find(({ decidedBy }) => decidedBy === "person")!;
  const referral = decisions.find(({ decisionId }) => decisionId === closing.supersedes)!;
  for (const each of [referral, closing]) {
    const notice: Notice | null = each.adverse ? noticeOf(each, document) : null;
    const about = { ...envelope, notice: notice === null ? null : each.decisionId };
    const ids = { idempotencyKey: `key-${each.decisionId}`, requestHash: hashText(each.decisionId) };
    await store.commit({
      ...ids,
      decision: each,
      decisionText: canonicalJson(each),
      envelope: about,
      notice,
      outbox: [],
    });
  }
  const sealed = <T extends { readonly sealed: Buffer }>(row: T) => ({ ...row, sealed: row.sealed.toString("base64") });
  const keys = await db.selectFrom("vault.person_key").select(["entity", "wrapped"]).execute();
  const master = await db.selectFrom("vault.master_key").selectAll().executeTakeFirstOrThrow();
  const rows: Rows = {
    masterKey: readFileSync(join(folder, "vault.key"), "utf8"),
    fingerprint: master.fingerprint,
    keys: keys.map(({ entity, wrapped }) => ({ entity, wrapped: wrapped.toString("base64") })),
    decisions: (await db.selectFrom("decisions").selectAll().orderBy("ordinal").execute()).map(sealed),
    notices: (await db.selectFrom("notices").selectAll().orderBy("decision_id").execute()).map(sealed),
  };
  return Buffer.from(canonicalJson(rows));
}

async function fillDatabase(rows: Rows, folder: string, at: Workplace): Promise<RecordStore> {
  writeFileSync(join(folder, "vault.key"), rows.masterKey, { mode: 0o600 });
  const { db, store } = await openRecords(folder, at);
  const bytes = (base64: string) => Buffer.from(base64, "base64");
  await db.insertInto("vault.master_key").values({ single: true, fingerprint: rows.fingerprint }).execute();
  const keys = rows.keys.map(({ entity, wrapped }) => ({ entity, wrapped: bytes(wrapped) }));
  await db.insertInto("vault.person_key").values(keys).execute();
  await db
    .insertInto("decisions")
    .values(rows.decisions.map((row) => ({ ...row, sealed: bytes(row.sealed) })))
    .execute();
  await db
    .insertInto("notices")
    .values(rows.notices.map((row) => ({ ...row, sealed: bytes(row.sealed) })))
    .execute();
  return store;
}

/** Salts, keys and the writer's name are drawn afresh, so what is compared is what the records say. */
const record: Format = {
  name: "record",
  version: 1,
  holds: ["envelope", "notice"],
  compare: "meaning",
  write: writeRecords,
  read: async (bytes, at) => {
    const rows = JSON.parse(bytes.toString()) as Rows;
    const store = await fillDatabase(rows, at.folder(), at);
    const read = [];
    for (const { decision_id } of rows.decisions) {
      const found = (await store.decision(decision_id))!;
      const { decisionText, intact, link } = found;
      const notice = (await store.notice(decision_id)) ?? null;
      read.push({ decision: hashText(decisionText), intact, ordinal: link.ordinal, envelope: found.envelope, notice });
    }
    const chains = [...(await store.links()).values()];
    return { records: read, breaks: chains.map(firstBreak) };
  },
  future: (bytes) => {
    const rows = JSON.parse(bytes.toString()) as Rows;
    const decisions = rows.decisions.map((row) => ({ ...row, envelope: { ...row.envelope, version: 2 } }));
    return Buffer.from(canonicalJson({ ...rows, decisions }));
  },
  refusal: "ASSAY_DECISIONS_UNKNOWN_VERSION",
};

export const decisionFormats: readonly Format[] = [bundle, baseline, decision, record];
