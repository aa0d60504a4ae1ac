// Decisions as they are kept: one Postgres transaction holds the decision, its envelope, its notice and what is to be told
// to the log (outbox). Concurrent decisions share a transaction (group commit), in which the writer's chain grows link by
// link; nothing is acknowledged before it commits. One writer a process; a checkpoint hashes the heads of all writers.

import { createHash, randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { AssayError, invariant, isAssayError, parseInstant } from "../base/index.ts";
import type { DecisionPart, Notice } from "../policy/index.ts";
import { problems } from "./errors.ts";
import {
  type Envelope,
  genesis,
  type Link,
  linkAfter,
  type SealedContent,
  saltedHashOf,
  sealContent,
} from "./record.ts";

export interface DecisionTables {
  requests: { idempotency_key: string; request_hash: string; application_id: string; decision_id: string };
  decisions: {
    decision_id: string;
    application_id: string;
    entity: string;
    decided_at: number;
    bundle: string;
    disposition: string;
    adverse: boolean;
    supersedes: string | null;
    writer: string;
    ordinal: number;
    salted_hash: string;
    previous_hash: string;
    chain_hash: string;
    sealed: Buffer;
    envelope: Envelope;
  };
  notices: { decision_id: string; sealed: Buffer };
  outbox: { id: number; event: unknown; forwarded: boolean };
  shadow_scores: { decision_id: string; model: string; bundle: string; raw: number; calibrated: number };
  checkpoints: { id: number; heads: unknown; hash: string };
}

export const migrations: Record<string, Migration> = {
  "0001_records": {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`
        create table requests (
          idempotency_key text primary key, request_hash text not null, application_id text not null, decision_id text not null
        );
        create table decisions (
          decision_id text primary key, application_id text not null, entity text not null, decided_at bigint not null,
          bundle text not null, disposition text not null, adverse boolean not null,
          supersedes text unique references decisions (decision_id),
          writer text not null, ordinal bigint not null,
          salted_hash text not null, previous_hash text not null, chain_hash text not null,
          sealed bytea not null, envelope jsonb not null, unique (writer, ordinal)
        );
        create index decisions_by_application on decisions (application_id);
        create index decisions_by_entity on decisions (entity);
        create table notices (decision_id text primary key references decisions (decision_id), sealed bytea not null);
        create table outbox (id bigserial primary key, event jsonb not null, forwarded boolean not null default false);
        create index outbox_waiting on outbox (id) where not forwarded;
        create table shadow_scores (
          decision_id text not null, model text not null, bundle text not null,
          raw double precision not null, calibrated double precision not null, primary key (decision_id, model, bundle)
        );
        create table checkpoints (id bigserial primary key, heads jsonb not null, hash text not null);
      `.execute(db);
    },
  },
};

/** Seals under the key of one person; erasing the key destroys the content. Wired from the vault by a door. */
export interface PersonKeys {
  seal(entity: string, bytes: Uint8Array): Promise<Uint8Array>;
  open(entity: string, sealed: Uint8Array): Promise<Uint8Array>;
}

export interface NewRecord {
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly decision: DecisionPart;
  readonly envelope: Envelope;
  readonly notice: Notice | null;
  /** Application events to be forwarded to the log. */
  readonly outbox: readonly unknown[];
}

export interface StoredDecision {
  readonly decision: DecisionPart;
  /** Canonical JSON, the bytes that were hashed. */
  readonly decisionText: string;
  readonly envelope: Envelope;
  readonly link: Link;
  /** Whether the content still gives the salted hash in the chain. */
  readonly intact: boolean;
}

interface Waiting {
  readonly record: NewRecord;
  readonly resolve: (link: Link) => void;
  readonly reject: (error: unknown) => void;
}

const GROUP_AT_MOST = 256;

export class RecordStore {
  readonly writer = `w-${randomUUID()}`;
  readonly #db: Kysely<DecisionTables>;
  readonly #keys: PersonKeys;
  #head: { ordinal: number; hash: string };
  #waiting: Waiting[] = [];
  #committing: Promise<void> | null = null;

  constructor(db: Kysely<DecisionTables>, keys: PersonKeys) {
    this.#db = db;
    this.#keys = keys;
    this.#head = { ordinal: 0, hash: genesis(this.writer) };
  }

  /** Resolves once the record is durable. */
  commit(record: NewRecord): Promise<Link> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, resolve, reject });
      this.#committing ??= this.#commitGroups().finally(() => {
        this.#committing = null;
      });
    });
  }

  async #commitGroups(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, GROUP_AT_MOST);
      try {
        const links = await this.#commitGroup(group.map((waiting) => waiting.record));
        group.forEach((waiting, i) => waiting.resolve(links[i]!));
      } catch (error) {
        for (const waiting of group) waiting.reject(error);
      }
    }
  }

  async #commitGroup(records: readonly NewRecord[]): Promise<Link[]> {
    let head = this.#head;
    const links: Link[] = [];
    const contents = records.map((record) => sealContent(record.decision));
    for (const { saltedHash } of contents) {
      const link = linkAfter(head, this.writer, saltedHash);
      links.push(link);
      head = { ordinal: link.ordinal, hash: link.chainHash };
    }
    const sealed = await Promise.all(records.map((record, i) => this.#seal(record.decision, contents[i]!.content)));
    const notices = await Promise.all(records.map((record) => this.#sealNotice(record)));
    await this.#db.transaction().execute(async (trx) => {
      await trx.insertInto("requests").values(records.map(requestRow)).execute();
      await trx
        .insertInto("decisions")
        .values(records.map((record, i) => decisionRow(record, links[i]!, sealed[i]!)))
        .execute();
      const noticeRows = notices.filter((row) => row !== null);
      if (noticeRows.length > 0) await trx.insertInto("notices").values(noticeRows).execute();
      const events = records.flatMap((record) => record.outbox);
      if (events.length > 0) await insertOutbox(trx, events);
    });
    this.#head = head;
    return links;
  }

  async #seal(decision: DecisionPart, content: SealedContent): Promise<Buffer> {
    return Buffer.from(await this.#keys.seal(personOf(decision), Buffer.from(JSON.stringify(content))));
  }

  async #sealNotice(record: NewRecord): Promise<DecisionTables["notices"] | null> {
    if (record.notice === null) return null;
    const bytes = Buffer.from(JSON.stringify(record.notice));
    const sealed = Buffer.from(await this.#keys.seal(personOf(record.decision), bytes));
    return { decision_id: record.decision.decisionId, sealed };
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

  /** Every record, by writer and ordinal, a page at a time. */
  async *decisions(): AsyncGenerator<StoredDecision> {
    for await (const row of this.#rows(500)) yield await this.#opened(row);
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

  /** Ids and summaries, newest first. */
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
    let query = this.#db.selectFrom("decisions").select(columns).orderBy("decision_id", "desc").limit(limit);
    if (after !== null) query = query.where("decision_id", "<", after);
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

  async saveShadow(rows: readonly DecisionTables["shadow_scores"][]): Promise<void> {
    if (rows.length === 0) return;
    await this.#db
      .insertInto("shadow_scores")
      .values([...rows])
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async shadowCount(): Promise<number> {
    const row = await this.#db
      .selectFrom("shadow_scores")
      .select(sql<number>`count(*)`.as("count"))
      .executeTakeFirstOrThrow();
    return row.count;
  }

  /** Outbox rows not yet in the log, oldest first. */
  async waitingOutbox(limit: number): Promise<{ id: number; event: unknown }[]> {
    return await this.#db
      .selectFrom("outbox")
      .select(["id", "event"])
      .where("forwarded", "=", false)
      .orderBy("id")
      .limit(limit)
      .execute();
  }

  async markForwarded(ids: readonly number[]): Promise<void> {
    await this.#db
      .updateTable("outbox")
      .set({ forwarded: true })
      .where("id", "in", [...ids])
      .execute();
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
    const heads = await sql<{ writer: string; ordinal: number; chain_hash: string }>`
      select distinct on (writer) writer, ordinal, chain_hash from decisions order by writer, ordinal desc
    `.execute(this.#db);
    const previous = await this.#db.selectFrom("checkpoints").select("hash").orderBy("id", "desc").executeTakeFirst();
    const hash = checkpointHash(previous?.hash ?? "", heads.rows);
    await sql`insert into checkpoints (heads, hash) values (${JSON.stringify(heads.rows)}::jsonb, ${hash})`.execute(
      this.#db,
    );
    return hash;
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

function personOf(decision: DecisionPart): string {
  return decision.parties[0]!.entity;
}

function requestRow(record: NewRecord): DecisionTables["requests"] {
  return {
    idempotency_key: record.idempotencyKey,
    request_hash: record.requestHash,
    application_id: record.decision.application,
    decision_id: record.decision.decisionId,
  };
}

function decisionRow(record: NewRecord, link: Link, sealed: Buffer): DecisionTables["decisions"] {
  const { decision } = record;
  return {
    decision_id: decision.decisionId,
    application_id: decision.application,
    entity: personOf(decision),
    decided_at: decidedAtMicros(decision),
    bundle: decision.bundle,
    disposition: decision.disposition,
    adverse: decision.adverse,
    supersedes: decision.supersedes,
    writer: link.writer,
    ordinal: link.ordinal,
    salted_hash: link.saltedHash,
    previous_hash: link.previousHash,
    chain_hash: link.chainHash,
    sealed,
    envelope: record.envelope,
  };
}

function decidedAtMicros(decision: DecisionPart): number {
  const micros = parseInstant(decision.t);
  invariant(micros !== undefined, `decision ${decision.decisionId} carries an unreadable t`);
  return micros;
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

async function insertOutbox(trx: Kysely<DecisionTables>, events: readonly unknown[]): Promise<void> {
  await sql`insert into outbox (event) select value from jsonb_array_elements(${JSON.stringify(events)}::jsonb)`.execute(
    trx,
  );
}

function checkpointHash(
  previous: string,
  heads: readonly { writer: string; ordinal: number; chain_hash: string }[],
): string {
  const text = heads.map((head) => `${head.writer} ${head.ordinal} ${head.chain_hash}`).join("\n");
  return createHash("sha256").update(`${previous}\n${text}`).digest("hex");
}
