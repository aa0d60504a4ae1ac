// The same 60 features as a person would ask DuckDB for them: one join of the rows asked about with the events before them,
// grouped by row, a FILTER for each window. Sums are over the stored cents, so that only the standard deviation may differ.

import { DuckDBInstance } from "@duckdb/node-api";
import { MICROS_PER_DAY } from "../src/base/index.ts";
import { windowDays } from "./window-features.ts";

const LARGE_CENTS = 20_000;
const CASH = 2;

function window(daysBack: number): string[] {
  const inside = `e._at >= s.t - ${daysBack * MICROS_PER_DAY}`;
  const where = (more = "") => `FILTER (${inside}${more})`;
  const sum = (of: string, more = "") => `sum(${of}) ${where(more)}::DOUBLE / 100`;
  const columns: { readonly [name: string]: string } = {
    count: `count(e._at) ${where()}`,
    sum: sum("e.amount"),
    mean: `sum(e.amount) ${where()}::DOUBLE / (count(e.amount) ${where()} * 100)`,
    min: `min(e.amount) ${where()}::DOUBLE / 100`,
    max: `max(e.amount) ${where()}::DOUBLE / 100`,
    stddev: `stddev_samp(e.amount) ${where()} / 100`,
    latest: `arg_max(e.amount, e._at) ${where()}::DOUBLE / 100`,
    feeSum: sum("e.fee"),
    feeMax: `max(e.fee) ${where()}::DOUBLE / 100`,
    largeCount: `count(*) ${where(` AND e.amount >= ${LARGE_CENTS}`)}`,
    largeSum: sum("e.amount", ` AND e.amount >= ${LARGE_CENTS}`),
    cashSum: sum("e.amount", ` AND e.kind = ${CASH}`),
    cashSeen: `(count(*) ${where(` AND e.kind = ${CASH}`)} > 0)::INTEGER`,
    kinds: `count(DISTINCT e.kind) ${where()}`,
    merchants: `count(DISTINCT e.merchant) ${where()}`,
  };
  return Object.entries(columns).map(
    ([name, expression]) => `(${expression})::DOUBLE AS "applicant.${name}${daysBack}"`,
  );
}

export interface SqlTimes {
  /** Seconds, wall and CPU of two threads. */
  readonly features: Taken;
  readonly scan: Taken;
  readonly scanAndSort: Taken;
}

export interface Taken {
  readonly wall: number;
  readonly cpu: number;
}

/** Parquet to Parquet; `events` and `spine` are files, `out` is a folder. */
export async function sqlBackFill(events: readonly string[], spine: string, out: string): Promise<SqlTimes> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "4GB", temp_directory: out });
  const connection = await instance.connect();
  const run = async (sql: string) => await taken(async () => void (await connection.run(sql)));
  const files = `read_parquet([${events.map((file) => `'${file}'`).join(", ")}])`;
  const scan = await run(`COPY (SELECT * FROM ${files}) TO '${out}/scan.parquet'`);
  const scanAndSort = await run(`COPY (SELECT * FROM ${files} ORDER BY _entity, _at) TO '${out}/sorted.parquet'`);
  const longest = Math.max(...windowDays) * MICROS_PER_DAY;
  const features = await run(
    `COPY (SELECT s.decision_id, ${windowDays.flatMap(window).join(", ")}
       FROM read_parquet('${spine}') s LEFT JOIN ${files} e
         ON e._entity = s.entity AND e._at < s.t AND e._at >= s.t - ${longest} AND e._known_at <= s.t AND e._retracted = 0
       GROUP BY s.decision_id ORDER BY s.decision_id) TO '${out}/sql.parquet'`,
  );
  connection.closeSync();
  instance.closeSync();
  return { features, scan, scanAndSort };
}

export async function taken(work: () => Promise<void>): Promise<Taken> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wall: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 };
}
