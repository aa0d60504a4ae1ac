// Decisions as they are kept and read again. What is written, and how the chain grows, is in `chain-writer.ts`.

import { type Kysely, sql } from "kysely";
import { AssayError, isAssayError } from "../base/index.ts";
import type { DecisionPart, Notice } from "../policy/index.ts";
import { ChainWriter, type NewRecord, type PersonKeys } from "./chain-writer.ts";
import { type ChainHead, type Checkpoint, checkpointHash } from "./checkpoint.ts";
import { problems } from "./errors.ts";
import { type Envelope, type Link, type SealedContent, saltedHashOf } from "./record.ts";
import type { DecisionTables } from "./record-tables.ts";
import type { BundleFailures, ServedDecision, ServedSpan, ShadowOpinion } from "./served.ts";

export interface StoredDecision {
  readonly decision: DecisionPart;
  /** Canonical JSON, the bytes that were hashed. */
  readonly decisionText: string;
  readonly envelope: Envelope;
  readonly link: Link;
  /** Whether the content still gives the salted hash in the chain. */
  readonly intact: boolean;
}

const SERVED_PAGE = 500;

/** The order in which decisions were kept; the database counts it. */
const KEPT = sql.ref<number>("kept");

export class RecordStore {
  readonly #db: Kysely<DecisionTables>;
  readonly #keys: PersonKeys;
  readonly #chain: ChainWriter;

  constructor(db: Kysely<DecisionTables>, keys: PersonKeys) {
    this.#db = db;
    this.#keys = keys;
    this.#chain = new ChainWriter(db, keys);
  }

  /** Names the chain that this process writes. */
  get writer(): string {
    return this.#chain.writer;
  }

  /**
   * Resolves once the record is durable. Rejects with the error of the database or the vault; where the connection broke,
   * the record may be durable all the same, and `requestOf` tells.
   */
  commit(record: NewRecord): Promise<Link> {
    return this.#chain.commit(record);
  }

  /** Makes ready to seal a record of this person, while their decision is still being made. */
  async expect(entity: string): Promise<void> {
    await this.#keys.prepare([entity]);
  }

  /** The request that used a key, or undefined. */
  async requestOf(idempotencyKey: string): Promise<DecisionTables["requests"] | undefined> {
    return await this.#db
      .selectFrom("requests")
      .selectAll()
      .where("idempotency_key", "=", idempotencyKey)
      .executeTakeFirst();
  }

  async decision(decisionId: string): Promise<StoredDecision | undefined> {
    const row = await this.#db
      .selectFrom("decisions")
      .selectAll()
      .where("decision_id", "=", decisionId)
      .executeTakeFirst();
    return row === undefined ? undefined : await this.#opened(row);
  }

  async decisionClosing(referral: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom("decisions")
      .select("decision_id")
      .where("supersedes", "=", referral)
      .executeTakeFirst();
    return row?.decision_id;
  }

  async notice(decisionId: string): Promise<Notice | undefined> {
    const row = await this.#db
      .selectFrom("notices")
      .innerJoin("decisions", "decisions.decision_id", "notices.decision_id")
      .select(["notices.sealed", "decisions.entity"])
      .where("notices.decision_id", "=", decisionId)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const bytes = await this.#keys.open(row.entity, row.sealed);
    return knownVersion(`the notice of ${decisionId}`, JSON.parse(Buffer.from(bytes).toString()) as Notice);
  }

  /** Every record that can be opened, by writer and ordinal, a page at a time: those of erased people cannot. */
  async *decisions(): AsyncGenerator<StoredDecision> {
    for await (const row of this.#rows(500)) {
      const opened = await this.#openedUnlessErased(row);
      if (opened !== undefined) yield opened;
    }
  }

  async *#rows(pageSize: number): AsyncGenerator<DecisionTables["decisions"]> {
    let after = { writer: "", ordinal: 0 };
    for (;;) {
      const rows = await this.#db
        .selectFrom("decisions")
        .selectAll()
        .where(sql<boolean>`(writer, ordinal) > (${after.writer}, ${after.ordinal})`)
        .orderBy("writer")
        .orderBy("ordinal")
        .limit(pageSize)
        .execute();
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined) return;
      after = { writer: last.writer, ordinal: last.ordinal };
    }
  }

  /**
   * Decisions of a span in the order they were kept, with what shadows made of them, a page at a time. Those whose person was
   * erased are left out: nobody can read them any more.
   */
  async *served({
    fromKept = 0,
    toKept = Number.MAX_SAFE_INTEGER,
    bundle,
    arm,
  }: ServedSpan): AsyncGenerator<ServedDecision> {
    for (let after = fromKept; ; ) {
      let query = this.#db
        .selectFrom("decisions")
        .selectAll()
        .select(KEPT.as("kept"))
        .where(KEPT, ">=", after)
        .where(KEPT, "<", toKept)
        .orderBy(KEPT)
        .limit(SERVED_PAGE);
      if (bundle !== undefined) query = query.where("bundle", "=", bundle);
      if (arm !== undefined) query = query.where(sql<string>`envelope ->> 'arm'`, "=", arm);
      const rows = await query.execute();
      const shadows = await this.#shadowsOf(rows.map((row) => row.decision_id));
      for (const row of rows) {
        const opened = await this.#openedUnlessErased(row);
        if (opened !== undefined) yield { ...opened, kept: row.kept, shadows: shadows.get(row.decision_id) ?? [] };
      }
      if (rows.length < SERVED_PAGE) return;
      after = rows.at(-1)!.kept + 1;
    }
  }

  /** One past the last decision in the order of keeping. One service writes, and a group commits whole, so none comes before. */
  async keptHead(): Promise<number> {
    const row = await this.#db
      .selectFrom("decisions")
      .select(sql<number>`coalesce(max(kept), 0) + 1`.as("head"))
      .executeTakeFirstOrThrow();
    return row.head;
  }

  async countServed({ fromKept = 0, toKept = Number.MAX_SAFE_INTEGER, bundle, arm }: ServedSpan): Promise<number> {
    let query = this.#db
      .selectFrom("decisions")
      .select(sql<number>`count(*)`.as("count"))
      .where(KEPT, ">=", fromKept)
      .where(KEPT, "<", toKept);
    if (bundle !== undefined) query = query.where("bundle", "=", bundle);
    if (arm !== undefined) query = query.where(sql<string>`envelope ->> 'arm'`, "=", arm);
    return (await query.executeTakeFirstOrThrow()).count;
  }

  async #shadowsOf(ids: readonly string[]): Promise<Map<string, ShadowOpinion[]>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#db.selectFrom("shadow_scores").selectAll().where("decision_id", "in", ids).execute();
    const byDecision = new Map<string, ShadowOpinion[]>();
    for (const { decision_id, disposition, first_reason, ...scores } of rows) {
      const opinions = byDecision.get(decision_id) ?? [];
      byDecision.set(decision_id, opinions);
      opinions.push({ ...scores, disposition, firstReason: first_reason });
    }
    return byDecision;
  }

  async #openedUnlessErased(row: DecisionTables["decisions"]): Promise<StoredDecision | undefined> {
    try {
      return await this.#opened(row);
    } catch (error) {
      if (isAssayError(error) && error.code === "ASSAY_VAULT_ERASED") return undefined;
      throw error;
    }
  }

  /** Each record's link beside what its content says now. */
  async *contents(): AsyncGenerator<{ readonly link: Link; readonly content: ContentState }> {
    for await (const row of this.#rows(500)) yield { link: linkOf(row), content: await this.#contentState(row) };
  }

  async #contentState(row: DecisionTables["decisions"]): Promise<ContentState> {
    try {
      return (await this.#opened(row)).intact ? "intact" : "altered";
    } catch (error) {
      if (isAssayError(error) && error.code === "ASSAY_VAULT_ERASED") return "erased";
      if (isAssayError(error) && error.code === "ASSAY_VAULT_DAMAGED") return "altered";
      throw error;
    }
  }

  /** Ids and summaries, newest first; `after` is the last id of the page before. */
  async summaries(limit: number, after: string | null): Promise<Summary[]> {
    const columns = [
      "decision_id",
      "application_id",
      "decided_at",
      "bundle",
      "disposition",
      "adverse",
      "supersedes",
    ] as const;
    let query = this.#db.selectFrom("decisions").select(columns).orderBy(KEPT, "desc").limit(limit);
    if (after !== null) {
      query = query.where(KEPT, "<", sql<number>`(select kept from decisions where decision_id = ${after})`);
    }
    return await query.execute();
  }

  async counts(): Promise<{ disposition: string; count: number }[]> {
    return await this.#db
      .selectFrom("decisions")
      .select(["disposition", sql<number>`count(*)`.as("count")])
      .where("supersedes", "is", null)
      .groupBy("disposition")
      .orderBy("disposition")
      .execute();
  }

  /** Scores that are kept already stay as they are. */
  async saveShadow(rows: readonly DecisionTables["shadow_scores"][]): Promise<void> {
    await sql`
      insert into shadow_scores (decision_id, model, bundle, raw, calibrated, disposition, first_reason)
      select * from unnest(
        ${rows.map((row) => row.decision_id)}::text[], ${rows.map((row) => row.model)}::text[],
        ${rows.map((row) => row.bundle)}::text[], ${rows.map((row) => row.raw)}::float8[],
        ${rows.map((row) => row.calibrated)}::float8[], ${rows.map((row) => row.disposition)}::text[],
        ${rows.map((row) => row.first_reason)}::text[]
      ) on conflict do nothing`.execute(this.#db);
  }

  async shadowCount(): Promise<number> {
    const row = await this.#db
      .selectFrom("shadow_scores")
      .select(sql<number>`count(*)`.as("count"))
      .executeTakeFirstOrThrow();
    return row.count;
  }

  async addFailures(counted: readonly BundleFailures[]): Promise<void> {
    await sql`
      insert into bundle_failures (bundle, arm, failures)
      select * from unnest(
        ${counted.map(({ bundle }) => bundle)}::text[], ${counted.map(({ arm }) => arm)}::text[],
        ${counted.map(({ failures }) => failures)}::int8[]
      ) on conflict (bundle, arm) do update set failures = bundle_failures.failures + excluded.failures`.execute(
      this.#db,
    );
  }

  /** Of all time; in the arm `shadow` are requests that a bundle looked on at and failed. */
  async failures(): Promise<BundleFailures[]> {
    return await this.#db.selectFrom("bundle_failures").selectAll().orderBy("bundle").orderBy("arm").execute();
  }

  /** What decisions have not yet told the log, oldest first. */
  async waitingOutbox(limit: number): Promise<{ id: number; events: readonly unknown[] }[]> {
    return await this.#db
      .selectFrom("outbox")
      .select(["id", "events"])
      .where("forwarded", "=", false)
      .orderBy("id")
      .limit(limit)
      .execute();
  }

  async markForwarded(ids: readonly number[]): Promise<void> {
    await sql`update outbox set forwarded = true where id = any(${[...ids]}::int8[])`.execute(this.#db);
  }

  /** Every writer's links in order; what `firstBreak` checks. */
  async links(): Promise<Map<string, Link[]>> {
    const rows = await this.#db
      .selectFrom("decisions")
      .select(["writer", "ordinal", "salted_hash", "previous_hash", "chain_hash"])
      .orderBy("writer")
      .orderBy("ordinal")
      .execute();
    const byWriter = new Map<string, Link[]>();
    for (const row of rows) {
      const links = byWriter.get(row.writer) ?? [];
      if (links.length === 0) byWriter.set(row.writer, links);
      links.push(linkOf(row));
    }
    return byWriter;
  }

  /** Hashes the heads of all chains, after the checkpoint before it. */
  async checkpoint(): Promise<string> {
    const heads = await sql<ChainHead>`
      select distinct on (writer) writer, ordinal, chain_hash from decisions order by writer, ordinal desc
    `.execute(this.#db);
    const previous = await this.#db.selectFrom("checkpoints").select("hash").orderBy("id", "desc").executeTakeFirst();
    const hash = checkpointHash(previous?.hash ?? "", heads.rows);
    await sql`insert into checkpoints (heads, hash) values (${JSON.stringify(heads.rows)}::jsonb, ${hash})`.execute(
      this.#db,
    );
    return hash;
  }

  /** Oldest first. */
  async checkpoints(): Promise<Checkpoint[]> {
    const rows = await this.#db.selectFrom("checkpoints").select(["heads", "hash"]).orderBy("id").execute();
    return rows.map(({ heads, hash }) => ({ heads: heads as readonly ChainHead[], hash }));
  }

  async #opened(row: DecisionTables["decisions"]): Promise<StoredDecision> {
    const bytes = await this.#keys.open(row.entity, row.sealed);
    const content = JSON.parse(Buffer.from(bytes).toString()) as SealedContent;
    return {
      decision: knownVersion(`decision ${row.decision_id}`, JSON.parse(content.decision) as DecisionPart),
      decisionText: content.decision,
      envelope: knownVersion(`the envelope of ${row.decision_id}`, row.envelope),
      link: linkOf(row),
      intact: saltedHashOf(content) === row.salted_hash,
    };
  }
}

function knownVersion<T extends { readonly format: string; readonly version: 1 }>(thing: string, read: T): T {
  if (read.version === 1) return read;
  throw new AssayError(problems.UNKNOWN_VERSION(thing, { format: read.format, version: String(read.version) }));
}

/** `erased`: its person's key was destroyed; the chain still holds. */
export type ContentState = "intact" | "altered" | "erased";

export interface Summary {
  readonly decision_id: string;
  readonly application_id: string;
  readonly decided_at: number;
  readonly bundle: string;
  readonly disposition: string;
  readonly adverse: boolean;
  readonly supersedes: string | null;
}

function linkOf(
  row: Pick<DecisionTables["decisions"], "writer" | "ordinal" | "salted_hash" | "previous_hash" | "chain_hash">,
): Link {
  return {
    writer: row.writer,
    ordinal: row.ordinal,
    saltedHash: row.salted_hash,
    previousHash: row.previous_hash,
    chainHash: row.chain_hash,
  };
}
