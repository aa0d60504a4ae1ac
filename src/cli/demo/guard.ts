// Step 10: a bundle that should never have been released is released by hand, under load, and the worker brings the one before
// back by itself. The bundle is the champion with the calibration of another portfolio: every probability is half of what it was.

import { setTimeout as sleep } from "node:timers/promises";
import { type Hash, hashJson } from "../../base/index.ts";
import { type Bake, bakesOver } from "../../learning/index.ts";
import type { Registry } from "../../registry/index.ts";
import type { CalibratorDocument } from "../../score/index.ts";
import { unseenRows } from "./decide.ts";
import type { DemoSpineRow } from "./demo-module.ts";
import { startLiveLoad } from "./live-load.ts";
import type { Judged } from "./prepare-bundle.ts";
import type { ServiceClient } from "./service-client.ts";
import { announce, type Stage, tell } from "./stage.ts";

export interface Guarded {
  /** From the moment that the broken guardrail was seen until the bundle before was back. */
  readonly ms: number;
  readonly dropped: number;
  readonly count: number;
  readonly why: string;
}

const TIMES = 0.5;

export async function guard(
  stage: Stage,
  client: ServiceClient,
  judged: Judged,
  spine: readonly DemoSpineRow[],
): Promise<Guarded> {
  announce(stage, 10, "Guard: a broken release under load, rolled back by itself");
  const registry = await stage.workspace.registry();
  const inputs = hashJson({ bundle: judged.bundle, times: TIMES });
  const earlier = (await registry.recall("guard", inputs)) as Guarded | undefined;
  const guarded = earlier ?? (await guardOnce(stage, client, spine));
  await registry.remember("guard", inputs, guarded);
  const { ms, dropped, count, why } = guarded;
  tell(stage, why);
  tell(stage, `Rolled back ${ms.toFixed(0)} ms after it was seen; ${count} decisions meanwhile, ${dropped} dropped.`);
  return guarded;
}

const POLL_MS = 100;

async function guardOnce(stage: Stage, client: ServiceClient, spine: readonly DemoSpineRow[]): Promise<Guarded> {
  const registry = await stage.workspace.registry();
  const before = (await registry.released())!.hash;
  const bundle = await miscalibrated(registry, before);
  const load = startLiveLoad(client, stage.demo, unseenRows(stage, spine));
  try {
    await client.posted("/v1/releases", { bundle, note: "calibrated on another portfolio, by mistake" });
    const bake = await watchedRelease(stage, bundle);
    const { count, dropped } = await load.stop();
    return { ms: (bake.rolledBackAt! - bake.breachAt!) / 1000, dropped, count, why: bake.why };
  } finally {
    await load.stop();
  }
}

async function watchedRelease({ workspace, signal }: Stage, bundle: Hash): Promise<Bake> {
  const bakes = bakesOver(await workspace.metadata());
  for (;;) {
    signal.throwIfAborted();
    const bake = (await bakes.bakes(1))[0];
    if (bake?.bundle === bundle && bake.state !== "watching") return bake;
    await sleep(POLL_MS);
  }
}

/** Everything of the champion's but its calibration. */
async function miscalibrated(registry: Registry, champion: Hash): Promise<Hash> {
  const document = await registry.bundle(champion);
  const [model, ...others] = document.models;
  const calibrator = (await registry.document(model!.calibrator!)) as unknown as CalibratorDocument;
  const probabilities = calibrator.probabilities.map((probability) => probability * TIMES);
  const hash = await registry.saveDocument("calibrator", model!.node.name, { ...calibrator, probabilities });
  return await registry.saveBundle({ ...document, models: [{ ...model!, calibrator: hash }, ...others] });
}
