// What the story leaves behind: `story.json` in the state folder, and the last lines on the terminal.

import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import type { EvaluationDocument, FairnessDocument } from "../../evaluate/index.ts";
import { thousands } from "../terminal.ts";
import type { DecisionCounts } from "./count-decisions.ts";
import type { LoadReport } from "./decide-load.ts";
import type { Guarded } from "./guard.ts";
import type { Learnt } from "./learn.ts";
import type { Evidence } from "./prepare-bundle.ts";
import type { Proof } from "./prove.ts";
import type { Watched } from "./watch.ts";

export interface Story {
  readonly commit: string;
  readonly seed: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number; readonly node: string };
  readonly seconds: number;
  readonly setupSeconds: number;
  readonly events: number;
  readonly borrowers: number;
  readonly features: number;
  readonly parity: Proof["parity"];
  readonly models: readonly StoryModel[];
  readonly chosen: string;
  readonly shadow: string | null;
  readonly decisions: DecisionCounts & Pick<LoadReport, "perSecond" | "p50Ms" | "p99Ms">;
  readonly replay: Proof["replay"];
  readonly replayFromHistory: Proof["replay"];
  readonly chain: Proof["chain"];
  readonly fairness: FairnessDocument["rows"];
  readonly releaseMs: number;
  readonly rollbackMs: number;
  readonly dropped: number;
  readonly drift: Watched;
  readonly learning: Learnt;
  readonly autoRollback: Pick<Guarded, "ms" | "dropped">;
}

interface StoryModel {
  readonly name: string;
  readonly auc: number | null;
  readonly aucLow: number | null;
  readonly aucHigh: number | null;
  readonly aucNotLate: number | null;
  readonly ks: number | null;
  readonly brier: number | null;
}

/** What the steps found. */
export interface Told extends Evidence, Pick<Story, "drift" | "learning" | "autoRollback"> {
  readonly events: number;
  readonly borrowers: number;
  readonly features: number;
  readonly load: LoadReport;
  readonly counts: DecisionCounts;
  readonly proof: Proof;
  readonly seconds: number;
}

export function storyOf(told: Told): Story {
  const { events, borrowers, features, evaluation, fairness, load, counts, proof, seconds } = told;
  const { parity, replay, replayFromHistory, chain } = proof;
  const { drift, learning, autoRollback } = told;
  const { perSecond, p50Ms, p99Ms, releaseMs, rollbackMs, dropped } = load;
  return {
    commit: commit(),
    seed: evaluation.seed,
    machine: machine(),
    seconds,
    setupSeconds: setupSeconds(),
    events,
    borrowers,
    features,
    parity,
    models: storyModels(evaluation),
    chosen: evaluation.choice.chosen,
    shadow: evaluation.choice.runnerUp,
    decisions: { ...counts, perSecond, p50Ms, p99Ms },
    replay,
    replayFromHistory,
    chain,
    fairness: fairness.rows,
    releaseMs,
    rollbackMs,
    dropped,
    drift,
    learning,
    autoRollback,
  };
}

function storyModels({ models }: EvaluationDocument): StoryModel[] {
  return models.map((model) => ({
    name: model.name,
    auc: model.auc.value,
    aucLow: model.auc.low,
    aucHigh: model.auc.high,
    aucNotLate: model.aucWithin.value,
    ks: model.ks.value,
    brier: model.brier.value,
  }));
}

/** Set-up says when it began; 0 where nothing was set up. */
function setupSeconds(): number {
  const startedMs = process.env["ASSAY_SETUP_STARTED_MS"];
  return startedMs === undefined ? 0 : (performance.timeOrigin - Number(startedMs)) / 1000;
}

function machine(): Story["machine"] {
  const all = cpus();
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  return { cpu: all[0]?.model ?? "unknown", cores: all.length, memoryGiB, node: process.version };
}

/** The commit of the checkout, with a mark where files differ from it; "unknown" outside git. */
function commit(): string {
  const cwd = fileURLToPath(new URL("../../../", import.meta.url));
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return git("rev-parse", "HEAD") + (git("status", "--porcelain") === "" ? "" : "+");
  } catch {
    return "unknown";
  }
}

/** Whether everything that was promised holds. */
export function holds(story: Story): boolean {
  const { parity, replay, replayFromHistory, chain, decisions, dropped, autoRollback } = story;
  const differences = parity.differences + replay.differences + replayFromHistory.differences;
  const lost = dropped + autoRollback.dropped;
  return differences + chain.breaks + decisions.withoutReason + lost === 0 && chain.tamperingFound;
}

/** The targets, printed and never asserted where they are times. */
export function verdicts(story: Story, { againstReference }: EvaluationDocument, file: string): string[] {
  const { approved, counterOffered, referred, declined, withoutReason } = story.decisions;
  const difference = againstReference.difference ?? Number.NaN;
  const auc = `${difference >= 0 ? "+" : ""}${difference.toFixed(4)} AUC`;
  const error = (againstReference.standardError ?? 0).toFixed(4);
  return [
    "",
    `  ${thousands(approved)} approved, ${thousands(counterOffered)} counter-offers, ${thousands(referred)} referred, ${thousands(declined)} declined; ${withoutReason} adverse decisions without a true reason.`,
    `  ${story.chosen} against the reference on test: ${auc} (standard error ${error}): ${againstReference.within ? "within" : "OUTSIDE"} the allowance.`,
    `  The story took ${story.seconds.toFixed(0)} s after ${story.setupSeconds.toFixed(0)} s of set-up. Figures: ${file}.`,
  ];
}
