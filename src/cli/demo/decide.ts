// Steps 6 and 7: the chosen bundle in force, then everyone whom the models have not seen asks over HTTP.

import { hashJson, hashText } from "../../base/index.ts";
import { splitOf } from "../../datasets/index.ts";
import type { DecisionPart } from "../../policy/index.ts";
import { openKeys, rights } from "../../server/index.ts";
import { splitRule } from "../evaluation-settings.ts";
import { thousands } from "../terminal.ts";
import { closeReferral, type LoadReport, refused, runLoad } from "./decide-load.ts";
import type { DemoSpineRow } from "./demo-module.ts";
import type { Judged } from "./prepare-bundle.ts";
import { announce, type Stage, tell } from "./stage.ts";

/** Step 6. */
export async function release(stage: Stage, { bundle }: Judged): Promise<void> {
  announce(stage, 6, "Evidence and release");
  const registry = await stage.workspace.registry();
  await registry.release({ bundle, by: "assay demo", note: "chosen by the written rule" });
  tell(
    stage,
    `Bundle ${bundle.slice(0, 12)} is in force: model, calibrator, policy, reasons and evidence under one hash.`,
  );
}

/** Step 7, by the service at `url`. */
export async function decide(
  stage: Stage,
  url: string,
  judged: Judged,
  spine: readonly DemoSpineRow[],
): Promise<LoadReport> {
  const registry = await stage.workspace.registry();
  const rule = splitRule(stage.workspace);
  const rows = spine.filter(({ parties }) => splitOf(Object.values(parties)[0]!, rule) === "test");
  const { bundle, runnerUpBundle: second } = judged;
  const inputs = hashJson({ bundle, second, rows: hashText(JSON.stringify(rows)) });
  const earlier = (await registry.recall("decide", inputs)) as LoadReport | undefined;
  const load = earlier ?? (await underLoad(stage, url, judged, rows));
  await registry.remember("decide", inputs, load);
  const { count, dropped, perSecond, p50Ms, p99Ms, releaseMs, rollbackMs, byBundle } = load;
  const speed = `${thousands(perSecond)}/s with 16 in flight, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;
  tell(stage, `${thousands(count)} decisions, ${dropped} dropped, ${speed}.`);
  tell(
    stage,
    `Under that load a second bundle was released in ${releaseMs.toFixed(0)} ms and rolled back in ${rollbackMs.toFixed(0)} ms; ${Object.keys(byBundle).length} bundles answered, nothing restarted.`,
  );
  return load;
}

async function underLoad(
  stage: Stage,
  url: string,
  { bundle, runnerUpBundle }: Judged,
  rows: readonly DemoSpineRow[],
): Promise<LoadReport> {
  const { workspace, demo, terminal, signal } = stage;
  const { token } = await (await openKeys(await workspace.metadata())).createKey("demo", [...rights]);
  const { progress } = terminal;
  const load = await runLoad({ url, token, demo, rows, bundle, second: runnerUpBundle, progress, signal });
  signal.throwIfAborted();
  if (load.referral !== null) {
    const principal = await principalReason(url, token, load.referral);
    const closed = principal === null ? null : await closeReferral(url, token, load.referral, [principal]);
    if (closed !== null) tell(stage, `One referral was closed by a person: ${closed}.`);
  }
  return load;
}

/** The first reason that the referral itself states, as a person would read it there; `null` where it states none. */
async function principalReason(url: string, token: string, referral: string): Promise<string | null> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/v1/decisions/${referral}`, { headers });
  if (!answer.ok) throw await refused("the referral", answer);
  const { decision } = (await answer.json()) as { decision: DecisionPart };
  return decision.reasons[0]?.reason ?? null;
}
