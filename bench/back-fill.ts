import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { invariant } from "../src/base/index.ts";
import { currentSnapshot } from "../src/history/index.ts";
import { writeTable } from "../src/storage/index.ts";
import { type Compared, compareAll } from "./back-fill-compare.ts";
import { type BackFillTaken, backFillApart } from "./back-fill-request.ts";
import { SqlPeer, type Taken } from "./back-fill-sql.ts";
import type { Bench, Figure, Result, Size } from "./bench.ts";
import { peerPython } from "./peer-environment.ts";
import { type StreamsAsked, spineOf, writeStreams } from "./table-streams.ts";
import { spendingSet, windowDays } from "./window-features.ts";

interface Plan {
  readonly entities: number;
  readonly medianEvents: number;
  /** At most; few events are worked on in place. */
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
  const files = { ours: ours.file, ofRuns: ofRuns.file, sql: join(folder, "sql.parquet"), peers };
  const compared = await compareAll(files, streams);
  invariant(compared.mismatches === 0, `${compared.mismatches} values differ: ${compared.example}`);
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

// ---- what is said of it

interface Measured {
  readonly ours: BackFillTaken;
  readonly ofRuns: BackFillTaken;
  readonly sql: SqlTimes;
  readonly peers: readonly PeerTaken[];
}

function resultOf(events: number, { ours, ofRuns, sql, peers }: Measured, compared: Compared): BackFillResult {
  const cpuOf = (engine: PeerTaken["engine"]) => peers.find((peer) => peer.engine === engine)?.cpu ?? null;
  const polars = cpuOf("polars");
  return {
    events,
    rows: compared.rows,
    features: spendingSet.features.length,
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
    { what: "values per CPU second", value: (rows * spendingSet.features.length) / ours.cpu, unit: "values/s" },
  ];
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
