// Runs: work started from a specification and identified by its hash, so that work already done is recognised and work
// that was cut off is started again under the same id.

import { AssayError, canonicalJson, type Hash, hashJson, type Json } from "../base/index.ts";
import { nowMicros } from "../storage/index.ts";
import { problems } from "./errors.ts";
import type { RegistryDatabase, RegistryTables } from "./registry-tables.ts";

export interface RunRequest {
  /** The hash of the specification. */
  readonly id: Hash;
  /** `train`, `dataset`, `evaluate`, … */
  readonly kind: string;
  readonly name: string;
  readonly spec: unknown;
}

export interface Run {
  readonly id: Hash;
  readonly kind: string;
  readonly name: string;
  readonly spec: Json;
  readonly state: "running" | "finished" | "failed";
  /** 1 for the first start; a run that was cut off or failed counts on. */
  readonly attempt: number;
  /** What `finishRun` was given; null before. */
  readonly outcome: Json;
  readonly failure: string | null;
  /** Microseconds since 1970, by the database's clock. */
  readonly startedAt: number;
  readonly endedAt: number | null;
}

export interface Runs {
  /**
   * Starts a run, or returns the finished one with this id: check `state` before doing the work.
   * Throws ASSAY_REGISTRY_RUN_MISMATCH where the id was started from another specification.
   */
  startRun(request: RunRequest): Promise<Run>;
  finishRun(id: Hash, outcome: unknown): Promise<Run>;
  failRun(id: Hash, failure: string): Promise<Run>;
  run(id: Hash): Promise<Run | undefined>;
  /** All runs, in the order they were first started. */
  runs(): Promise<Run[]>;
}

export function runsOver(db: RegistryDatabase): Runs {
  return {
    startRun: (request) => startRun(db, request),
    finishRun: (id, outcome) => endRun(db, id, { state: "finished", outcome: canonicalJson(outcome), failure: null }),
    failRun: (id, failure) => endRun(db, id, { state: "failed", outcome: null, failure }),
    run: (id) => findRun(db, id),
    async runs() {
      const rows = await db.selectFrom("registry.run").selectAll().orderBy("started_at").orderBy("id").execute();
      return rows.map(toRun);
    },
  };
}

async function startRun(db: RegistryDatabase, { id, kind, name, spec }: RunRequest): Promise<Run> {
  const specHash = hashJson(spec);
  await db
    .insertInto("registry.run")
    .values({ id, kind, name, spec_hash: specHash, spec: canonicalJson(spec), state: "running", attempt: 1 })
    .onConflict((conflict) =>
      conflict
        .column("id")
        .doUpdateSet((run) => ({
          state: "running",
          attempt: run("registry.run.attempt", "+", 1),
          failure: null,
          ended_at: null,
        }))
        .where("registry.run.state", "<>", "finished")
        .where("registry.run.spec_hash", "=", specHash),
    )
    .execute();
  const row = await db.selectFrom("registry.run").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  if (row.spec_hash !== specHash) throw new AssayError(problems.RUN_MISMATCH(`run ${id}`, {}));
  return toRun(row);
}

type Ending = Pick<RegistryTables["registry.run"], "state" | "outcome" | "failure">;

async function endRun(db: RegistryDatabase, id: Hash, ending: Ending): Promise<Run> {
  await db
    .updateTable("registry.run")
    .set({ ...ending, ended_at: nowMicros })
    .where("id", "=", id)
    .where("state", "<>", "finished")
    .execute();
  const run = await findRun(db, id);
  if (run === undefined) throw new AssayError(problems.UNKNOWN_RUN(`run ${id}`, {}));
  return run;
}

async function findRun(db: RegistryDatabase, id: Hash): Promise<Run | undefined> {
  const row = await db.selectFrom("registry.run").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : toRun(row);
}

function toRun(row: Omit<RegistryTables["registry.run"], "started_at"> & { started_at: number }): Run {
  const { id, kind, name, state, attempt, failure } = row;
  const outcome: Json = row.outcome === null ? null : JSON.parse(row.outcome);
  const times = { startedAt: row.started_at, endedAt: row.ended_at };
  return { id, kind, name, spec: JSON.parse(row.spec), state, attempt, outcome, failure, ...times };
}
