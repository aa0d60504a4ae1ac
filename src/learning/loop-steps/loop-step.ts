// One step of a loop under way: what it is given, what it leaves, and the net it works over. A step gives back plain data,
// small enough to be kept with the workflow; whatever goes wrong in it becomes an ending with a name.

import { AssayError, isAssayError, type Problem } from "../../base/index.ts";
import { isDatabaseCut } from "../database-cut.ts";
import { problems } from "../errors.ts";
import type { LoopEntry, LoopStep, LoopVerdict, StepRecord } from "../loop-document.ts";
import type { LoopSite } from "../loop-site.ts";
import type { SeasonSite } from "../season-site.ts";

export interface Loop {
  readonly entry: LoopEntry;
  readonly site: LoopSite;
  readonly season: SeasonSite;
  readonly signal: AbortSignal;
}

export interface Ending {
  readonly verdict: LoopVerdict;
  readonly why: string;
  readonly problem: Problem | null;
}

/** What later steps need, and what the evidence pack shows. */
export interface Made<T> {
  readonly found: T;
  readonly made: StepRecord["made"];
}

export type StepOutcome<T> = Made<T> | { readonly end: Ending; readonly found?: T; readonly made?: StepRecord["made"] };

export type Timed<T> = T & { readonly seconds: number };

export function kept(why: string): { readonly end: Ending } {
  return { end: { verdict: "kept", why, problem: null } };
}

/** Steps that wait for people or decisions have patience of their own. */
const WAITING: ReadonlySet<LoopStep> = new Set(["approval", "prepare", "shadow", "canary", "bake"]);
const CANCEL_POLL_MS = 250;

/**
 * Works a step over its net: a cancelled loop, a worker that ends and a step that takes too long abort it, and every other
 * error ends the loop by name. Throws only where the database was cut off, for then the step is tried again.
 */
export async function overNet<T>(
  site: LoopSite,
  id: string,
  step: LoopStep,
  work: (loop: Loop) => Promise<StepOutcome<T>>,
): Promise<Timed<StepOutcome<T>>> {
  const began = site.season.nowMicros();
  const seconds = () => (site.season.nowMicros() - began) / 1_000_000;
  const abort = new AbortController();
  const net = stretch(site, id, step, abort);
  try {
    const entry = await site.book.begin(id, step);
    if (entry.cancelAsked) throw new Cancelled();
    const season = { ...site.season, registry: site.registry, signal: abort.signal };
    const loop: Loop = { entry, site, season, signal: abort.signal };
    return { ...(await Promise.race([work(loop), net.torn])), seconds: seconds() };
  } catch (error) {
    // A worker that ends leaves no trace of a half-done step: nothing is recorded, and the next worker does it again.
    if (site.stopping.aborted) {
      net.fold();
      return await new Promise<never>(() => {});
    }
    const reason: unknown = abort.signal.aborted ? abort.signal.reason : error;
    if (reason instanceof Cancelled) return { end: cancelled(), seconds: seconds() };
    if (isDatabaseCut(reason)) throw reason;
    return { end: failed(step, reason), seconds: seconds() };
  } finally {
    net.fold();
  }
}

class Cancelled extends Error {}

function cancelled(): Ending {
  return { verdict: "cancelled", why: "it was cancelled; the champion serves on", problem: null };
}

function failed(step: LoopStep, error: unknown): Ending {
  const why = error instanceof Error ? error.message : String(error);
  const problem = isAssayError(error) ? error.problem : problems.STEP_FAILED(`step ${step}`, { why });
  return { verdict: "failed", why: `step ${step} failed: ${problem.rule}`, problem };
}

function stretch(site: LoopSite, id: string, step: LoopStep, abort: AbortController) {
  const stop = () => abort.abort(new Error("the worker ends"));
  if (site.stopping.aborted) stop();
  site.stopping.addEventListener("abort", stop, { once: true });
  const late = setTimeout(() => {
    abort.abort(new AssayError(problems.STEP_TOO_LONG(`step ${step}`, { minutes: site.stepMinutes })));
  }, site.stepMinutes * 60_000);
  if (WAITING.has(step)) clearTimeout(late);
  const lookForCancel = async (): Promise<void> => {
    // Out of reach it will be asked again.
    const entry = await site.book.loop(id).catch(() => undefined);
    if (entry?.cancelAsked === true) abort.abort(new Cancelled());
  };
  const watch = setInterval(() => void lookForCancel(), CANCEL_POLL_MS);
  const torn = new Promise<never>((_, reject) => {
    abort.signal.addEventListener("abort", () => reject(abort.signal.reason as Error), { once: true });
  });
  torn.catch(() => {});
  return {
    torn,
    fold() {
      site.stopping.removeEventListener("abort", stop);
      clearTimeout(late);
      clearInterval(watch);
    },
  };
}
