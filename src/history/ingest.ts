// The one door into history: files, HTTP batches and the decision service all come through here. Per group of rows:
//
//   validate all → judge against what is held and what is logged → divert protected values to the vault → append to the
//   log, durable → note the refused → answer                             … and behind it, the applier → online store
//
// A crash anywhere before the answer is healed by sending the batch again: what had arrived comes back as duplicates, and
// what the log holds is replayed at open. Callers at the same time share one group, hence one sync; inside a group and
// between groups the order is that of arrival, so judging never races.

import { setImmediate as turn } from "node:timers/promises";
import type { Clock, Problem } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import { Applier } from "./applier.ts";
import { childRows, type FanOuts } from "./document-children.ts";
import { isOf, namesIn, namesOne, partiesIn, withoutRefs } from "./erased-rows.ts";
import { problems } from "./errors.ts";
import type { EventLog, Position } from "./event-log.ts";
import type { LatenessBook } from "./lateness-book.ts";
import type { EventName, OnlineHistories } from "./online-histories.ts";
import type { Quarantine } from "./quarantine.ts";
import type { RefusedRow } from "./quarantine-lines.ts";
import type { ReadRow } from "./read-row.ts";
import type { RecordedSchema } from "./recorded-schema.ts";
import type { HeldEvent } from "./revision.ts";
import { type Accepted, type Candidate, newTally, nothingAccepted, settle, type Tally } from "./settle.ts";
import { type DivertedValue, type DocumentSink, isValid, type ValidEvent, validateEvent } from "./validate-event.ts";
import { encodeEvents, idOf } from "./wire-event.ts";

/** What history needs of the vault: to keep protected values durably, the same one twice without harm. */
export interface ProtectedValues {
  store(rows: readonly DivertedValue[]): Promise<void>;
  /** Those of the entities that were erased; absent where nobody can be. */
  erased?(entities: Iterable<string>): Promise<ReadonlySet<string>>;
}

export interface IngestAnswer {
  /** All accepted rows stand before it, durable in the log. */
  readonly position: Position;
  readonly accepted: number;
  readonly duplicates: number;
  /** Of the accepted, those that revise an event. */
  readonly revisions: number;
  /** `row` counts from 1. */
  readonly quarantined: readonly { readonly row: number; readonly code: string }[];
}

/** What an answer waits for: rows durable in the log, or visible to the deciders too. */
export type Until = "durable" | "visible";

type Rows = Iterable<ReadRow> | AsyncIterable<ReadRow>;

export interface IngestParts {
  readonly log: EventLog;
  readonly online: OnlineHistories;
  readonly quarantine: Quarantine;
  readonly lateness: LatenessBook;
  readonly vault: ProtectedValues;
  readonly documents?: DocumentOptions;
  readonly clock: Clock;
  readonly schema: HistorySchema;
  readonly recorded: RecordedSchema;
}

/** Where whole documents are kept, and which events they hold. */
export interface DocumentOptions {
  readonly sink: DocumentSink;
  readonly fanOuts: FanOuts;
}

/** Rows of one caller that are handled in one group. */
interface Chunk {
  readonly rows: readonly ReadRow[];
  readonly source: string;
  /** Whether refused rows go to quarantine; a mended row is there already. */
  readonly noted: boolean;
  readonly resolve: (settled: Settled) => void;
  readonly reject: (error: unknown) => void;
}

interface Settled {
  readonly position: Position;
  readonly tally: Tally;
}

const NOBODY: ReadonlySet<string> = new Set();

/** Validating a group holds the event loop, so it is kept to some tens of milliseconds. */
const CHUNK_ROWS = 2_000;

export class IngestDoor {
  readonly #parts: IngestParts;
  #waiting: Chunk[] = [];
  #draining: Promise<void> | undefined;
  readonly #applier: Applier;

  /** The online store stands where the log does. */
  constructor(parts: IngestParts) {
    this.#parts = parts;
    this.#applier = new Applier(parts.log, parts.online);
  }

  /** Takes rows in the order given. Memory holds one chunk of them, beside what waits to be applied. */
  async ingest(rows: Rows, source: string, until: Until): Promise<IngestAnswer> {
    const answer = await this.#log(rows, source);
    if (until === "visible") await this.#applier.reached(answer.position.offset);
    return answer;
  }

  async #log(rows: Rows, source: string): Promise<IngestAnswer> {
    let answer: IngestAnswer = {
      position: this.#parts.log.head(),
      accepted: 0,
      duplicates: 0,
      revisions: 0,
      quarantined: [],
    };
    if (Array.isArray(rows)) {
      // Rows that are there already need no waiting for each.
      for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
        const chunk = (rows as readonly ReadRow[]).slice(from, from + CHUNK_ROWS);
        answer = joinAnswers(answer, answerOf(await this.#submit(chunk, source)));
      }
      return answer;
    }
    return await this.#applier.gathering(async () => {
      for await (const chunk of chunksOf(rows)) {
        answer = joinAnswers(answer, answerOf(await this.#submit(chunk, source)));
      }
      return answer;
    });
  }

  /** Takes one mended row in, or says why not without setting it aside once more. */
  async mend(raw: unknown, source: string): Promise<{ readonly position: Position } | { readonly problem: Problem }> {
    const { position, tally } = await this.#submit([{ row: 1, raw }], source, false);
    const refused = tally.refused[0];
    if (refused !== undefined) return { problem: refused.problem };
    await this.#applier.reached(position.offset);
    return { position };
  }

  /** Resolves when the deciders see every event before `position`. Throws what keeps the online store from being written. */
  async reached({ offset }: Position): Promise<void> {
    await this.#applier.reached(offset);
  }

  /** Events that are in the log and not yet before the deciders. */
  waiting(): number {
    return this.#applier.waiting();
  }

  /** Works while no group is under way and all that was logged is applied; groups that come meanwhile wait. */
  async between<T>(work: () => Promise<T>): Promise<T> {
    while (this.#draining !== undefined) await this.#draining;
    const done = this.#applier.reached(this.#parts.log.head().offset).then(work);
    this.#draining = done.then(
      () => this.#drain(),
      () => this.#drain(),
    );
    return await done;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#draining;
    await this.#applier.idle();
  }

  #submit(rows: readonly ReadRow[], source: string, noted = true): Promise<Settled> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ rows, source, noted, resolve, reject });
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
    const { log, vault, documents } = this.#parts;
    await this.#applier.ready();
    const tallies = group.map(newTally);
    const erased = await this.#erasedIn(group);
    const candidates = group.map((chunk, i) => this.#validate(chunk, tallies[i]!, erased));
    const held = await this.#heldBy(candidates.flat());
    const accepted = nothingAccepted();
    for (const [i, { source }] of group.entries()) settle(source, candidates[i]!, held, tallies[i]!, accepted);
    if (accepted.diverted.length > 0) await vault.store(accepted.diverted);
    if (accepted.documents.length > 0) await documents!.sink.keep(accepted.documents);
    if (accepted.events.length > 0) await this.#keep(accepted);
    else await turn();
    await this.#setAside(group.flatMap(({ noted }, i) => (noted ? tallies[i]!.refused : [])));
    for (const [i, chunk] of group.entries()) chunk.resolve({ position: log.head(), tally: tallies[i]! });
  }

  async #keep({ events, ids, held, fresh }: Accepted): Promise<void> {
    const { log, lateness, clock, schema, recorded } = this.#parts;
    await recorded.cover(new Set(events.map(({ event }) => event)), schema);
    const { from, to } = await log.append(encodeEvents(events));
    this.#applier.take({ from, events, known: { ids, held } });
    lateness.add(fresh, clock.now(), to);
  }

  async #erasedIn(group: readonly Chunk[]): Promise<ReadonlySet<string>> {
    const { vault, schema } = this.#parts;
    const raws = group.flatMap(({ rows }) => rows.map(({ raw }) => raw));
    return (await vault.erased?.(partiesIn(raws, schema))) ?? NOBODY;
  }

  /** Nothing is kept that names somebody who was erased, wherever a refused row names them. */
  async #setAside(refused: readonly RefusedRow[]): Promise<void> {
    const { quarantine, vault, clock } = this.#parts;
    if (refused.length === 0) return;
    const erased = (await vault.erased?.(namesIn(refused.map(({ raw }) => raw)))) ?? NOBODY;
    const kept = refused.filter(({ raw }) => !namesOne(raw, erased));
    await quarantine.add(kept, clock.now());
  }

  #validate({ rows, source }: Chunk, tally: Tally, erased: ReadonlySet<string>): Candidate[] {
    const { clock, schema, documents } = this.#parts;
    const context = { now: clock.now(), source, keepsDocuments: documents !== undefined };
    const candidates: Candidate[] = [];
    const take = (row: ReadRow): void => {
      const theirs = isOf(row.raw, erased) ? problems.ERASED("row", {}) : row.problem;
      const result = theirs ?? validateEvent(row.raw, schema, context, row.from);
      if (!isValid(result)) {
        tally.refused.push({ raw: row.raw, source, row: row.row, problem: result });
        return;
      }
      candidates.push(candidateOf(row, result, schema, erased));
      if (result.documents.length > 0) childRows(row.row, result, documents!.fanOuts).forEach(take);
    };
    rows.forEach(take);
    return candidates;
  }

  /** What waits to be applied answers first; what does not wait, the store has. */
  async #heldBy(candidates: readonly Candidate[]): Promise<Map<string, HeldEvent>> {
    const held = new Map<string, HeldEvent>();
    const asked: Candidate[] = [];
    for (const candidate of candidates) {
      const waits = this.#applier.held(candidate.id);
      if (waits === undefined) asked.push(candidate);
      else held.set(candidate.id, waits);
    }
    const answers = await this.#parts.online.held(asked.map(({ valid }): EventName => valid.event));
    for (const [i, { id }] of asked.entries()) if (answers[i] !== undefined) held.set(id, answers[i]);
    return held;
  }
}

function candidateOf(row: ReadRow, valid: ValidEvent, schema: HistorySchema, erased: ReadonlySet<string>): Candidate {
  const event = erased.size === 0 ? valid.event : withoutRefs(valid.event, schema, erased);
  return { row, valid: event === valid.event ? valid : { ...valid, event }, id: idOf(event) };
}

async function* chunksOf(rows: Rows): AsyncGenerator<ReadRow[]> {
  let chunk: ReadRow[] = [];
  for await (const row of rows) {
    if (chunk.push(row) < CHUNK_ROWS) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function answerOf({ position, tally }: Settled): IngestAnswer {
  const { accepted, duplicates, revisions, refused } = tally;
  const quarantined = refused.map(({ row, problem }) => ({ row, code: problem.code })).sort((a, b) => a.row - b.row);
  return { position, accepted, duplicates, revisions, quarantined };
}

/** Of rows that were taken in one after another. */
export function joinAnswers(a: IngestAnswer, b: IngestAnswer): IngestAnswer {
  return {
    position: b.position,
    accepted: a.accepted + b.accepted,
    duplicates: a.duplicates + b.duplicates,
    revisions: a.revisions + b.revisions,
    quarantined: b.quarantined.length === 0 ? a.quarantined : [...a.quarantined, ...b.quarantined],
  };
}
