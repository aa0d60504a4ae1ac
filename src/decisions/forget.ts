// What an erased person leaves among the records: that a decision was made, when, by which bundle, how it ended, and its
// links in the chain, which covers salted hashes and so still verifies. Everything that names them or says something of
// them goes: sealed content, notices, the keys of their requests, what was still to be told, opinions of onlookers.
//
// A record that a second person is a party to lies under the first one's key and holds values of both: it goes with either.

import { type Kysely, sql } from "kysely";
import type { RecordStore } from "./record-store.ts";
import type { DecisionTables } from "./record-tables.ts";

/** Records that a person is a party to. */
export interface PersonRecords {
  readonly decisions: readonly string[];
  /** Of these decisions; each is an entity in history. */
  readonly applications: readonly string[];
  /** Of the decisions, those sealed under another person's key. */
  readonly joint: number;
}

/** Every record is opened, for the parties of one are sealed; those that cannot be opened any more are left out. */
export async function recordsOf(
  db: Kysely<DecisionTables>,
  records: Pick<RecordStore, "decisions">,
  entity: string,
): Promise<PersonRecords> {
  const columns = ["decision_id", "application_id"] as const;
  const own = await db.selectFrom("decisions").select(columns).where("entity", "=", entity).execute();
  const found = new Map(own.map((row) => [row.decision_id, row.application_id]));
  for await (const { decision } of records.decisions()) {
    if (decision.parties.some((party) => party.entity === entity)) found.set(decision.decisionId, decision.application);
  }
  const applications = [...new Set(found.values())].sort();
  return { decisions: [...found.keys()].sort(), applications, joint: found.size - own.length };
}

/** Rows that hang on a person's records. */
export interface RecordHoldings {
  readonly decisions: number;
  readonly notices: number;
  readonly requests: number;
  /** Events of theirs that wait to be told, or were. */
  readonly outbox: number;
  readonly shadowScores: number;
}

/** What `forgetRecords` would take away. */
export async function recordHoldings(
  db: Kysely<DecisionTables>,
  { decisions, applications }: PersonRecords,
): Promise<RecordHoldings> {
  const counted = await sql<RecordHoldings>`
    select (select count(*) from decisions where decision_id = any(${decisions}::text[])) as decisions,
      (select count(*) from notices where decision_id = any(${decisions}::text[])) as notices,
      (select count(*) from requests where application_id = any(${applications}::text[])) as requests,
      (select count(*) from outbox where ${tellsOf(applications)}) as outbox,
      (select count(*) from shadow_scores where decision_id = any(${decisions}::text[])) as "shadowScores"`.execute(db);
  return counted.rows[0]!;
}

/** What stands where an application's id stood. */
const ERASED_APPLICATION = "erased";

/** In one transaction; `tombstone` takes the place of the person's id. Doing it again changes nothing. */
export async function forgetRecords(
  db: Kysely<DecisionTables>,
  { decisions, applications }: PersonRecords,
  tombstone: string,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (const statement of [
      sql`delete from notices where decision_id = any(${decisions}::text[])`,
      sql`delete from requests where application_id = any(${applications}::text[])`,
      sql`delete from outbox where ${tellsOf(applications)}`,
      sql`delete from shadow_scores where decision_id = any(${decisions}::text[])`,
      sql`update decisions set entity = ${tombstone}, application_id = ${ERASED_APPLICATION}, sealed = ''
        where decision_id = any(${decisions}::text[])`,
    ]) {
      await statement.execute(transaction);
    }
  });
}

function tellsOf(applications: readonly string[]) {
  return sql`exists (select from jsonb_array_elements(events) as told where told ->> 'entity' = any(${applications}::text[]))`;
}
