// Carrying an erasure out: room after room, what it held noted before it lets go, then a second look at all of them, then the
// receipt. Killed anywhere, it goes on where it was; the person's id is known here until the receipt is written, and not after.

import { sql } from "kysely";
import { AssayError, canonicalJson, invariant } from "../base/index.ts";
import { nowMicros } from "../storage/index.ts";
import type { ComplianceDatabase } from "./compliance-tables.ts";
import { problems } from "./errors.ts";
import { checkNotHeld } from "./holds.ts";
import { drawReceipt, type Removed } from "./receipt.ts";
import { type ErasureSite, type Person, type Room, type Rooms, roomsOf } from "./rooms.ts";
import { modelsThatSaw } from "./seeing-models.ts";

/** What an erasure would take away now, without history where another process writes it. Changes nothing. */
export async function lookForErasure(site: LookSite, entity: string): Promise<Looked> {
  const rooms = roomsOf({ ...site, history: site.history ?? UNSEEN });
  const alone = { entity, tombstone: await site.vault.tombstoneOf(entity), applications: [] };
  const decisions = await rooms.decisions.look(alone);
  const person = { ...alone, applications: decisions.applications };
  const [vault, history] = [await rooms.vault.look(person), await rooms.history.look(person)];
  const [datasets, sequences] = [await rooms.datasets.look(person), await rooms.sequences.look(person)];
  const registry = await rooms.registry.look(person);
  const { history: seen, ...others } = removedOf({ vault, decisions, history, datasets, sequences, registry });
  return { ...others, history: site.history === null ? null : seen };
}

export type LookSite = Omit<ErasureSite, "history"> & { readonly history: ErasureSite["history"] | null };
export type Looked = Omit<Removed, "history"> & { readonly history: Removed["history"] | null };

const UNSEEN: ErasureSite["history"] = {
  holdingsOf: async () => ({ events: 0, redacted: 0, quarantined: 0 }),
  forget: async () => {},
};

type Found = { readonly [Name in keyof Rooms]: Rooms[Name] extends Room<infer Held> ? Held : never };

function removedOf({ decisions, sequences, ...others }: Found): Removed {
  const built = sequences.length === 0 ? {} : { sequences };
  return { ...others, ...built, decisions: { ...decisions.holdings, joint: decisions.joint } };
}

/**
 * Erases, from where an earlier attempt stopped; what is done already is left as it is. Throws ASSAY_COMPLIANCE_HELD where
 * a hold came first, STILL_THERE, and whatever a room throws: then it is still to be done.
 */
export async function carryOut(site: ErasureSite, id: string): Promise<void> {
  const db = site.metadata.db as ComplianceDatabase;
  try {
    await attempt(site, id);
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    await db.updateTable("compliance.erasure").set({ failure }).where("id", "=", id).execute();
    throw error;
  }
}

async function attempt(site: ErasureSite, id: string): Promise<void> {
  const db = site.metadata.db as ComplianceDatabase;
  const row = await db.selectFrom("compliance.erasure").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new AssayError(problems.UNKNOWN_ERASURE(`erasure ${id}`, {}));
  if (row.state === "done") return;
  const { entity, tombstone } = row;
  invariant(entity !== null, `erasure ${id} is not done and names nobody`);
  await begin(db, row.state, { id, entity, tombstone });
  const rooms = roomsOf(site);
  const turn = { db, erasure: id };
  const alone = { entity, tombstone, applications: [] };
  const vault = await takeTurn(turn, "vault", rooms.vault, alone);
  const decisions = await takeTurn(turn, "decisions", rooms.decisions, alone);
  const person = { ...alone, applications: decisions.applications };
  const history = await takeTurn(turn, "history", rooms.history, person);
  const datasets = await takeTurn(turn, "datasets", rooms.datasets, person);
  const sequences = await takeTurn(turn, "sequences", rooms.sequences, person);
  const registry = await takeTurn(turn, "registry", rooms.registry, person);
  await lookAgain(rooms, person);
  await finish(site, id, removedOf({ vault, decisions, history, datasets, sequences, registry }));
}

/** A hold placed after it was asked for still comes first; one placed after it began comes too late. */
async function begin(
  db: ComplianceDatabase,
  state: string,
  { id, entity, tombstone }: { readonly id: string; readonly entity: string; readonly tombstone: string },
): Promise<void> {
  if (state !== "asked") return;
  await checkNotHeld(db, entity, tombstone);
  await db.updateTable("compliance.erasure").set({ state: "running", failure: null }).where("id", "=", id).execute();
}

interface Turn {
  readonly db: ComplianceDatabase;
  readonly erasure: string;
}

/** What the room held, noted the first time; it has let go of it afterwards. */
async function takeTurn<Held>({ db, erasure }: Turn, step: string, room: Room<Held>, person: Person): Promise<Held> {
  const noted = await db
    .selectFrom("compliance.erasure_step")
    .select(["found", "done"])
    .where("erasure", "=", erasure)
    .where("step", "=", step)
    .executeTakeFirst();
  if (noted?.done === true) return JSON.parse(noted.found) as Held;
  const found = noted === undefined ? await room.look(person) : (JSON.parse(noted.found) as Held);
  const row = { erasure, step, found: JSON.stringify(found), done: false };
  if (noted === undefined) await db.insertInto("compliance.erasure_step").values(row).execute();
  await room.forget(person, found);
  const done = db.updateTable("compliance.erasure_step").set({ done: true });
  await done.where("erasure", "=", erasure).where("step", "=", step).execute();
  return found;
}

/** Whatever was under way when its room had its turn is there now, and goes. */
async function lookAgain(rooms: Rooms, person: Person): Promise<void> {
  const late = await rooms.decisions.look(person);
  if (!rooms.decisions.isEmpty(late)) await rooms.decisions.forget(person, late);
  const all = { ...person, applications: [...new Set([...person.applications, ...late.applications])] };
  for (const [name, room] of Object.entries(rooms) as [keyof Rooms, Room<unknown>][]) {
    const left = await room.look(all);
    if (room.isEmpty(left)) continue;
    await room.forget(all, left);
    if (!room.isEmpty(await room.look(all))) {
      throw new AssayError(problems.STILL_THERE("the erasure", { where: name }));
    }
  }
}

/** The receipt takes the place of all that still names the person. */
async function finish(site: ErasureSite, id: string, removed: Removed): Promise<void> {
  const models = await modelsThatSaw(site.registry, removed.datasets);
  const db = site.metadata.db as ComplianceDatabase;
  await db.transaction().execute(async (transaction) => {
    const row = await transaction
      .selectFrom("compliance.erasure")
      .select(["tombstone", "entity", "asked_by", "asked_at", nowMicros.as("now")])
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    const { tombstone: person, asked_by: askedBy, asked_at: askedAt, now: finishedAt } = row;
    const receipt = drawReceipt({ person, askedBy, askedAt, finishedAt, release: site.release, removed, models });
    await transaction.deleteFrom("compliance.erasure_step").where("erasure", "=", id).execute();
    await sql`
      update compliance.hold set entity = null, reason = replace(reason, ${row.entity}, ${person}),
        release_reason = replace(release_reason, ${row.entity}, ${person}) where tombstone = ${person}`.execute(
      transaction,
    );
    await transaction
      .updateTable("compliance.erasure")
      .set({ state: "done", entity: null, failure: null, receipt: canonicalJson(receipt) })
      .where("id", "=", id)
      .execute();
  });
}
