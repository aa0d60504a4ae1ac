// A person is forgotten among the records: nothing names them, the chain holds, nobody else's record changes by a bit.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { canonicalJson } from "../../src/base/index.ts";
import {
  type DecisionTables,
  firstBreak,
  forgetRecords,
  migrations,
  type NewRecord,
  RecordStore,
  recordHoldings,
  recordsOf,
} from "../../src/decisions/index.ts";
import { type Metadata, migrate, openMetadata } from "../../src/storage/index.ts";
import { openVault, type Vault } from "../../src/vault/index.ts";
import { declined } from "./records.ts";

const PERSON = "borrower-zanzibar-4711";

let folder: string;
let metadata: Metadata;
let vault: Vault;
let db: Kysely<DecisionTables>;
let records: RecordStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-forget-records-"));
  metadata = await openMetadata(folder);
  vault = await openVault(metadata);
  await migrate(metadata.db, "decisions", migrations);
  db = metadata.db as Kysely<DecisionTables>;
  records = new RecordStore(db, vault.personKeys);
});

afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

/** The second party's values lie in the record, under the first party's key. */
function withSecondParty(record: NewRecord, entity: string): NewRecord {
  const parties = [...record.decision.parties, { role: "guarantor", entity }];
  const decision = { ...record.decision, parties };
  return { ...record, decision, decisionText: canonicalJson(decision) };
}

/** As the service tells the log. */
function told(record: NewRecord): NewRecord {
  const { application, decisionId } = record.decision;
  return {
    ...record,
    outbox: [{ event: "application.decided", entity: application, eventId: `${decisionId}:decided` }],
  };
}

async function everything(): Promise<string> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public'`.execute(db);
  const texts = [];
  for (const { name } of rows) {
    const read = await sql<{ row: string }>`select t::text as row from ${sql.table(name)} as t`.execute(db);
    texts.push(...read.rows.map(({ row }) => row));
  }
  return texts.join("\n");
}

it("takes everything that names a person, keeps that decisions were made, and leaves others as they are", async () => {
  const own = told(declined(PERSON, `key of ${PERSON}`));
  const joint = told(withSecondParty(declined("b-first"), PERSON));
  const others = told(declined("b-other"));
  for (const record of [own, joint, others]) {
    await records.commit(record);
    const { decisionId } = record.decision;
    const score = { model: "pd", bundle: "b", raw: 1, calibrated: 0.5, disposition: null, first_reason: null };
    await records.saveShadow([{ decision_id: decisionId, ...score }]);
  }
  const othersBefore = await records.decision(others.decision.decisionId);
  const found = await recordsOf(db, records, PERSON);
  const ids = (of: "decisionId" | "application") => [own, joint].map(({ decision }) => decision[of]).sort();
  expect(found).toEqual({ decisions: ids("decisionId"), applications: ids("application"), joint: 1 });
  expect(await recordHoldings(db, found)).toEqual({
    decisions: 2,
    notices: 2,
    requests: 2,
    outbox: 2,
    shadowScores: 2,
  });

  await vault.forget(PERSON);
  for (let time = 0; time < 2; time++) await forgetRecords(db, found, await vault.tombstoneOf(PERSON));

  const left = await everything();
  for (const gone of [PERSON, ...ids("application")]) expect(left).not.toContain(gone);
  const none = { notices: 0, requests: 0, outbox: 0, shadowScores: 0 };
  expect(await recordHoldings(db, found)).toEqual({ decisions: 2, ...none });
  expect(await records.decision(others.decision.decisionId)).toEqual(othersBefore);
  const readable = [];
  for await (const { decision } of records.decisions()) readable.push(decision.decisionId);
  expect(readable).toEqual([others.decision.decisionId]);
  const states = [];
  for await (const { content } of records.contents()) states.push(content);
  expect(states).toEqual(["erased", "erased", "intact"]);
  for (const links of (await records.links()).values()) expect(firstBreak(links)).toBeNull();
  expect((await recordsOf(db, records, PERSON)).decisions).toEqual([]);
});
