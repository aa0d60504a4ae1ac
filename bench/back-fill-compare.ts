// The bench's back-fill beside SQL, polars, pandas and the naive twin: value by value.

import { naiveFeatures } from "../src/compile/index.ts";
import { type ReadTable, readTable } from "../src/storage/index.ts";
import { eventsOf, type StreamsAsked, streamSchema } from "./table-streams.ts";
import { spendingSet } from "./window-features.ts";

export interface Compared {
  agreed: number;
  mismatches: number;
  /** The first of them. */
  example: string | null;
  rows: number;
}

/** Files with `decision_id` and a column `applicant.NAME` a feature. */
export interface ComparedFiles {
  readonly ours: string;
  readonly ofRuns: string;
  readonly sql: string;
  readonly peers: readonly { readonly engine: string; readonly file: string }[];
}

export async function compareAll(files: ComparedFiles, streams: StreamsAsked): Promise<Compared> {
  const mine = await readValues(files.ours);
  const compared: Compared = { agreed: 0, mismatches: 0, example: null, rows: mine.rows };
  compare(compared, mine, await readValues(files.ofRuns), { peer: "several runs", near: () => 0 });
  const sql = await readValues(files.sql);
  compare(compared, mine, sql, { peer: "SQL", near: (name) => (name.startsWith("stddev") ? NEAR : 0) });
  for (const { engine, file } of files.peers) {
    compare(compared, mine, await readValues(file), { peer: engine, near: () => NEAR });
  }
  compareWithNaive(compared, mine, streams);
  return compared;
}

const names = spendingSet.features.map(({ name }) => name);

async function readValues(file: string): Promise<ReadTable> {
  const { columns } = await readTable([file], { columns: ["decision_id"] });
  const values = await readTable([file], { columns: names.map((name) => `applicant.${name}`) });
  const t = await readTable([file], { columns: ["t"] }).catch(() => ({ columns: {} }));
  return { rows: values.rows, columns: { ...columns, ...values.columns, ...t.columns } };
}

const column = (table: ReadTable, name: string) => table.columns[name]!.values as ArrayLike<number>;
const ids = (table: ReadTable) => table.columns["decision_id"]!.values as readonly string[];

/** How far off, relatively, peers may be that compute in floats: SQL the standard deviation, polars and pandas all. */
const NEAR = 1e-9;

interface Peer {
  readonly peer: string;
  readonly near: (name: string) => number;
}

function compare(into: Compared, ours: ReadTable, theirs: ReadTable, { peer, near }: Peer): void {
  const rowOf = new Map(ids(theirs).map((id, row) => [id, row]));
  for (const name of names) {
    const [mine, other] = [column(ours, `applicant.${name}`), column(theirs, `applicant.${name}`)];
    const close = near(name);
    for (const [row, id] of ids(ours).entries()) {
      const [a, b] = [mine[row]!, other[rowOf.get(id)!]!];
      tally(
        into,
        Object.is(a, b) || Math.abs(a - b) <= close * Math.abs(a),
        () => `${name} of ${id}: ${a}, ${peer} ${b}`,
      );
    }
  }
}

function tally(into: Compared, same: boolean, say: () => string): void {
  if (same) into.agreed++;
  else {
    into.mismatches++;
    into.example ??= say();
  }
}

/** The naive twin on the first rows: every bit. */
function compareWithNaive(into: Compared, ours: ReadTable, streams: StreamsAsked): void {
  const instants = column(ours, "t");
  for (const [row, id] of ids(ours).slice(0, 60).entries()) {
    const history = eventsOf(id.slice(0, id.lastIndexOf("-")), streams);
    const expected = naiveFeatures(spendingSet, streamSchema, history, instants[row]!, {});
    for (const name of names) {
      const wanted = expected[name]!;
      const got = column(ours, `applicant.${name}`)[row]!;
      const same = typeof wanted === "number" ? Object.is(got, wanted) : Number.isNaN(got);
      tally(into, same, () => `${name} of ${id}: ${got}, naive ${JSON.stringify(wanted)}`);
    }
  }
}
