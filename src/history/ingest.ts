// The one door into history: files, HTTP batches and the decision service all come through here. Per group of rows:
//
//   validate all → judge against what is held → divert protected values to the vault → append to the log, durable →
//   apply to the online store → note the refused → answer
//
// A crash anywhere before the answer is healed by sending the batch again: what had arrived comes back as duplicates, and
// what the log holds is replayed at open. Callers at the same time share one group, hence one sync; inside a group and
// between groups the order is that of arrival, so judging never races.

import type { Clock } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import type { EventLog, Position } from "./event-log.ts";
import type { OnlineHistories } from "./online-histories.ts";
import type { Quarantine, RefusedRow } from "./quarantine.ts";
import type { RecordedSchema } from "./recorded-schema.ts";
import { catchUp } from "./replay.ts";
import { type HeldEvent, judge, withRevision } from "./revision.ts";
import { type DivertedValue, isValid, type ValidEvent, validateEvent } from "./validate-event.ts";
import { type EventIdentity, encodeEvent, type IdentifiedEvent, identify } from "./wire-event.ts";

/** What history needs of the vault: to keep protected values durably, the same one twice without harm. */
export interface ProtectedValues {
  store(rows: readonly DivertedValue[]): Promise<void>;
}

export interface IngestAnswer {
  /** All accepted rows stand before it, and all of them are durable and visible to the deciders. */
  readonly position: Position;
  readonly accepted: number;
  readonly duplicates: number;
  /** Of the accepted, those that revise an event. */
  readonly revisions: number;
  /** `row` counts from 1. */
  readonly quarantined: readonly { readonly row: number; readonly code: string }[];
}

/** A row, or what its reader found wrong with it. */
export interface ReadRow {
  readonly row: number;
  readonly raw: unknown;
  readonly problem?: RefusedRow["problem"];
}

export interface IngestParts {
  readonly log: EventLog;
  readonly online: OnlineHistories;
  readonly quarantine: Quarantine;
  readonly vault: ProtectedValues;
  readonly clock: Clock;
  readonly schema: HistorySchema;
  readonly recorded: RecordedSchema;
}

/** Rows of one caller that are handled in one group. */
interface Chunk {
  readonly rows: readonly ReadRow[];
  readonly source: string;
  readonly resolve: (answer: IngestAnswer) => void;
  readonly reject: (error: unknown) => void;
}

interface Candidate {
  readonly row: ReadRow;
  readonly valid: ValidEvent;
  readonly identity: EventIdentity;
}

interface Tally {
  accepted: number;
  duplicates: number;
  revisions: number;
  readonly refused: RefusedRow[];
}

/** Validating and applying a group holds the event loop, so it is kept to some tens of milliseconds. */
const CHUNK_ROWS = 2_000;

export class IngestDoor {
  readonly #parts: IngestParts;
  #waiting: Chunk[] = [];
  #draining: Promise<void> | undefined;
  /** A group may have reached the log without reaching the online store. */
  #behind = false;

  constructor(parts: IngestParts) {
    this.#parts = parts;
  }

  /** Takes rows in the order given. Memory holds one chunk of them. */
  async ingest(rows: Iterable<ReadRow> | AsyncIterable<ReadRow>, source: string): Promise<IngestAnswer> {
    let answer: IngestAnswer = {
      position: this.#parts.log.head(),
      accepted: 0,
      duplicates: 0,
      revisions: 0,
      quarantined: [],
    };
    let chunk: ReadRow[] = [];
    for await (const row of rows) {
      if (chunk.push(row) < CHUNK_ROWS) continue;
      answer = joined(answer, await this.#submit(chunk, source));
      chunk = [];
    }
    return chunk.length === 0 ? answer : joined(answer, await this.#submit(chunk, source));
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#draining;
  }

  #submit(rows: readonly ReadRow[], source: string): Promise<IngestAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ rows, source, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      try {
        await this.#handle(group);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#draining = undefined;
  }

  #takeGroup(): Chunk[] {
    let rows = 0;
    let count = 0;
    while (count < this.#waiting.length && (count === 0 || rows + this.#waiting[count]!.rows.length <= CHUNK_ROWS)) {
      rows += this.#waiting[count++]!.rows.length;
    }
    return this.#waiting.splice(0, count);
  }

  async #handle(group: readonly Chunk[]): Promise<void> {
    const { log, online, quarantine, vault, clock, schema, recorded } = this.#parts;
    if (this.#behind) await catchUp(log, online);
    this.#behind = false;
    const tallies = group.map((): Tally => ({ accepted: 0, duplicates: 0, revisions: 0, refused: [] }));
    const candidates = group.map((chunk, i) => this.#validate(chunk, tallies[i]!));
    const held = await this.#heldBy(candidates.flat());
    const events: IdentifiedEvent[] = [];
    const diverted: DivertedValue[] = [];
    for (const [i, chunk] of group.entries()) settle(chunk, candidates[i]!, held, tallies[i]!, events, diverted);
    if (diverted.length > 0) await vault.store(diverted);
    if (events.length > 0) {
      const types = events.map(({ event }) => event.event);
      await recorded.cover(types, schema);
      this.#behind = true;
      const { from } = await log.append(events.map(({ event }) => encodeEvent(event)));
      await online.applyEvents({ from, events });
      this.#behind = false;
    }
    await quarantine.add(
      tallies.flatMap(({ refused }) => refused),
      clock.now(),
    );
    for (const [i, chunk] of group.entries()) chunk.resolve(answerOf(tallies[i]!, log.head()));
  }

  #validate({ rows, source }: Chunk, tally: Tally): Candidate[] {
    const context = { now: this.#parts.clock.now(), source };
    const candidates: Candidate[] = [];
    for (const row of rows) {
      const result = row.problem ?? validateEvent(row.raw, this.#parts.schema, context);
      if (isValid(result)) candidates.push({ row, valid: result, identity: identify(result.event) });
      else tally.refused.push({ raw: row.raw, source, row: row.row, problem: result });
    }
    return candidates;
  }

  async #heldBy(candidates: readonly Candidate[]): Promise<Map<string, HeldEvent>> {
    const ids = [...new Set(candidates.map(({ identity }) => identity.id))];
    const answers = await this.#parts.online.held(ids);
    const held = new Map<string, HeldEvent>();
    for (const [i, id] of ids.entries()) if (answers[i] !== undefined) held.set(id, answers[i]);
    return held;
  }
}

/** Judges one caller's candidates in order; `held` grows, so that rows of one group see each other. */
function settle(
  { source }: Chunk,
  candidates: readonly Candidate[],
  held: Map<string, HeldEvent>,
  tally: Tally,
  events: IdentifiedEvent[],
  diverted: DivertedValue[],
): void {
  for (const { row, valid, identity } of candidates) {
    const before = held.get(identity.id);
    const verdict = judge(valid, identity, before);
    if (verdict.kind === "refused") {
      tally.refused.push({ raw: row.raw, source, row: row.row, problem: verdict.problem });
      continue;
    }
    diverted.push(...valid.diverted);
    if (verdict.kind === "duplicate") {
      tally.duplicates++;
      continue;
    }
    tally.accepted++;
    if (verdict.kind === "revision") tally.revisions++;
    held.set(identity.id, withRevision(before, valid.event, identity.content));
    events.push({ event: valid.event, identity });
  }
}

function answerOf({ accepted, duplicates, revisions, refused }: Tally, position: Position): IngestAnswer {
  const quarantined = refused.map(({ row, problem }) => ({ row, code: problem.code })).sort((a, b) => a.row - b.row);
  return { position, accepted, duplicates, revisions, quarantined };
}

function joined(a: IngestAnswer, b: IngestAnswer): IngestAnswer {
  return {
    position: b.position,
    accepted: a.accepted + b.accepted,
    duplicates: a.duplicates + b.duplicates,
    revisions: a.revisions + b.revisions,
    quarantined: b.quarantined.length === 0 ? a.quarantined : [...a.quarantined, ...b.quarantined],
  };
}
