import { execFileSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { invariant } from "../src/base/index.ts";
import { adjustedForMany, sketchOf } from "../src/evaluate/index.ts";
import {
  type ColumnProfile,
  compareValue,
  driftVerdict,
  FALSE_ALARM_RATE,
  type ValueDrift,
} from "../src/monitoring/index.ts";
import { type Bench, cpuSeconds, type Figure, type Result } from "./bench.ts";
import { columnOf, hasMoved, type Side } from "./drift-columns.ts";

const plan = {
  tiny: { rows: 2_000, features: 20, clean: { reports: 20, rows: 100, features: 20 }, peer: false },
  small: { rows: 50_000, features: 200, clean: { reports: 400, rows: 500, features: 200 }, peer: true },
  full: { rows: 1_000_000, features: 200, clean: { reports: 1_000, rows: 500, features: 200 }, peer: true },
};

/** What a run says of itself beside its figures. Seconds are of CPU, one thread; null where Evidently was not asked. */
export interface DriftResult extends Result {
  readonly rows: number;
  readonly features: number;
  /** From columns to verdicts, against a profile that was drawn before. */
  readonly seconds: number;
  readonly evidentlySeconds: number | null;
  /** Fewer than `rows` where it ran out of the memory it was given. */
  readonly evidentlyRows: number | null;
  /** Share of clean reports in which any value was called moved, of whatever size. */
  readonly falseAlarmRate: number;
  readonly statedRate: number;
}

/** Drift of many columns, each against its profile and corrected for all; Evidently on the same columns. */
export const driftBench: Bench = {
  name: "drift",
  work: "from columns to verdicts on every feature, corrected for how many; Evidently's drift preset beside it",
  run: (size, seed) => measureDrift(plan[size], seed),
  full: (seed) => measureDrift(plan.full, seed),
};

async function measureDrift(
  { rows, features, clean, peer }: (typeof plan)["full"],
  seed: string,
): Promise<DriftResult> {
  const folder = mkdtempSync(join(tmpdir(), "assay-bench-drift-"));
  try {
    const ours = measure(rows, features, seed, peer ? folder : null);
    const asPlanted = checkVerdicts(ours.drifts);
    const theirs = peer ? askEvidently(folder, rows, features) : null;
    const distances = theirs === null || theirs.rows < rows ? 0 : checkDistances(ours.drifts, theirs);
    const falseAlarmRate = alarmsOfClean(clean, seed);
    return {
      rows,
      features,
      seconds: ours.seconds,
      evidentlySeconds: theirs?.seconds ?? null,
      evidentlyRows: theirs?.rows ?? null,
      falseAlarmRate,
      statedRate: FALSE_ALARM_RATE,
      figures: figuresOf(ours, theirs, falseAlarmRate, clean),
      agreed: asPlanted + distances,
      notes: notesOf(theirs, rows),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Measured {
  readonly drifts: readonly ValueDrift[];
  /** Drawing the profile; columns to verdicts. */
  readonly profileSeconds: number;
  readonly seconds: number;
}

/** One feature at a time, so that memory is that of a column. `folder`: where both sides are written for Evidently. */
function measure(rows: number, features: number, seed: string, folder: string | null): Measured {
  let [profileSeconds, seconds] = [0, 0];
  const compared = Array.from({ length: features }, (_, feature) => {
    const [reference, current] = (["reference", "current"] as const).map((side) => {
      const moved = side === "current" && hasMoved(feature, features);
      const column = columnOf(feature, rows, `${seed}/${side}`, moved);
      if (folder !== null) append(folder, side, column);
      return column;
    });
    let profile: ColumnProfile;
    profileSeconds += cpuSeconds(() => {
      profile = profileOf(reference!);
    });
    let drift: ReturnType<typeof compareValue>;
    seconds += cpuSeconds(() => {
      drift = compareValue(`f${feature}`, profile, profileOf(current!));
    });
    return drift!;
  });
  let drifts: readonly ValueDrift[] = [];
  seconds += cpuSeconds(() => {
    drifts = judged(compared);
  });
  return { drifts, profileSeconds, seconds };
}

function profileOf(column: Float64Array): ColumnProfile {
  const sketch = sketchOf(column);
  return { sketch, missing: sketch.n === column.length ? {} : { "no history": column.length - sketch.n } };
}

function judged(compared: readonly ReturnType<typeof compareValue>[]): ValueDrift[] {
  const adjusted = adjustedForMany(compared.map(({ p }) => p));
  return compared.map((one, i) => {
    const drift = { ...one, adjustedP: adjusted[i]! };
    return { ...drift, verdict: driftVerdict(drift, FALSE_ALARM_RATE) };
  });
}

function append(folder: string, side: Side, column: Float64Array): void {
  const file = openSync(join(folder, `${side}.f64`), "a");
  writeSync(file, new Uint8Array(column.buffer));
  closeSync(file);
}

function checkVerdicts(drifts: readonly ValueDrift[]): number {
  drifts.forEach(({ name, verdict }, feature) => {
    const moved = hasMoved(feature, drifts.length);
    invariant((verdict === "drifted") === moved, `${name} is called ${verdict}; it ${moved ? "was" : "was not"} moved`);
  });
  return drifts.length;
}

/** Of clean draws against one profile of twenty times as many rows. */
function alarmsOfClean({ reports, rows, features }: (typeof plan)["tiny"]["clean"], seed: string): number {
  const profile = Array.from({ length: features }, (_, feature) =>
    profileOf(columnOf(feature, rows * 20, `${seed}/clean`, false)),
  );
  let alarms = 0;
  for (let report = 0; report < reports; report++) {
    const drifts = judged(
      profile.map((reference, feature) =>
        compareValue(`f${feature}`, reference, profileOf(columnOf(feature, rows, `${seed}/clean/${report}`, false))),
      ),
    );
    if (drifts.some(({ verdict }) => verdict === "small" || verdict === "drifted")) alarms++;
  }
  return alarms / reports;
}

// ---- Evidently, in an environment of its own

const EVIDENTLY = ["evidently==0.7.23", "pandas==2.3.3"];
const root = fileURLToPath(new URL("..", import.meta.url));
const environment = join(root, ".assay", "bench", "evidently-0.7.23");
const python = join(environment, "bin", "python");

interface PeerAnswer {
  readonly rows: number;
  readonly seconds: number;
  readonly methods: readonly string[];
  readonly distances: readonly number[];
  readonly thresholds: readonly number[];
  /** Bytes, at most. */
  readonly memory: number;
  readonly versions: { readonly [name: string]: string };
}

function askEvidently(folder: string, rows: number, features: number): PeerAnswer {
  prepareEvidently();
  const oneThread = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  const env = { ...process.env, ...oneThread, DO_NOT_TRACK: "1", PYTHONWARNINGS: "ignore" };
  const script = fileURLToPath(new URL("./drift-peer.py", import.meta.url));
  const said = execFileSync(python, [script, folder, String(rows), String(features)], {
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(said.trim().split("\n").at(-1)!) as PeerAnswer;
}

function prepareEvidently(): void {
  if (existsSync(python)) return;
  const own = join(root, ".assay", "uv", "bin", "uv");
  const uv = existsSync(own) ? own : "uv";
  mkdirSync(join(root, ".assay", "bench"), { recursive: true });
  execFileSync(uv, ["venv", "--quiet", "--python", join(root, ".venv", "bin", "python"), environment]);
  execFileSync(uv, ["pip", "install", "--quiet", "--python", python, ...EVIDENTLY]);
}

/** A sketch cuts values to a 256th, and a column's deviation is about one: distances may differ by so much. */
const APART = 0.02;

function checkDistances(drifts: readonly ValueDrift[], { methods, distances }: PeerAnswer): number {
  let equal = 0;
  drifts.forEach(({ name, wasserstein }, i) => {
    if (methods[i] !== "Wasserstein distance (normed)") return;
    const apart = Math.abs(wasserstein! - distances[i]!);
    invariant(apart <= APART, `the distance of ${name} is ${wasserstein}, Evidently's ${distances[i]}`);
    equal++;
  });
  return equal;
}

function figuresOf(
  { seconds, profileSeconds }: Measured,
  theirs: PeerAnswer | null,
  falseAlarmRate: number,
  clean: (typeof plan)["tiny"]["clean"],
): Figure[] {
  const both = seconds + profileSeconds;
  const beside = (value: number) => {
    if (theirs === null) return {};
    const what = `Evidently, ${theirs.rows.toLocaleString("en")} rows`;
    return { peer: { what, value: theirs.seconds, ratio: value / theirs.seconds } };
  };
  const about = `${clean.reports} clean reports of ${clean.rows} rows, ${clean.features} features`;
  return [
    { what: "columns to verdicts", value: seconds, unit: "CPU s", ...beside(seconds) },
    { what: "the same, and drawing the profile", value: both, unit: "CPU s", ...beside(both) },
    { what: `alarms in ${about}`, value: falseAlarmRate * 100, unit: `% (stated: ${FALSE_ALARM_RATE * 100})` },
  ];
}

function notesOf(theirs: PeerAnswer | null, rows: number): string[] {
  if (theirs === null) return ["Evidently is not asked at this size."];
  const versions = Object.entries(theirs.versions).map(([name, version]) => `${name} ${version}`);
  const called = theirs.distances.filter((distance, i) => distance >= theirs.thresholds[i]!).length;
  return [
    `${versions.join(", ")}: one thread, at most ${(theirs.memory / 2 ** 30).toFixed(1)} GiB, calls ${called} columns drifted.`,
    ...(theirs.rows < rows
      ? [`Given 10 GiB, it ran out of memory on ${rows} rows and was asked about ${theirs.rows}.`]
      : []),
    "Evidently reads the reference's rows each time; a profile is drawn once a bundle.",
  ];
}
