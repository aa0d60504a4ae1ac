// The same 60 features as a person who knows DuckDB would ask for them: one join of the rows asked about with the events
// before them, grouped by row, a FILTER for each window; different merchants are counted by when each was last seen, since
// DISTINCT with a FILTER took forty times as long. And the floors: what DuckDB needs to read the same files, and to sort them.

import { DuckDBInstance } from "@duckdb/node-api";
import { MICROS_PER_DAY } from "../src/base/index.ts";
import { windowDays } from "./window-features.ts";

const LARGE_CENTS = 20_000;
const CASH = 2;

function window(daysBack: number): string[] {
  const inside = `e._at >= e.t - ${daysBack * MICROS_PER_DAY}`;
  const where = (more = "") => `FILTER (${inside}${more})`;
  const sum = (of: string, more = "") => `sum(${of}) ${where(more)}::DOUBLE / 100`;
  const columns: { readonly [name: string]: string } = {
    count: `count(e._at) ${where()}`,
    sum: sum("e.amount"),
    mean: `sum(e.amount) ${where()}::DOUBLE / (count(e.amount) ${where()} * 100)`,
    min: `min(e.amount) ${where()}::DOUBLE / 100`,
    max: `max(e.amount) ${where()}::DOUBLE / 100`,
    stddev: `stddev_samp(e.amount) ${where()} / 100`,
    latest: `arg_max(e.amount, e.file_row_number) ${where()}::DOUBLE / 100`,
    feeSum: sum("e.fee"),
    feeMax: `max(e.fee) ${where()}::DOUBLE / 100`,
    largeCount: `count(*) ${where(` AND e.amount >= ${LARGE_CENTS}`)}`,
    largeSum: sum("e.amount", ` AND e.amount >= ${LARGE_CENTS}`),
    cashSum: sum("e.amount", ` AND e.kind = ${CASH}`),
    cashSeen: `(count(*) ${where(` AND e.kind = ${CASH}`)} > 0)::INTEGER`,
  };
  return Object.entries(columns).map(
    ([name, expression]) => `(${expression})::DOUBLE AS "applicant.${name}${daysBack}"`,
  );
}

function different(daysBack: number, what: string): string {
  return `count(*) FILTER (last >= t - ${daysBack * MICROS_PER_DAY})::DOUBLE AS "applicant.${what}s${daysBack}"`;
}

/** How many different values of a column each row saw in each window. */
function differentOf(column: string): string {
  const counts = windowDays.map((daysBack) => different(daysBack, column)).join(", ");
  return `SELECT decision_id, ${counts} FROM (
    SELECT decision_id, any_value(t) AS t, max(_at) AS last FROM seen GROUP BY decision_id, ${column}
  ) GROUP BY decision_id`;
}

function counted(column: string): string[] {
  return windowDays.map((daysBack) => {
    const name = `"applicant.${column}s${daysBack}"`;
    return `coalesce(${column[0]}.${name}, 0) AS ${name}`;
  });
}

/** Seconds of wall time, and of CPU over all threads. */
export interface Taken {
  readonly wall: number;
  readonly cpu: number;
}

const NUMBERS = ["_at", "_known_at", "_superseded_at", "_retracted", "_seq", "_offset", "amount", "fee", "kind"];
const TEXTS = ["_entity", "_source", "_event_id", "merchant"];
/** Sums, because a maximum would come out of the file's statistics. */
const ALL_COLUMNS = [...NUMBERS.map((name) => `sum(${name})`), ...TEXTS.map((name) => `sum(strlen(${name}))`)].join(
  ", ",
);
/** What a back-fill reads, in the order of contract 1. */
const SORTED = `SELECT _entity, _at, _known_at, _superseded_at, _retracted, amount, fee, kind, merchant FROM FILES
  ORDER BY _entity, _at, _source, _seq NULLS FIRST, _event_id, _known_at`;
const SORTED_COLUMNS = [
  ...["_at", "_known_at", "_superseded_at", "_retracted", "amount", "fee", "kind"].map((name) => `sum(${name})`),
  "sum(strlen(_entity))",
  "sum(strlen(merchant))",
].join(", ");

/** DuckDB with two threads over a folder of table files; spills into `scratch`. */
export class SqlPeer {
  readonly #instance: DuckDBInstance;

  private constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  static async open(scratch: string): Promise<SqlPeer> {
    const settings = { threads: "2", memory_limit: "6GB", temp_directory: scratch };
    return new SqlPeer(await DuckDBInstance.create(":memory:", settings));
  }

  /** Reading every column of the files. */
  async scan(events: string): Promise<Taken> {
    return await this.#run(`SELECT ${ALL_COLUMNS} FROM read_parquet('${events}')`);
  }

  /** Reading what a back-fill reads, in order. */
  async scanAndSort(events: string): Promise<Taken> {
    // DuckDB drops an order that its reader does not ask for, unless it is cut.
    const sorted = SORTED.replace("FILES", `read_parquet('${events}')`);
    return await this.#run(`SELECT ${SORTED_COLUMNS} FROM (${sorted} OFFSET 1)`);
  }

  /** Parquet to Parquet; the files hold each bucket in one run. */
  async backFill(events: string, spine: string, out: string): Promise<Taken> {
    const longest = Math.max(...windowDays) * MICROS_PER_DAY;
    return await this.#run(
      `COPY (
        WITH seen AS (
          SELECT s.decision_id, s.t, e._at, e.file_row_number, e.amount, e.fee, e.kind, e.merchant
          FROM read_parquet('${spine}') s JOIN read_parquet('${events}', file_row_number = true) e
            ON e._entity = s.entity AND e._at < s.t AND e._at >= s.t - ${longest} AND e._known_at <= s.t
              AND e._retracted = 0 AND (e._superseded_at IS NULL OR e._superseded_at > s.t)
        ), plain AS (
          SELECT s.decision_id, ${windowDays.flatMap(window).join(", ")}
          FROM read_parquet('${spine}') s LEFT JOIN seen e USING (decision_id) GROUP BY s.decision_id
        )
        SELECT plain.*, ${["kind", "merchant"].flatMap(counted).join(", ")}
        FROM plain LEFT JOIN (${differentOf("kind")}) k USING (decision_id)
          LEFT JOIN (${differentOf("merchant")}) m USING (decision_id)
        ORDER BY decision_id) TO '${out}'`,
    );
  }

  close(): void {
    this.#instance.closeSync();
  }

  async #run(sql: string): Promise<Taken> {
    const connection = await this.#instance.connect();
    try {
      return await taken(async () => void (await connection.run(sql)));
    } finally {
      connection.closeSync();
    }
  }
}

export async function taken(work: () => Promise<void>): Promise<Taken> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wall: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 };
}
