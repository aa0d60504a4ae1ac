// Whether the chain notices, in a copy: one stored byte of a content altered, then one link, then its newest record gone.

import { type Kysely, sql } from "kysely";
import { type DecisionTables, RecordStore } from "../../decisions/index.ts";
import type { Workspace } from "../../workspace/index.ts";
import { chainReport } from "../commands/verify.ts";

/** True where the copy is whole before, and all three are found. */
export async function tamperingIsFound(workspace: Workspace): Promise<boolean> {
  const db = (await workspace.metadata()).db as Kysely<DecisionTables>;
  const copy = new RecordStore(db.withSchema("tampered"), (await workspace.vault()).personKeys);
  await sql`drop schema if exists tampered cascade; create schema tampered; create table tampered.decisions as table decisions; create table tampered.checkpoints as table checkpoints`.execute(
    db,
  );
  try {
    const whole = (await chainReport(copy)).breaks.length === 0;
    await alterContent(db);
    const content = await chainReport(copy);
    await alterLink(db);
    const link = await chainReport(copy);
    await cutEnd(db);
    const cut = await chainReport(copy);
    const [one, two, three] = [content, link, cut].map((report) => report.breaks.length);
    return whole && one === 1 && two! > one && three! > two!;
  } finally {
    await sql`drop schema tampered cascade`.execute(db);
  }
}

async function alterContent(db: Kysely<DecisionTables>): Promise<void> {
  await sql`
    update tampered.decisions
    set sealed = set_byte(sealed, length(sealed) / 2, get_byte(sealed, length(sealed) / 2) # 1)
    where decision_id = (select min(decision_id) from tampered.decisions)`.execute(db);
}

async function alterLink(db: Kysely<DecisionTables>): Promise<void> {
  await sql`
    update tampered.decisions set salted_hash = translate(salted_hash, '0123456789abcdef', '1234567890bcdefa')
    where decision_id = (select max(decision_id) from tampered.decisions)`.execute(db);
}

async function cutEnd(db: Kysely<DecisionTables>): Promise<void> {
  await sql`
    delete from tampered.decisions
    where (writer, ordinal) in (select writer, max(ordinal) from tampered.decisions group by writer)`.execute(db);
}
