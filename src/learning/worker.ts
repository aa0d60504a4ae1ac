// The worker: it holds the lock of its workspace, takes loops as they are asked for, goes on with what was cut off, asks for
// loops itself where a trigger is pulled, and watches releases that people make. Told to end it leaves everything as it is.

import { setTimeout as sleep } from "node:timers/promises";
import type { Metadata } from "../storage/index.ts";
import { isDatabaseCut } from "./database-cut.ts";
import { type Engine, launchEngine } from "./engine.ts";
import { problems } from "./errors.ts";
import type { LoopEntry } from "./loop-document.ts";
import { bringBack } from "./loop-steps/put-in-force.ts";
import { LEARN, learnWorkflow } from "./loop-workflow.ts";
import { askTriggered, type TriggerSite } from "./triggers.ts";
import { BAKE, bakeId, bakeWorkflow, releaseToWatch, type WatchSite } from "./watch-release.ts";
import { takeWorkerLock } from "./worker-lock.ts";

export interface WorkerSite extends Omit<WatchSite, "stopping">, TriggerSite {
  readonly metadata: Metadata;
  /** What else is done on a schedule: reports. Called between looks, and never while it is still under way. */
  readonly watch?: (signal: AbortSignal) => Promise<void>;
  /** Between two looks at triggers. */
  readonly triggerMillis: number;
  readonly tell: (line: string) => void;
}

/**
 * Works until `stop` is aborted, or until `isDone` says so. Throws ASSAY_LEARNING_WORKER_ELSEWHERE, and whatever is wrong
 * with the database at the start.
 */
export async function runWorker(site: WorkerSite, stop: AbortSignal, isDone?: () => Promise<boolean>): Promise<void> {
  const lost = new AbortController();
  const lock = await takeWorkerLock(site.metadata, (error) => lost.abort(error));
  const stopping = AbortSignal.any([stop, lost.signal]);
  const watchSite: WatchSite = { ...site, stopping };
  const workflows = { [LEARN]: learnWorkflow(watchSite), [BAKE]: bakeWorkflow(watchSite) };
  try {
    const engine = await launchEngine(site.metadata, workflows, isDatabaseCut);
    try {
      await turns({ site, watchSite, engine }, stopping, isDone);
    } finally {
      await engine.close();
    }
  } finally {
    await lock.release();
  }
  if (lost.signal.aborted && !stop.aborted) throw lost.signal.reason;
}

interface Working {
  readonly site: WorkerSite;
  readonly watchSite: WatchSite;
  readonly engine: Engine;
}

async function turns(working: Working, stopping: AbortSignal, isDone?: () => Promise<boolean>): Promise<void> {
  const { site } = working;
  const seldom = background(site, stopping);
  let triggersAt = Number.NEGATIVE_INFINITY;
  while (!stopping.aborted) {
    try {
      await takeLoops(working);
      await takeRelease(working);
      if (site.season.nowMicros() - triggersAt >= site.triggerMillis * 1_000) {
        triggersAt = site.season.nowMicros();
        seldom.look();
      }
      if ((await isDone?.()) === true) break;
    } catch (error) {
      // The next turn asks again.
      if (!isDatabaseCut(error)) throw error;
    }
    await sleep(site.pollMillis, undefined, { signal: stopping }).catch(() => {});
  }
  await seldom.ended();
}

/** Triggers and reports read a lot, so turns do not wait for them; what goes wrong with them is told. */
function background(site: WorkerSite, stopping: AbortSignal) {
  let underWay: Promise<void> | undefined;
  const work = async (): Promise<void> => {
    const asked = await askTriggered(site);
    if (asked !== undefined) site.tell(`Loop ${asked.id} asked for by ${asked.trigger.kind}: ${asked.trigger.why}`);
    await site.watch?.(stopping);
  };
  return {
    look() {
      underWay ??= work()
        .catch((error: unknown) => {
          if (!stopping.aborted) site.tell(error instanceof Error ? error.message : String(error));
        })
        .finally(() => {
          underWay = undefined;
        });
    },
    async ended() {
      await underWay;
    },
  };
}

async function takeLoops({ site, watchSite, engine }: Working): Promise<void> {
  for (const loop of await site.book.openLoops()) {
    const state = await engine.state(loop.id);
    if (state === undefined) {
      site.tell(`Loop ${loop.id} begins: ${loop.trigger.why}`);
      await engine.start(LEARN, loop.id);
    } else if (state.ended) await closeBroken(watchSite, loop, state.failure ?? "it gave no reason");
  }
}

/** A workflow that ended without closing its book is a mistake of ours, and is said to be one. */
async function closeBroken(site: WatchSite, { id, challenger }: LoopEntry, why: string): Promise<void> {
  if (challenger !== null) await bringBack(site, id, challenger);
  const problem = problems.WORKFLOW_BROKE(`loop ${id}`, { why });
  await site.book.end(id, { verdict: "failed", why: problem.rule, evidence: null, problem });
}

async function takeRelease({ watchSite, engine, site }: Working): Promise<void> {
  const position = await releaseToWatch(watchSite);
  if (position === undefined || (await engine.state(bakeId(position))) !== undefined) return;
  site.tell(`Release ${position} is watched`);
  await engine.start(BAKE, bakeId(position));
}
