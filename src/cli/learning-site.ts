// What the worker and the book of loops stand on, wired from a workspace and this machine.

import { setTimeout as sleep } from "node:timers/promises";
import { AssayError, isAssayError } from "../base/index.ts";
import type { BuiltDataset } from "../datasets/index.ts";
import { currentSnapshot, readSnapshot, type Snapshot } from "../history/index.ts";
import {
  bakesOver,
  learningProblems,
  openLoopJudge,
  planSeason,
  type WorkerSite,
  waitsOver,
  withDefaults,
} from "../learning/index.ts";
import { forwardAlerts, webhookOver } from "../monitoring/index.ts";
import type { Registry } from "../registry/index.ts";
import { decisionClock, type Workspace } from "../workspace/index.ts";
import type { CommandContext } from "./command-context.ts";
import { problems } from "./errors.ts";
import { judgement } from "./evaluation-settings.ts";
import { workspaceBook } from "./loop-book.ts";
import { drawLatestReport, keepSiteReport, monitorSite } from "./monitor-site.ts";
import { watchParity } from "./parity-site.ts";
import { seasonSite } from "./season-site.ts";

const POLL_MS = 200;
/** Triggers read every outcome, and reports every decision: once in so long is often enough. */
const SELDOM_MS = 60_000;
const STEP_MINUTES = 240;
/** Decisions that a report on a schedule looks at. */
export const REPORTED_DECISIONS = 20_000;

/** Throws ASSAY_LEARNING_NOT_DECLARED. */
export async function workerSite({ terminal, signal }: CommandContext, workspace: Workspace): Promise<WorkerSite> {
  const { config } = workspace.found;
  if (config.learning === undefined) throw new AssayError(learningProblems.NOT_DECLARED("the worker"));
  const declaration = withDefaults(config.learning);
  const { catalogue } = await workspace.checkedDefinitions();
  const plan = planSeason(catalogue, declaration.bundle);
  const metadata = await workspace.metadata();
  const season = await seasonSite(workspace, { progress: terminal.progress, signal });
  const { registry } = season;
  const records = await workspace.records();
  const judgementOf = (dataset: BuiltDataset) => judgement(workspace, dataset);
  return {
    metadata,
    plan,
    declaration,
    registry,
    records,
    book: await workspaceBook(workspace),
    waits: waitsOver(metadata),
    bakes: bakesOver(metadata),
    judge: openLoopJudge({ plan, declaration, records, judgement: judgementOf }),
    season,
    judgement: judgementOf,
    seal: (stop) => sealedSnapshot(workspace, registry, stop),
    snapshot: (hash) => snapshotNamed(workspace, hash),
    latestSnapshot: () => currentSnapshot(workspace.folder("history")),
    clock: decisionClock(config),
    watch: watching(workspace),
    pollMillis: POLL_MS,
    triggerMillis: SELDOM_MS,
    stepMinutes: STEP_MINUTES,
    tell: terminal.say,
  };
}

/** A service that begins has taken history before it says that it is alive. */
const BEGINNING_MS = 30_000;

/** The service alone writes history: where one is alive it is asked, else it is done here. */
async function sealedSnapshot(workspace: Workspace, registry: Registry, signal: AbortSignal): Promise<Snapshot> {
  for (let waitedMs = 0; (await registry.services()).length === 0; waitedMs += POLL_MS) {
    const sealed = await sealedHere(workspace, waitedMs >= BEGINNING_MS);
    if (sealed !== undefined) return sealed;
    await sleep(POLL_MS, undefined, { signal });
  }
  const request = await registry.requestSnapshot();
  for (;;) {
    const answer = await registry.snapshotAnswer(request);
    if (answer !== undefined && "snapshot" in answer) return await snapshotNamed(workspace, answer.snapshot);
    if (answer !== undefined) throw new AssayError(problems.STEP_FAILED("the snapshot", { why: answer.failure }));
    // One that ended meanwhile leaves nobody to answer.
    if ((await registry.services()).length === 0) return await sealedSnapshot(workspace, registry, signal);
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** `undefined` where another process has history, which is an error only once it should have said that it serves. */
async function sealedHere(workspace: Workspace, isLate: boolean): Promise<Snapshot | undefined> {
  try {
    await (await workspace.history()).seal();
    return await workspace.snapshot();
  } catch (error) {
    if (isLate || !isAssayError(error) || error.code !== "ASSAY_HISTORY_LOCKED") throw error;
    return undefined;
  } finally {
    await workspace.closeHistory();
  }
}

async function snapshotNamed(workspace: Workspace, hash: string): Promise<Snapshot> {
  try {
    return await readSnapshot(workspace.folder("history"), hash);
  } catch (error) {
    if (!isAssayError(error) || error.code !== "ASSAY_HISTORY_UNKNOWN_SNAPSHOT") throw error;
    throw new AssayError(learningProblems.SNAPSHOT_LOST(`snapshot ${hash}`), { cause: error });
  }
}

/** Reports as often as declared, a share of decisions computed again after each seal, and alerts told to a webhook. */
function watching(workspace: Workspace): (signal: AbortSignal) => Promise<void> {
  const declaration = workspace.found.config.monitoring ?? {};
  const everyMillis = (declaration.everyMinutes ?? Number.POSITIVE_INFINITY) * 60_000;
  let reportedAt = performance.now();
  return async () => {
    if (performance.now() - reportedAt >= everyMillis) {
      reportedAt = performance.now();
      const site = await monitorSite(workspace);
      await keepSiteReport(site, await drawLatestReport(site, { last: REPORTED_DECISIONS, at: null, against: null }));
    }
    if (declaration.parityShare !== undefined) await watchParity(workspace, declaration.parityShare);
    const webhook = webhookOver(declaration);
    if (webhook !== null) await forwardAlerts(await workspace.metadata(), webhook);
  };
}
