// Step 9: the loop, once, to its honest verdict. A worker in a process of its own retrains on all outcomes, judges, and lets the
// challenger in among live applicants, or keeps the champion.

import { setTimeout as sleep } from "node:timers/promises";
import { hashJson } from "../../base/index.ts";
import type { GateVerdict, LoopDocument, LoopEntry, LoopVerdict } from "../../learning/index.ts";
import { unseenRows } from "./decide.ts";
import type { DemoSpineRow } from "./demo-module.ts";
import { type LiveLoad, startLiveLoad } from "./live-load.ts";
import type { Judged } from "./prepare-bundle.ts";
import type { ServiceClient } from "./service-client.ts";
import { announce, type Stage, tell } from "./stage.ts";

export interface Learnt {
  readonly verdict: LoopVerdict;
  readonly gates: readonly { readonly name: string; readonly verdict: GateVerdict }[];
  readonly seconds: number;
}

export async function learn(
  stage: Stage,
  client: ServiceClient,
  judged: Judged,
  spine: readonly DemoSpineRow[],
): Promise<Learnt> {
  announce(stage, 9, "Learn: retrain on all outcomes, judge champion and challenger on the same ground");
  const registry = await stage.workspace.registry();
  const inputs = hashJson({ bundle: judged.bundle, moment: stage.demo.outcomesKnown.at(-1)! });
  const earlier = (await registry.recall("learn", inputs)) as Learnt | undefined;
  const learnt = earlier ?? (await learnOnce(stage, client, spine, inputs));
  await registry.remember("learn", inputs, learnt);
  const told = {
    released: "the challenger is in force",
    kept: "the champion stays",
    rolledBack: "the champion is back",
  };
  const { verdict, gates, seconds } = learnt;
  const passed = gates.filter((gate) => gate.verdict === "pass").length;
  const end = told[verdict as keyof typeof told] ?? verdict;
  tell(stage, `Verdict after ${seconds.toFixed(0)} s: ${end}; ${passed} of ${gates.length} gates pass.`);
  return learnt;
}

const POLL_MS = 300;

async function learnOnce(
  stage: Stage,
  client: ServiceClient,
  spine: readonly DemoSpineRow[],
  key: string,
): Promise<Learnt> {
  const labelCutOff = stage.demo.outcomesKnown.at(-1)!;
  const why = "all outcomes have matured";
  const asked = await client.posted<LoopEntry>("/v1/loops", { bundle: stage.demo.bundle, labelCutOff, why }, key);
  const loop = await followed(stage, client, asked.id, unseenRows(stage, spine));
  tell(stage, `${loop.id}: ${loop.why}.`);
  const evidence = await client.get<LoopDocument>(`/v1/loops/${loop.id}/evidence`);
  for (const { name, verdict, sentence } of evidence.gates) tell(stage, `${verdict.padEnd(12)} ${name}: ${sentence}`);
  const gates = evidence.gates.map(({ name, verdict }) => ({ name, verdict }));
  const seconds = evidence.steps.reduce((sum, step) => sum + step.seconds, 0);
  return { verdict: evidence.verdict, gates, seconds };
}

/** Applicants come from the moment that live decisions are looked at. */
const LIVE: ReadonlySet<LoopEntry["step"]> = new Set(["prepare", "shadow", "canary", "release", "bake"]);

async function followed(
  stage: Stage,
  client: ServiceClient,
  id: string,
  rows: readonly DemoSpineRow[],
): Promise<LoopEntry> {
  let load: LiveLoad | undefined;
  let told: string | null = null;
  try {
    for (;;) {
      stage.signal.throwIfAborted();
      const loop = await client.get<LoopEntry>(`/v1/loops/${id}`);
      if (loop.endedAt !== null) return loop;
      if (loop.step !== told) tell(stage, `… ${loop.step}`);
      told = loop.step;
      if (LIVE.has(loop.step)) load ??= startLiveLoad(client, stage.demo, rows);
      if (loop.state === "paused") await refuse(stage, client, loop);
      await sleep(POLL_MS);
    }
  } finally {
    const counts = await load?.stop();
    if (counts !== undefined) tell(stage, `${counts.count} live decisions meanwhile, ${counts.dropped} dropped.`);
  }
}

/** Nobody is here who could look closer, and what cannot be told is no reason to release. */
async function refuse(stage: Stage, client: ServiceClient, { id, why }: LoopEntry): Promise<void> {
  tell(stage, `${why}. The story's person refuses.`);
  const note = "gates that cannot tell are no reason to release";
  await client.posted(`/v1/loops/${id}/approval`, { verdict: "refuse", note });
}
