// Step 11: what was promised, shown. Parity on three roads; replay in processes that know nothing but the records, the
// bundles and (the second time) the table files; the chain whole, and found broken where a copy has one byte altered.

import { spawn } from "node:child_process";
import { AssayError, hashJson } from "../../base/index.ts";
import type { ParityReport } from "../../datasets/index.ts";
import { childCommand } from "../child-command.ts";
import type { ReplayReport } from "../commands/replay.ts";
import { chainReport } from "../commands/verify.ts";
import { problems } from "../errors.ts";
import { datasetParity } from "../parity-site.ts";
import { thousands } from "../terminal.ts";
import type { Judged } from "./prepare-bundle.ts";
import { announce, type Stage, tell } from "./stage.ts";
import { tamperingIsFound } from "./tamper.ts";

export interface Proof {
  readonly parity: Pick<ParityReport, "values" | "differences">;
  readonly replay: Replayed;
  readonly replayFromHistory: Replayed;
  readonly chain: { readonly records: number; readonly breaks: number; readonly tamperingFound: boolean };
}

type Replayed = Pick<ReplayReport, "count" | "differences">;

export async function prove(stage: Stage, { bundle }: Judged): Promise<Proof> {
  announce(stage, 11, "Prove it");
  const parity = await parityOnce(stage, bundle);
  tell(
    stage,
    `${thousands(parity.values)} values on three roads (naive twin, dataset, online store): ${parity.differences} differences.`,
  );
  const replay = await replayElsewhere(stage);
  tell(
    stage,
    `${thousands(replay.count)} decisions replayed in a fresh process from record and bundle alone: ${replay.differences} differences.`,
  );
  const replayFromHistory = await replayElsewhere(stage, "--from-history");
  tell(
    stage,
    `${thousands(replayFromHistory.count)} replayed again with values rebuilt from table files: ${replayFromHistory.differences} differences.`,
  );
  const chain = await proveChain(stage);
  return { parity, replay, replayFromHistory, chain };
}

/** The dataset, hence the bundle, says what was compared. */
async function parityOnce({ workspace, demo, terminal }: Stage, bundle: string): Promise<Proof["parity"]> {
  const registry = await workspace.registry();
  const inputs = hashJson({ bundle });
  const earlier = (await registry.recall("parity", inputs)) as unknown as ParityReport | undefined;
  const parity = earlier ?? (await datasetParity(workspace, demo.bundle, undefined, terminal.progress));
  await registry.remember("parity", inputs, parity);
  return { values: parity.values, differences: parity.differences };
}

/** `assay replay --json` in a fresh process. */
async function replayElsewhere({ workspace, signal }: Stage, ...options: readonly string[]): Promise<Replayed> {
  const child = spawn(process.execPath, childCommand(workspace, "--json", "replay", ...options), {
    stdio: ["pipe", "pipe", "inherit"],
    signal,
  });
  let text = "";
  child.stdout!.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
  });
  await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  const report = JSON.parse(text) as ReplayReport | { readonly problem: { readonly rule: string } };
  if ("problem" in report) throw new AssayError(problems.STEP_FAILED("replay", { why: report.problem.rule }));
  return { count: report.count, differences: report.differences };
}

async function proveChain(stage: Stage): Promise<Proof["chain"]> {
  const records = await stage.workspace.records();
  await records.checkpoint();
  const chain = await chainReport(records);
  const tamperingFound = await tamperingIsFound(stage.workspace);
  const found = tamperingFound ? "is found" : "is NOT found";
  tell(
    stage,
    `${thousands(chain.records)} records in ${chain.writers} chains: ${chain.breaks.length} breaks; one altered byte in a copy ${found}.`,
  );
  return { records: chain.records, breaks: chain.breaks.length, tamperingFound };
}
