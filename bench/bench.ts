// What every bench gives: figures with their units, peers beside them on the same work, and a count of the values on which
// both agreed. A bench throws where two ways disagree; nobody asserts a time.

import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";

export type Size = "tiny" | "small";

export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The same work done another way: what it took, in the same unit, and how many times as much. */
  readonly peer?: { readonly what: string; readonly value: number; readonly ratio: number };
}

export interface Result {
  readonly figures: readonly Figure[];
  /** Values computed in two ways and found equal. */
  readonly agreed: number;
  readonly notes: readonly string[];
  /** The main figures by name, for whoever reads the JSON. */
  readonly summary?: object;
}

export interface Bench {
  readonly name: string;
  readonly work: string;
  run(size: Size, seed: string): Promise<Result>;
  /** The size that a goal is stated at, where `small` is not it: longer, and more memory. */
  full?(seed: string): Promise<Result>;
}

export interface Report extends Result {
  readonly bench: string;
  readonly work: string;
  readonly size: Size | "full";
  readonly seed: string;
  readonly commit: string;
  readonly machine: string;
  /** The whole run. */
  readonly benchSeconds: number;
}

export async function report(bench: Bench, size: Size | "full", seed: string): Promise<Report> {
  const beganMs = performance.now();
  const result = await (size === "full" ? bench.full!(seed) : bench.run(size, seed));
  const benchSeconds = (performance.now() - beganMs) / 1000;
  const about = { bench: bench.name, work: bench.work, size, seed, commit: commit(), machine: machine() };
  return { ...about, benchSeconds, ...result };
}

function machine(): string {
  const all = cpus();
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  return `${all[0]?.model.trim() ?? "unknown"}, ${all.length} cores, ${memoryGiB} GiB, Node ${process.version}`;
}

function commit(): string {
  const git = (...args: string[]) =>
    execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  try {
    const changed = git("status", "--porcelain", "--", "src", "bench").trim() !== "";
    return `${git("rev-parse", "--short", "HEAD").trim()}${changed ? " with changes" : ""}`;
  } catch {
    return "no repository";
  }
}

/** Lines for people. */
export function reportLines(report: Report): string[] {
  const figures = report.figures.map(({ what, value, unit, peer }) => {
    const beside = peer === undefined ? "" : `   ${peer.what} ${digits(peer.value)} (${peer.ratio.toFixed(2)}×)`;
    return `  ${what.padEnd(46)} ${digits(value).padStart(12)} ${unit}${beside}`;
  });
  return [
    `${report.bench} (${report.size}): ${report.work}`,
    ...figures,
    ...report.notes.map((note) => `  ${note}`),
    `  ${report.agreed.toLocaleString("en")} values equal in both ways`,
    `  commit ${report.commit}, seed ${report.seed}, ${report.benchSeconds.toFixed(1)} s; ${report.machine}`,
  ];
}

function digits(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString("en");
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** CPU seconds of this process that `work` takes, user and system. */
export function cpuSeconds(work: () => void): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

/** Takes turns, so that a busy moment of the machine falls on all; the median of each. */
export function medianCpuSeconds(rounds: number, works: readonly (() => void)[]): number[] {
  const taken = works.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, work] of works.entries()) taken[i]!.push(cpuSeconds(work));
  }
  return taken.map((seconds) => quantile(seconds, 0.5));
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

/** Microseconds of each call. */
export function callMicros(calls: number, work: (call: number) => void): number[] {
  return Array.from({ length: calls }, (_, call) => {
    const began = process.hrtime.bigint();
    work(call);
    return Number(process.hrtime.bigint() - began) / 1000;
  });
}
