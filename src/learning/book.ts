// The book of loops in Postgres: who asked for which, how far each is, what people said. Whether a loop may begin is decided
// and written down in one transaction, and the database itself holds that one loop of a bundle is open.

import { randomUUID } from "node:crypto";
import { type Selectable, sql, type Transaction } from "kysely";
import {
  AssayError,
  type Clock,
  formatInstant,
  type Hash,
  MICROS_PER_HOUR,
  type Problem,
  parseInstant,
} from "../base/index.ts";
import { type Metadata, migrate, nowMicros } from "../storage/index.ts";
import { type BookDatabase, type BookTables, migrations, OPEN } from "./book-tables.ts";
import type { LearningDeclaration } from "./declaration.ts";
import { problems } from "./errors.ts";
import { haltsOver } from "./halt.ts";
import type { Approval, LoopEntry, LoopStep, LoopVerdict } from "./loop-document.ts";
import type { AskedLoop, Loops } from "./loops.ts";

export interface BookRules {
  readonly declaration: LearningDeclaration | undefined;
  /** Freezes are judged by it: the clock that decisions are made by. */
  readonly clock: Clock;
  /** The bundle in force. */
  readonly champion: () => Promise<Hash | null>;
}

export interface LoopEnding {
  readonly verdict: LoopVerdict;
  readonly why: string;
  readonly evidence: Hash | null;
  readonly problem: Problem | null;
}

/** The book as the worker writes it. */
export interface Book extends Loops {
  /** Loops that have not ended, oldest first. */
  openLoops(): Promise<LoopEntry[]>;
  /** The loop, now running this step. One that has ended stays ended. */
  begin(id: string, step: LoopStep): Promise<LoopEntry>;
  note(id: string, found: { readonly champion?: Hash; readonly challenger?: Hash }): Promise<void>;
  /** It waits for a person. */
  pause(id: string, why: string): Promise<void>;
  approvalOf(id: string): Promise<Approval | undefined>;
  /** Once: a loop that has ended keeps its first ending. */
  end(id: string, ending: LoopEnding): Promise<LoopEntry>;
  /** Throws ASSAY_LEARNING_HALTED, STOPPED or FROZEN. */
  checkOpen(thing: string): Promise<void>;
}

export async function openBook(metadata: Metadata, rules: BookRules): Promise<Book> {
  await migrate(metadata.db, "learning", migrations);
  const db = metadata.db as BookDatabase;
  const loop = (id: string) => findLoop(db, id);
  return {
    ...worksOf(db),
    ...haltsOver(db),
    ask: (asked) => ask(db, rules, asked),
    async loops(limit) {
      const rows = await db.selectFrom("learning.loop").selectAll().orderBy("place", "desc").limit(limit).execute();
      return rows.map(entryOf);
    },
    loop,
    answer: (id, approval) => answer(db, id, approval),
    cancel: (id, by) => cancel(db, id, by),
    checkOpen: (thing) => checkOpen(db, rules, thing),
  };
}

type Row = Selectable<BookTables["learning.loop"]>;

function worksOf(db: BookDatabase): Omit<Book, keyof Loops | "checkOpen"> {
  const openOne = (id: string) => db.updateTable("learning.loop").where("id", "=", id).where("state", "in", OPEN);
  const known = async (id: string) => (await findLoop(db, id)) ?? unknown(id);
  return {
    async openLoops() {
      const rows = await db
        .selectFrom("learning.loop")
        .selectAll()
        .where("state", "in", OPEN)
        .orderBy("place")
        .execute();
      return rows.map(entryOf);
    },
    async begin(id, step) {
      await openOne(id)
        .set({ state: "running", step, why: `under way: ${step}` })
        .execute();
      return await known(id);
    },
    async note(id, found) {
      await openOne(id).set(found).execute();
    },
    async pause(id, why) {
      await openOne(id).set({ state: "paused", why }).execute();
    },
    async approvalOf(id) {
      const columns = ["verdict", "person", "note"] as const;
      return await db.selectFrom("learning.approval").select(columns).where("loop", "=", id).executeTakeFirst();
    },
    async end(id, { verdict, why, evidence, problem }) {
      const told = problem === null ? null : JSON.stringify(problem);
      await openOne(id).set({ state: verdict, why, evidence, problem: told, ended_at: nowMicros }).execute();
      return await known(id);
    },
  };
}

async function ask(db: BookDatabase, rules: BookRules, asked: AskedLoop): Promise<LoopEntry> {
  const thing = `the loop of bundle "${asked.bundleName}"`;
  const { declaration } = rules;
  if (declaration === undefined) throw new AssayError(problems.NOT_DECLARED(thing));
  const learnt = declaration.bundle;
  if (learnt !== asked.bundleName) throw new AssayError(problems.OTHER_BUNDLE(thing, { learnt }));
  await checkOpen(db, rules, thing);
  const champion = await rules.champion();
  if (champion === null) throw new AssayError(problems.NO_CHAMPION(thing));
  const id = `loop-${randomUUID()}`;
  await db.transaction().execute(async (transaction) => {
    // Whoever asks at the same time waits here, and then finds this one.
    await sql`lock table learning.loop in exclusive mode`.execute(transaction);
    await checkTurn(transaction, declaration, thing);
    const { kind, why, by } = asked.trigger;
    const trigger = { trigger_kind: kind, trigger_why: why, trigger_by: by };
    const row = { id, bundle_name: asked.bundleName, ...trigger, label_cut_off: asked.labelCutOff, champion };
    await transaction
      .insertInto("learning.loop")
      .values({ ...row, state: "asked", why: "no worker has taken it yet", cancel_asked: false })
      .execute();
  });
  return (await findLoop(db, id))!;
}

async function checkOpen(db: BookDatabase, { declaration, clock }: BookRules, thing: string): Promise<void> {
  const halt = await haltsOver(db).halted();
  if (halt !== null) throw new AssayError(problems.HALTED(thing, halt));
  if (declaration?.stopped === true) throw new AssayError(problems.STOPPED(thing));
  const now = clock.now();
  const freeze = declaration?.freezes?.find(({ from, to }) => parseInstant(from)! <= now && now < parseInstant(to)!);
  if (freeze !== undefined) throw new AssayError(problems.FROZEN(thing, freeze));
}

const MICROS_PER_MONTH = 30 * 24 * MICROS_PER_HOUR;

/** What earlier loops forbid. */
async function checkTurn(
  transaction: Transaction<BookTables>,
  { bundle, coolDownHours, mostLoopsPerMonth }: LearningDeclaration,
  thing: string,
): Promise<void> {
  const earlier = transaction.selectFrom("learning.loop").where("bundle_name", "=", bundle);
  const open = await earlier.select(["id", "state"]).where("state", "in", OPEN).executeTakeFirst();
  if (open !== undefined) throw new AssayError(problems.LOOP_UNDER_WAY(thing, open));
  const ended = earlier.where("state", "!=", "cancelled").orderBy("ended_at", "desc");
  const last = await ended.select(["id", sql<number>`${nowMicros} - ended_at`.as("since")]).executeTakeFirst();
  const coolDown = (coolDownHours ?? 0) * MICROS_PER_HOUR;
  if (last !== undefined && last.since < coolDown) {
    const left = (coolDown - last.since) / MICROS_PER_HOUR;
    throw new AssayError(problems.COOLING_DOWN(thing, { last: last.id, hours: coolDownHours!, left }));
  }
  const month = await earlier
    .select(sql<number>`count(*)`.as("count"))
    .where("asked_at", ">", sql<number>`${nowMicros} - ${MICROS_PER_MONTH}::int8`)
    .executeTakeFirstOrThrow();
  const most = mostLoopsPerMonth ?? Number.POSITIVE_INFINITY;
  if (month.count >= most) throw new AssayError(problems.TOO_MANY_LOOPS(thing, { most }));
}

async function answer(db: BookDatabase, id: string, approval: Approval): Promise<LoopEntry> {
  const entry = (await findLoop(db, id)) ?? unknown(id);
  const said = () =>
    db.selectFrom("learning.approval").select(["person", "verdict", "note"]).where("loop", "=", id).executeTakeFirst();
  const before = await said();
  if (before === undefined && entry.state !== "paused") {
    throw new AssayError(problems.NOT_PAUSED(`loop ${id}`, { state: entry.state }));
  }
  const { verdict, person, note } = approval;
  await db
    .insertInto("learning.approval")
    .values({ loop: id, verdict, person, note })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const first = (await said())!;
  // The same word again is the same word.
  if (first.person === person && first.verdict === verdict) return entry;
  throw new AssayError(problems.ALREADY_ANSWERED(`loop ${id}`, first));
}

async function cancel(db: BookDatabase, id: string, by: string): Promise<LoopEntry> {
  const row = await db
    .updateTable("learning.loop")
    .set({ cancel_asked: true, why: `${by} asked to cancel it` })
    .where("id", "=", id)
    .where("state", "in", OPEN)
    .returningAll()
    .executeTakeFirst();
  if (row !== undefined) return entryOf(row);
  const { state } = (await findLoop(db, id)) ?? unknown(id);
  throw new AssayError(problems.LOOP_ENDED(`loop ${id}`, { state }));
}

function unknown(id: string): never {
  throw new AssayError(problems.UNKNOWN_LOOP(`loop "${id}"`));
}

async function findLoop(db: BookDatabase, id: string): Promise<LoopEntry | undefined> {
  const row = await db.selectFrom("learning.loop").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : entryOf(row);
}

function entryOf(row: Row): LoopEntry {
  return {
    id: row.id,
    bundleName: row.bundle_name,
    trigger: { kind: row.trigger_kind, why: row.trigger_why, by: row.trigger_by },
    labelCutOff: formatInstant(row.label_cut_off),
    state: row.state,
    step: row.step,
    why: row.why,
    champion: row.champion,
    challenger: row.challenger,
    evidence: row.evidence,
    problem: row.problem === null ? null : (JSON.parse(row.problem) as Problem),
    cancelAsked: row.cancel_asked,
    askedAt: row.asked_at,
    endedAt: row.ended_at,
  };
}
