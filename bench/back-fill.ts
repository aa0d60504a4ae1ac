import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { invariant } from "../src/base/index.ts";
import { naiveFeatures } from "../src/compile/index.ts";
import { currentSnapshot } from "../src/history/index.ts";
import { type ReadTable, readTable, writeTable } from "../src/storage/index.ts";
import { type BackFillTaken, backFillApart } from "./back-fill-request.ts";
import { SqlPeer, type Taken } from "./back-fill-sql.ts";
import type { Bench, Figure, Result, Size } from "./bench.ts";
import { peerPython } from "./peer-environment.ts";
import { eventsOf, type StreamsAsked, spineOf, streamSchema, writeStreams } from "./table-streams.ts";
import { spendingSet, windowDays } from "./window-features.ts";

interface Plan {
  readonly entities: number;
  readonly medianEvents: number;
  /** Two pay from about a million rows on. */
  readonly workers: number;
  readonly peers: readonly ("polars" | "pandas")[];
}

const plan: { readonly [size in Size | "full"]: Plan } = {
  tiny: { entities: 30, medianEvents: 20, workers: 1, peers: [] },
  small: { entities: 5_000, medianEvents: 97, workers: 1, peers: ["polars", "pandas"] },
  full: { entities: 100_000, medianEvents: 97, workers: 2, peers: ["polars"] },
};
/** Files a bucket of the store that is not compacted. */
const RUNS = 4;

/** CPU seconds are of all threads and processes; null where the peer was not asked. */
export interface BackFillResult extends Result {
  readonly events: number;
  readonly rows: number;
  readonly features: number;
  /** From one run a bucket, and from several. */
  readonly cpuSeconds: number;
  readonly cpuSecondsOfRuns: number;
  readonly floorScanCpuSeconds: number;
  readonly floorScanSortCpuSeconds: number;
  readonly polarsCpuSeconds: number | null;
  readonly pandasCpuSeconds: number | null;
  readonly duckdbCpuSeconds: number;
  /** One run a bucket beside reading all columns. */
  readonly ratioToScan: number;
  /** Several runs a bucket beside reading and sorting them. */
  readonly ratioToScanSort: number;
  /** How many times as long polars takes. */
  readonly ratioPolars: number | null;
  readonly peakRssBytes: number;
  /** Values that differ from SQL, polars or the naive twin. */
  readonly mismatches: number;
}

/** A point-in-time training set from table files, and the same in SQL, polars and pandas. */
export const backFillBench: Bench = {
  name: "backfill",
  work: "60 exact window features at 3 instants of each borrower, Parquet to Parquet, 2 threads; floors and peers beside it",
  run: (size, seed) => measured(plan[size], seed),
  full: (seed) => measured(plan.full, seed),
};

async function measured(asked: Plan, seed: string): Promise<BackFillResult> {
  const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
  try {
    return await measureIn(folder, asked, { ...asked, seed, runs: 1 });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureIn(folder: string, asked: Plan, streams: StreamsAsked): Promise<BackFillResult> {
  const [clustered, runs] = [join(folder, "clustered"), join(folder, "runs")];
  await writeStreams(clustered, streams);
  await writeStreams(runs, { ...streams, runs: RUNS });
  const { workers } = asked;
  const ours = backFillApart({ history: clustered, out: join(folder, "datasets"), streams, workers });
  const ofRuns = backFillApart({ history: runs, out: join(folder, "datasets-of-runs"), streams, workers });
  const sql = await askSql(folder, clustered, runs, await writeSpine(folder, streams));
  const peers = asked.peers.map((engine) => askPeer(folder, clustered, engine));
  const compared = await compareAll(folder, { ours, ofRuns, peers }, streams);
  return resultOf(await eventsIn(clustered), { ours, ofRuns, sql, peers }, compared);
}

async function eventsIn(history: string): Promise<number> {
  const snapshot = await currentSnapshot(history);
  return snapshot!.manifest.events["purchase"]!.files.reduce((sum, { rows }) => sum + rows, 0);
}

const filesOf = (history: string) => join(history, "tables", "purchase", "*.parquet");

interface SqlTimes {
  readonly features: Taken;
  readonly scan: Taken;
  readonly scanAndSort: Taken;
}

async function askSql(folder: string, clustered: string, runs: string, spine: string): Promise<SqlTimes> {
  const peer = await SqlPeer.open(folder);
  try {
    const scan = await peer.scan(filesOf(clustered));
    const scanAndSort = await peer.scanAndSort(filesOf(runs));
    const features = await peer.backFill(filesOf(clustered), spine, join(folder, "sql.parquet"));
    return { features, scan, scanAndSort };
  } finally {
    peer.close();
  }
}

async function writeSpine(folder: string, streams: StreamsAsked): Promise<string> {
  const spine = spineOf(streams);
  const written = await writeTable(join(folder, "spine.parquet"), [
    { name: "decision_id", type: "varchar", values: spine.map(({ decisionId }) => decisionId) },
    { name: "entity", type: "varchar", values: spine.map(({ parties }) => parties["applicant"]!) },
    { name: "t", type: "bigint", values: Float64Array.from(spine, ({ t }) => t) },
  ]);
  return written.path;
}

// ---- polars and pandas, in an environment of their own

const PEERS = ["polars==1.44.2", "pandas==3.0.6", "pyarrow==26.0.1"];

interface PeerTaken extends Taken {
  readonly engine: "polars" | "pandas";
  readonly file: string;
  readonly memory: number;
  readonly version: string;
}

function askPeer(folder: string, history: string, engine: PeerTaken["engine"]): PeerTaken {
  const python = peerPython("polars-1.44.2", PEERS);
  const script = fileURLToPath(new URL("./back-fill-peer.py", import.meta.url));
  const file = join(folder, `${engine}.parquet`);
  const args = [script, engine, filesOf(history), join(folder, "spine.parquet"), file, windowDays.join(",")];
  const env = { ...process.env, POLARS_MAX_THREADS: "2" };
  const said = execFileSync(python, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  return {
    ...(JSON.parse(said.trim().split("\n").at(-1)!) as Taken & { memory: number; version: string }),
    engine,
    file,
  };
}

// ---- the same values?

interface Compared {
  agreed: number;
  mismatches: number;
  /** The first of them. */
  example: string | null;
  rows: number;
}

interface Files {
  readonly ours: BackFillTaken;
  readonly ofRuns: BackFillTaken;
  readonly peers: readonly PeerTaken[];
}

async function compareAll(folder: string, { ours, ofRuns, peers }: Files, streams: StreamsAsked): Promise<Compared> {
  const mine = await readValues(ours.file);
  const compared: Compared = { agreed: 0, mismatches: 0, example: null, rows: mine.rows };
  compare(compared, mine, await readValues(ofRuns.file), { peer: "several runs", near: () => 0 });
  const sql = await readValues(join(folder, "sql.parquet"));
  compare(compared, mine, sql, { peer: "SQL", near: (name) => (name.startsWith("stddev") ? NEAR : 0) });
  for (const { engine, file } of peers)
    compare(compared, mine, await readValues(file), { peer: engine, near: () => NEAR });
  compareWithNaive(compared, mine, streams);
  invariant(compared.mismatches === 0, `${compared.mismatches} values differ: ${compared.example}`);
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

// ---- what is said of it

interface Measured extends Files {
  readonly sql: SqlTimes;
}

function resultOf(events: number, { ours, ofRuns, sql, peers }: Measured, compared: Compared): BackFillResult {
  const cpuOf = (engine: PeerTaken["engine"]) => peers.find((peer) => peer.engine === engine)?.cpu ?? null;
  const polars = cpuOf("polars");
  return {
    events,
    rows: compared.rows,
    features: names.length,
    cpuSeconds: ours.cpu,
    cpuSecondsOfRuns: ofRuns.cpu,
    floorScanCpuSeconds: sql.scan.cpu,
    floorScanSortCpuSeconds: sql.scanAndSort.cpu,
    polarsCpuSeconds: polars,
    pandasCpuSeconds: cpuOf("pandas"),
    duckdbCpuSeconds: sql.features.cpu,
    ratioToScan: ours.cpu / sql.scan.cpu,
    ratioToScanSort: ofRuns.cpu / sql.scanAndSort.cpu,
    ratioPolars: polars === null ? null : polars / ours.cpu,
    peakRssBytes: Math.max(ours.peakBytes, ofRuns.peakBytes),
    mismatches: compared.mismatches,
    agreed: compared.agreed,
    figures: figuresOf({ ours, ofRuns, sql, peers }, compared.rows),
    notes: [
      `${events.toLocaleString("en")} events, ${compared.rows.toLocaleString("en")} rows with an outcome; ours judges the label too.`,
      `At most ${gib(ours.peakBytes)} from one run a bucket, ${gib(ofRuns.peakBytes)} from ${RUNS}.`,
      ...peers.map(
        ({ engine, version, wall, memory }) => `${engine} ${version}: ${wall.toFixed(1)} s, ${gib(memory)}.`,
      ),
    ],
  };
}

function figuresOf({ ours, ofRuns, sql, peers }: Measured, rows: number): Figure[] {
  const beside = (what: string, cpu: number, value: number) => ({ what, value: cpu, ratio: value / cpu });
  const figure = (what: string, value: number, peer: string, cpu: number): Figure => ({
    what,
    value,
    unit: "CPU s",
    peer: beside(peer, cpu, value),
  });
  return [
    figure("back-fill from one run a bucket", ours.cpu, "scan", sql.scan.cpu),
    figure(`from ${RUNS} runs a bucket`, ofRuns.cpu, "scan + sort", sql.scanAndSort.cpu),
    figure("beside SQL", ours.cpu, "DuckDB SQL", sql.features.cpu),
    ...peers.map(({ engine, cpu }) => figure(`beside ${engine}`, ours.cpu, engine, cpu)),
    { what: "wall", value: ours.wall, unit: "s", peer: beside("DuckDB SQL", sql.features.wall, ours.wall) },
    { what: "values per CPU second", value: (rows * names.length) / ours.cpu, unit: "values/s" },
  ];
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
