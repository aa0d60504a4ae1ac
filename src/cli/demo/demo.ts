// `assay demo NAME`: the whole story of an example in eleven steps, then the service stays up. Each step is recognised by
// the hash of its inputs, so a second run goes straight through, and a run that was killed goes on where it was.

import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { AssayError } from "../../base/index.ts";
import { takeWriterLock } from "../../history/index.ts";
import { openKeys, rights } from "../../server/index.ts";
import { publishBytes } from "../../storage/index.ts";
import type { Workspace } from "../../workspace/index.ts";
import type { CommandContext } from "../command-context.ts";
import { problems } from "../errors.ts";
import { decide, release } from "./decide.ts";
import { type DemoSpineRow, demoFolder, loadDemo } from "./demo-module.ts";
import { guard } from "./guard.ts";
import { learn } from "./learn.ts";
import { checkDefinitions, chooseBundle, prepareDataset, tellEvidence } from "./prepare-bundle.ts";
import { prepareHistory } from "./prepare-history.ts";
import { prove } from "./prove.ts";
import { type Child, type RunningChild, refuseTakenPort, startService, startWorker } from "./running-service.ts";
import { ServiceClient } from "./service-client.ts";
import { announce, type Stage, tell } from "./stage.ts";
import { holds, storyOf, verdicts } from "./story.ts";
import { watch } from "./watch.ts";

export interface DemoOptions {
  readonly once: boolean;
  readonly fresh: boolean;
  readonly port: number;
}

export async function demo(context: CommandContext, name: string, { once, fresh, port }: DemoOptions): Promise<number> {
  const workspace = await context.workspace(demoFolder(name));
  await refuseTakenPort(port);
  if (fresh) await startOver(workspace);
  const { terminal, signal } = context;
  return await story({ terminal, signal, workspace, demo: await loadDemo(name), port }, once);
}

/** Everything of the workspace's state but the set-up's own files. */
async function startOver(workspace: Workspace): Promise<void> {
  // A service that still writes there, on whatever port, is refused by name before anything is removed.
  if (existsSync(workspace.folder("history"))) takeWriterLock(workspace.folder("history", "log")).release();
  // A database that outlived a killed command is stopped by its last user: us.
  if (existsSync(workspace.folder("postgres"))) await workspace.metadata().catch(() => undefined);
  await workspace.close();
  const kept = ["setup", "uv", "setup.lock", "python.lock"];
  for (const entry of await readdir(workspace.folder()).catch(() => [])) {
    if (!kept.includes(entry)) await rm(workspace.folder(entry), { recursive: true, force: true });
  }
}

async function story(stage: Stage, once: boolean): Promise<number> {
  const started = performance.now();
  const { events, snapshot } = await prepareHistory(stage);
  const plan = await checkDefinitions(stage);
  const spine = await spineOf(stage);
  const dataset = await prepareDataset(stage, plan, spine, snapshot);
  const judged = await chooseBundle(stage, plan, dataset);
  const evidence = await tellEvidence(stage, judged);
  await release(stage, judged);
  announce(stage, 7, "Decide over HTTP on people the models have not seen");
  const service = await startService(stage.workspace, stage.port, stage.signal);
  let worker: Child | undefined;
  try {
    const client = await ServiceClient.open(stage.workspace, service.url);
    const { load, counts } = await decide(stage, client, judged, spine);
    const drift = await watch(stage, judged);
    worker = startWorker(stage.workspace);
    const learning = await learn(stage, client, judged, spine);
    const { ms, dropped } = await guard(stage, client, judged, spine);
    const proof = await prove(stage, judged);
    const seconds = (performance.now() - started) / 1000;
    const features = dataset.manifest.columns.length;
    const decided = { load, counts, drift, learning, autoRollback: { ms, dropped } };
    const told = storyOf({ events, borrowers: spine.length, features, ...evidence, ...decided, proof, seconds });
    const file = stage.workspace.folder("story.json");
    await publishBytes(file, Buffer.from(JSON.stringify(told, null, 2)));
    for (const line of verdicts(told, evidence.evaluation, file)) stage.terminal.say(line);
    stage.terminal.result(told);
    if (once) return holds(told) ? 0 : 1;
    await stayUp(stage, service);
    return 0;
  } finally {
    await worker?.stop();
    await service.stop();
  }
}

async function spineOf({ demo }: Stage): Promise<DemoSpineRow[]> {
  const rows: DemoSpineRow[] = [];
  for await (const row of demo.spine()) rows.push(row);
  return rows;
}

/** Until Ctrl-C. Throws ASSAY_CLI_SERVICE_FAILED where the service ends by itself. */
async function stayUp(stage: Stage, { url, process: child }: RunningChild): Promise<void> {
  announce(stage, 12, "Up");
  const { token } = await (await openKeys(await stage.workspace.metadata())).createLink("browser", [...rights]);
  tell(stage, `Open ${url}/session?token=${token} (works once, in this machine's browser). Ctrl-C stops everything.`);
  const { signal } = stage;
  await new Promise<void>((resolve, reject) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    child.once("exit", (code) => {
      // On a terminal, Ctrl-C reaches both of us, in any order.
      if (signal.aborted || code === 0) resolve();
      else reject(new AssayError(problems.SERVICE_FAILED("the service", { why: `it ended with code ${code}` })));
    });
  });
}
