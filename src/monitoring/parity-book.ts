// Rounds of parity as they are kept: the last ones, in a table beside the alerts.

import type { Hash } from "../base/index.ts";
import { type Metadata, migrate } from "../storage/index.ts";
import { type MonitoringDatabase, migrations } from "./alert-tables.ts";
import { drawParityRound, type ParityRoundRequest } from "./parity-round.ts";
import type { ParityRound } from "./report-document.ts";

export interface ParityBook {
  /** Draws and keeps a round, unless this snapshot had its own: then that one. */
  round(request: ParityRoundRequest): Promise<ParityRound>;
  latest(): Promise<ParityRound | undefined>;
}

export async function openParityBook(metadata: Metadata): Promise<ParityBook> {
  await migrate(metadata.db, "monitoring", migrations);
  const db = metadata.db as MonitoringDatabase;
  return {
    async round(request) {
      const kept = await roundOn(db, request.snapshot.hash);
      if (kept !== undefined) return kept;
      const round = await drawParityRound(request);
      const row = { snapshot: round.snapshot, round: JSON.stringify(round) };
      await db
        .insertInto("monitoring.parity_round")
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return round;
    },
    async latest() {
      const row = await db
        .selectFrom("monitoring.parity_round")
        .select("round")
        .orderBy("ordinal", "desc")
        .limit(1)
        .executeTakeFirst();
      return row === undefined ? undefined : (JSON.parse(row.round) as ParityRound);
    },
  };
}

async function roundOn(db: MonitoringDatabase, snapshot: Hash): Promise<ParityRound | undefined> {
  const row = await db
    .selectFrom("monitoring.parity_round")
    .select("round")
    .where("snapshot", "=", snapshot)
    .executeTakeFirst();
  return row === undefined ? undefined : (JSON.parse(row.round) as ParityRound);
}
