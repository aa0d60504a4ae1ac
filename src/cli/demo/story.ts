// What the story leaves behind: `.assay/story.json`.

import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import type { EvaluationDocument, FairnessDocument } from "../../evaluate/index.ts";
import type { DecisionCounts } from "./prove.ts";

export interface Story {
  readonly commit: string;
  readonly seed: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number; readonly node: string };
  readonly seconds: number;
  readonly setupSeconds: number;
  readonly events: number;
  readonly borrowers: number;
  readonly features: number;
  readonly parity: { readonly values: number; readonly differences: number };
  readonly models: readonly StoryModel[];
  readonly chosen: string;
  readonly shadow: string | null;
  readonly decisions: DecisionCounts & { readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number };
  readonly replay: { readonly count: number; readonly differences: number };
  readonly replayFromHistory: { readonly count: number; readonly differences: number };
  readonly chain: { readonly records: number; readonly breaks: number; readonly tamperingFound: boolean };
  readonly fairness: FairnessDocument["rows"];
  readonly releaseMs: number;
  readonly rollbackMs: number;
  readonly dropped: number;
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

export function storyModels({ models }: EvaluationDocument): StoryModel[] {
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

export function machine(): Story["machine"] {
  const all = cpus();
  return { cpu: all[0]?.model ?? "unknown", cores: all.length, memoryGiB: Math.round(totalmem() / 2 ** 30), node: process.version };
}

/** The commit of the checkout, with a mark where files differ from it; "unknown" outside git. */
export function commit(): string {
  try {
    const cwd = fileURLToPath(new URL("../../../", import.meta.url));
    const git = (...args: string[]) => execFileSync("git", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    return git("rev-parse", "HEAD") + (git("status", "--porcelain") === "" ? "" : "+");
  } catch {
    return "unknown";
  }
}
