// Whether the chain notices: one stored byte of a content, then one of a link, altered in a copy.

import { type Kysely, sql } from "kysely";
import { type DecisionTables, RecordStore } from "../../decisions/index.ts";
import type { Workspace } from "../../workspace/index.ts";
import { chainReport } from "../commands/verify.ts";

/** True where both alterations are found. */
export async function tamperingIsFound(workspace: Workspace): Promise<boolean> {
  const db = (await workspace.metadata()).db as Kysely<DecisionTables>;
  const copy = new RecordStore(db.withSchema("tampered"), (await workspace.vault()).personKeys);
  await sql`drop schema if exists tampered cascade; create schema tampered; create table tampered.decisions as table decisions`.execute(
    db,
  );
  try {
    await alterContent(db);
    const content = await chainReport(copy);
    await alterLink(db);
    const link = await chainReport(copy);
    return content.breaks.length === 1 && link.breaks.length > content.breaks.length;
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
