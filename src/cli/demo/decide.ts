// Steps 6 and 7: the chosen bundle in force, then everyone whom the models have not seen asks over HTTP.

import { hashJson, hashText } from "../../base/index.ts";
import { splitOf } from "../../datasets/index.ts";
import type { DecisionPart } from "../../policy/index.ts";
import { splitRule } from "../evaluation-settings.ts";
import { thousands } from "../terminal.ts";
import { countDecisions, type DecisionCounts } from "./count-decisions.ts";
import { closeReferral, type LoadReport, runLoad } from "./decide-load.ts";
import type { DemoSpineRow } from "./demo-module.ts";
import type { Judged } from "./prepare-bundle.ts";
import type { ServiceClient } from "./service-client.ts";
import { announce, type Stage, tell } from "./stage.ts";

/** Step 6. */
export async function release(stage: Stage, { bundle }: Judged): Promise<void> {
  announce(stage, 6, "Evidence and release");
  const registry = await stage.workspace.registry();
  // Once: what the story released or rolled back since is not undone by telling it again.
  await registry.release({ bundle, by: "assay demo", note: "chosen by the written rule", key: `demo:${bundle}` });
  tell(
    stage,
    `Bundle ${bundle.slice(0, 12)} is in force: model, calibrator, policy, reasons and evidence under one hash.`,
  );
}

export interface Decided {
  readonly load: LoadReport;
  readonly counts: DecisionCounts;
}

/** Step 7. */
export async function decide(
  stage: Stage,
  client: ServiceClient,
  judged: Judged,
  spine: readonly DemoSpineRow[],
): Promise<Decided> {
  const registry = await stage.workspace.registry();
  const rows = unseenRows(stage, spine);
  const { bundle, runnerUpBundle: second } = judged;
  const inputs = hashJson({ bundle, second, rows: hashText(JSON.stringify(rows)) });
  const earlier = (await registry.recall("decide", inputs)) as Decided | undefined;
  const decided = earlier ?? (await decideOnce(stage, client, judged, rows));
  await registry.remember("decide", inputs, decided);
  const { count, dropped, perSecond, p50Ms, p99Ms, releaseMs, rollbackMs, byBundle } = decided.load;
  const speed = `${thousands(perSecond)}/s with 16 in flight, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;
  tell(stage, `${thousands(count)} decisions, ${dropped} dropped, ${speed}.`);
  tell(
    stage,
    `Under that load a second bundle was released in ${releaseMs.toFixed(0)} ms and rolled back in ${rollbackMs.toFixed(0)} ms; ${Object.keys(byBundle).length} bundles answered, nothing restarted.`,
  );
  return decided;
}

/** People whom no model of the season has seen. */
export function unseenRows({ workspace }: Stage, spine: readonly DemoSpineRow[]): DemoSpineRow[] {
  const rule = splitRule(workspace);
  return spine.filter(({ parties }) => splitOf(Object.values(parties)[0]!, rule) === "test");
}

async function decideOnce(
  stage: Stage,
  client: ServiceClient,
  judged: Judged,
  rows: readonly DemoSpineRow[],
): Promise<Decided> {
  const load = await underLoad(stage, client, judged, rows);
  const { bundle, runnerUpBundle } = judged;
  const counts = await countDecisions(stage.workspace, runnerUpBundle === null ? [bundle] : [bundle, runnerUpBundle]);
  return { load, counts };
}

async function underLoad(
  stage: Stage,
  client: ServiceClient,
  { bundle, runnerUpBundle }: Judged,
  rows: readonly DemoSpineRow[],
): Promise<LoadReport> {
  const { demo, terminal, signal } = stage;
  const { progress } = terminal;
  const load = await runLoad({ client, demo, rows, bundle, second: runnerUpBundle, progress, signal });
  signal.throwIfAborted();
  if (load.referral !== null) {
    const principal = await principalReason(client, load.referral);
    const closed = principal === null ? null : await closeReferral(client, load.referral, [principal]);
    if (closed !== null) tell(stage, `One referral was closed by a person: ${closed}.`);
  }
  return load;
}

/** The first reason that the referral itself states, as a person would read it there; `null` where it states none. */
async function principalReason(client: ServiceClient, referral: string): Promise<string | null> {
  const { decision } = await client.get<{ decision: DecisionPart }>(`/v1/decisions/${referral}`);
  return decision.reasons[0]?.reason ?? null;
}
