// Who serves now, and what others ask of them. A service says every moment that it is alive and by which bundles it could
// decide at once; it alone writes history, so whoever needs all of it as table files asks here.

import { sql } from "kysely";
import { type Hash, MICROS_PER_SECOND } from "../base/index.ts";
import { nowMicros } from "../storage/index.ts";
import type { RegistryDatabase } from "./registry-tables.ts";

/** A service that was not heard of for so long is gone. */
const ALIVE_SECONDS = 10;
/** One that was killed leaves its row behind so long. */
const FORGOTTEN_SECONDS = 3_600;

export interface LiveService {
  readonly id: string;
  /** Bundles that it could decide by at once. */
  readonly prepared: readonly Hash[];
}

export type SnapshotAnswer = { readonly snapshot: Hash } | { readonly failure: string };

export interface Services {
  beat(service: LiveService): Promise<void>;
  /** It ends. */
  leave(id: string): Promise<void>;
  /** Heard of within ten seconds. */
  services(): Promise<LiveService[]>;
  /** Asks whoever writes history for everything that has arrived, as table files. Gives the number of the request. */
  requestSnapshot(): Promise<number>;
  /** Requests that wait. */
  snapshotRequests(): Promise<number[]>;
  answerSnapshot(requests: readonly number[], answer: SnapshotAnswer): Promise<void>;
  /** `undefined` while nobody has answered. */
  snapshotAnswer(request: number): Promise<SnapshotAnswer | undefined>;
}

const ago = (seconds: number) => sql<number>`${nowMicros} - ${seconds * MICROS_PER_SECOND}::int8`;

export function servicesOver(db: RegistryDatabase): Services {
  return {
    async beat({ id, prepared }) {
      const row = { prepared: JSON.stringify(prepared), beat_at: nowMicros };
      await db
        .insertInto("registry.service")
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
      await db.deleteFrom("registry.service").where("beat_at", "<", ago(FORGOTTEN_SECONDS)).execute();
    },
    async leave(id) {
      await db.deleteFrom("registry.service").where("id", "=", id).execute();
    },
    async services() {
      const alive = db.selectFrom("registry.service").where("beat_at", ">", ago(ALIVE_SECONDS)).orderBy("id");
      const rows = await alive.select(["id", "prepared"]).execute();
      return rows.map(({ id, prepared }) => ({ id, prepared: JSON.parse(prepared) as Hash[] }));
    },
    ...snapshotsOver(db),
  };
}

type Snapshots = Pick<Services, "requestSnapshot" | "snapshotRequests" | "answerSnapshot" | "snapshotAnswer">;

function snapshotsOver(db: RegistryDatabase): Snapshots {
  return {
    async requestSnapshot() {
      const asked = db.insertInto("registry.snapshot_request").values({ answer: null }).returning("id");
      return (await asked.executeTakeFirstOrThrow()).id;
    },
    async snapshotRequests() {
      const waiting = db.selectFrom("registry.snapshot_request").select("id").where("answer", "is", null);
      return (await waiting.orderBy("id").execute()).map(({ id }) => id);
    },
    async answerSnapshot(requests, answer) {
      if (requests.length === 0) return;
      const asked = db.updateTable("registry.snapshot_request").where("id", "in", requests).where("answer", "is", null);
      await asked.set({ answer: JSON.stringify(answer) }).execute();
    },
    async snapshotAnswer(request) {
      const asked = db.selectFrom("registry.snapshot_request").select("answer").where("id", "=", request);
      const answer = (await asked.executeTakeFirst())?.answer ?? null;
      return answer === null ? undefined : (JSON.parse(answer) as SnapshotAnswer);
    },
  };
}
