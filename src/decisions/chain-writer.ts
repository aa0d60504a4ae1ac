// The writing side of the records. Concurrent decisions share one statement, which is one transaction (group commit): the
// decisions with their envelopes, their notices, the keys they answer and what is to be told to the log. In it the
// writer's chain grows link by link; nothing is acknowledged before it is durable. One chain a writer.
//
// What can go wrong with one record (a key used already, a person erased) is told to that record alone. Where nobody can
// say whether a group was committed (the connection broke), its callers are told so, and the writer leaves its chain as it
// stands in the database and begins another: a chain is never continued from a guess.

import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { invariant, parseInstant } from "../base/index.ts";
import type { DecisionPart, Notice } from "../policy/index.ts";
import { type Envelope, genesis, type Link, linkAfter, sealContent } from "./record.ts";
import type { DecisionTables } from "./record-tables.ts";

/** Seals under the key of one person; erasing the key destroys the content. Wired from the vault by a door. */
export interface PersonKeys {
  seal(entity: string, bytes: Uint8Array): Promise<Uint8Array>;
  open(entity: string, sealed: Uint8Array): Promise<Uint8Array>;
  /** Makes ready to seal for these people: one look-up for all, ahead of time. */
  prepare(entities: Iterable<string>): Promise<void>;
}

export interface NewRecord {
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly decision: DecisionPart;
  /** Canonical JSON of `decision`: the bytes that are hashed, sealed and compared by replay. */
  readonly decisionText: string;
  readonly envelope: Envelope;
  readonly notice: Notice | null;
  /** Application events to be forwarded to the log. */
  readonly outbox: readonly unknown[];
}

interface Waiting {
  readonly record: NewRecord;
  readonly resolve: (link: Link) => void;
  readonly reject: (error: unknown) => void;
}

/** A record whose content can only be read with its person's key. */
interface Sealed extends Waiting {
  readonly saltedHash: string;
  readonly content: Buffer;
  readonly notice: Buffer | null;
}

const GROUP_AT_MOST = 256;

export class ChainWriter {
  readonly #db: Kysely<DecisionTables>;
  readonly #keys: PersonKeys;
  #writer = "";
  #head = { ordinal: 0, hash: "" };
  #waiting: Waiting[] = [];
  #committing: Promise<void> | null = null;

  constructor(db: Kysely<DecisionTables>, keys: PersonKeys) {
    this.#db = db;
    this.#keys = keys;
    this.#beginChain();
  }

  /** Names the chain that grows now. */
  get writer(): string {
    return this.#writer;
  }

  /** Resolves once the record is durable. */
  commit(record: NewRecord): Promise<Link> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, resolve, reject });
      this.#committing ??= this.#commitWaiting();
    });
  }

  #beginChain(): void {
    this.#writer = `w-${randomUUID()}`;
    this.#head = { ordinal: 0, hash: genesis(this.#writer) };
  }

  async #commitWaiting(): Promise<void> {
    // Whatever was decided in this turn of the event loop comes along.
    await new Promise((turn) => setImmediate(turn));
    while (this.#waiting.length > 0) {
      const group = await this.#sealed(this.#waiting.splice(0, GROUP_AT_MOST));
      if (group.length > 0) await this.#commitGroup(group);
    }
    this.#committing = null;
  }

  /** Those that could be sealed; the others are told. */
  async #sealed(group: readonly Waiting[]): Promise<Sealed[]> {
    const sealed = await Promise.allSettled(group.map((waiting) => this.#seal(waiting)));
    for (const [i, one] of sealed.entries()) if (one.status === "rejected") group[i]!.reject(one.reason);
    return sealed.filter((one) => one.status === "fulfilled").map((one) => one.value);
  }

  async #seal(waiting: Waiting): Promise<Sealed> {
    const { decision, decisionText, notice } = waiting.record;
    const { content, saltedHash } = sealContent(decisionText);
    const seal = async (value: unknown) =>
      Buffer.from(await this.#keys.seal(personOf(decision), Buffer.from(JSON.stringify(value))));
    return {
      ...waiting,
      saltedHash,
      content: await seal(content),
      notice: notice === null ? null : await seal(notice),
    };
  }

  async #commitGroup(group: readonly Sealed[]): Promise<void> {
    const links = this.#linksOf(group);
    try {
      await insertGroup(this.#db, group, links);
    } catch (error) {
      await this.#failed(group, error);
      return;
    }
    const last = links.at(-1)!;
    this.#head = { ordinal: last.ordinal, hash: last.chainHash };
    for (const [i, one] of group.entries()) one.resolve(links[i]!);
  }

  async #failed(group: readonly Sealed[], error: unknown): Promise<void> {
    if (!isRowRefused(error)) this.#beginChain();
    else if (group.length > 1) {
      for (const one of group) await this.#commitGroup([one]);
      return;
    }
    for (const one of group) one.reject(error);
  }

  #linksOf(group: readonly Sealed[]): Link[] {
    let head = this.#head;
    return group.map(({ saltedHash }) => {
      const link = linkAfter(head, this.#writer, saltedHash);
      head = { ordinal: link.ordinal, hash: link.chainHash };
      return link;
    });
  }
}

/** Whether the database refused a row's content (SQLSTATE classes 22 and 23) and so certainly kept nothing of the group. */
function isRowRefused(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^2[23]/.test(String(error.code));
}

/** Whose key a record is sealed under. */
function personOf(decision: DecisionPart): string {
  return decision.parties[0]!.entity;
}

async function insertGroup(
  db: Kysely<DecisionTables>,
  group: readonly Sealed[],
  links: readonly Link[],
): Promise<void> {
  const text = (of: (one: Sealed) => string | null) => sql`${group.map(of)}::text[]`;
  const linked = (of: (link: Link) => string) => sql`${links.map(of)}::text[]`;
  const { bytes, sealed, notices } = joined(group);
  await sql`
    with joined as (
      select ${bytes}::bytea as bytes
    ), given as (
      select * from unnest(
        ${text(({ record }) => record.idempotencyKey)}, ${text(({ record }) => record.requestHash)},
        ${text(({ record }) => record.decision.decisionId)}, ${text(({ record }) => record.decision.application)},
        ${text(({ record }) => personOf(record.decision))},
        ${group.map(({ record }) => decidedAtMicros(record.decision))}::int8[],
        ${text(({ record }) => record.decision.bundle)}, ${text(({ record }) => record.decision.disposition)},
        ${group.map(({ record }) => record.decision.adverse)}::bool[],
        ${text(({ record }) => record.decision.supersedes)},
        ${linked((link) => link.writer)}, ${links.map((link) => link.ordinal)}::int8[],
        ${linked((link) => link.saltedHash)}, ${linked((link) => link.previousHash)}, ${linked((link) => link.chainHash)},
        ${sealed.map(({ from }) => from)}::int[], ${sealed.map(({ length }) => length)}::int[],
        ${notices.map(({ from }) => from)}::int[], ${notices.map(({ length }) => length)}::int[],
        ${group.map(({ record }) => JSON.stringify(record.envelope))}::jsonb[],
        ${group.map(({ record }) => JSON.stringify(record.outbox))}::jsonb[]
      ) as row (
        idempotency_key, request_hash, decision_id, application_id, entity, decided_at, bundle, disposition, adverse,
        supersedes, writer, ordinal, salted_hash, previous_hash, chain_hash, sealed_from, sealed_length,
        notice_from, notice_length, envelope, events
      )
    ), answered as (
      insert into requests (idempotency_key, request_hash, application_id, decision_id)
      select idempotency_key, request_hash, application_id, decision_id from given
    ), decided as (
      insert into decisions (
        decision_id, application_id, entity, decided_at, bundle, disposition, adverse, supersedes, writer, ordinal,
        salted_hash, previous_hash, chain_hash, sealed, envelope
      )
      select decision_id, application_id, entity, decided_at, bundle, disposition, adverse, supersedes, writer, ordinal,
        salted_hash, previous_hash, chain_hash,
        substring((select bytes from joined) from sealed_from for sealed_length), envelope from given
    ), noticed as (
      insert into notices (decision_id, sealed)
      select decision_id, substring((select bytes from joined) from notice_from for notice_length)
      from given where notice_length > 0
    )
    insert into outbox (events) select events from given where events <> '[]'
  `.execute(db);
}

/** Where bytes stand among the joined ones, counted from 1 as SQL does. */
interface Stretch {
  readonly from: number;
  readonly length: number;
}

/** All sealed bytes of a group end to end: a buffer travels as it is, a list of buffers as text twice its size. */
function joined(group: readonly Sealed[]): { bytes: Buffer; sealed: Stretch[]; notices: Stretch[] } {
  const parts: Buffer[] = [];
  let end = 1;
  const stretch = (part: Buffer | null): Stretch => {
    const from = end;
    if (part !== null) parts.push(part);
    end += part?.length ?? 0;
    return { from, length: end - from };
  };
  const sealed = group.map(({ content }) => stretch(content));
  const notices = group.map(({ notice }) => stretch(notice));
  return { bytes: Buffer.concat(parts), sealed, notices };
}

function decidedAtMicros(decision: DecisionPart): number {
  const micros = parseInstant(decision.t);
  invariant(micros !== undefined, `decision ${decision.decisionId} carries an unreadable t`);
  return micros;
}
