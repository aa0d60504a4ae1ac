// `bake@1`: a release that somebody made by hand, watched as a loop would watch its own. The decisions of the new bundle
// are held against the last of the one before; a broken guardrail rolls back at once and by itself.

import type { ReleaseEntry } from "../registry/index.ts";
import type { Bakes } from "./bakes.ts";
import { isDatabaseCut } from "./database-cut.ts";
import type { Workflow } from "./engine.ts";
import { bakeOf, type GuardedEnd, waitGuarded } from "./guarded-wait.ts";
import { LOOP_RELEASER, type LoopSite, patienceMicros } from "./loop-site.ts";

export const BAKE = "bake@1";

export interface WatchSite extends LoopSite {
  readonly bakes: Bakes;
}

const PREFIX = "bake:";

export function bakeId(position: number): string {
  return `${PREFIX}${position}`;
}

/** The release in force, where a person made it lately and it is declared to be watched. */
export async function releaseToWatch(site: WatchSite): Promise<number | undefined> {
  const { declaration, registry, bakes } = site;
  const isDeclared = (declaration.guardrails ?? []).length > 0 && (declaration.bake?.decisions ?? 0) > 0;
  const last = isDeclared ? (await registry.releases()).at(-1) : undefined;
  if (last === undefined || !isByHand(last)) return undefined;
  if ((await bakes.bake(last.position)) !== undefined) return last.position;
  // What was released long before anybody watched is past watching.
  if ((await bakes.age(last.releasedAt)) > patienceMicros(site)) return undefined;
  const released = await registry.released();
  if (released?.hash !== last.bundle || released.previous === null) return undefined;
  await bakes.begin({ position: last.position, bundle: last.bundle, previous: released.previous });
  return last.position;
}

function isByHand({ kind, by }: ReleaseEntry): boolean {
  return kind === "release" && by !== LOOP_RELEASER;
}

export function bakeWorkflow(site: WatchSite): Workflow {
  return async (id, step) => {
    const position = Number(id.slice(PREFIX.length));
    await step("bake", () => bake(site, id, position));
  };
}

async function bake(site: WatchSite, id: string, position: number): Promise<{ readonly state: string }> {
  try {
    return await watched(site, id, position);
  } catch (error) {
    if (site.stopping.aborted) return await new Promise<never>(() => {});
    if (isDatabaseCut(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    await settle(site, position, { kind: "incomplete", looks: [], why });
    return { state: "incomplete" };
  }
}

async function watched(site: WatchSite, id: string, position: number): Promise<{ readonly state: string }> {
  const { records, bakes, declaration } = site;
  const { bundle, previous } = (await bakes.bake(position))!;
  const decisions = declaration.bake!.decisions;
  const fromKept = await site.waits.beganAt(id, "bake", await records.keptHead());
  const guarded = await bakeOf(site, { bundle, previous, fromKept, decisions });
  const { pollMillis, stopping: signal, season } = site;
  const wait = { owner: id, stage: "bake", patienceMicros: patienceMicros(site), pollMillis, signal };
  const end = await waitGuarded(site, guarded, { ...wait, nowMicros: season.nowMicros });
  return { state: await settle(site, position, end) };
}

type Ended = Pick<GuardedEnd, "looks" | "why"> & { readonly kind: GuardedEnd["kind"] };

/**
 * The roll-back comes first; what is written about it can wait. Only a broken guardrail undoes what a person released: too few
 * decisions to tell are no evidence against it.
 */
async function settle(site: WatchSite, position: number, { kind, looks, why }: Ended): Promise<string> {
  const { bakes, registry } = site;
  const { bundle } = (await bakes.bake(position))!;
  if (kind === "broken") {
    await bakes.breached(position, why);
    if ((await registry.released())?.hash === bundle) {
      await registry.rollback({ by: LOOP_RELEASER, note: why.slice(0, 500), key: bakeId(position), from: bundle });
    }
    await bakes.rolledBack(position);
  }
  const state = kind === "broken" ? "rolledBack" : kind;
  await bakes.end(position, { state, why, looks });
  return state;
}
