// Step 2: the example's events through the same door as any source's, sealed and loaded into the online histories.

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AssayError, hashJson, type Progress } from "../../base/index.ts";
import { schemaOf } from "../../workspace/index.ts";
import { problems } from "../errors.ts";
import { thousands } from "../terminal.ts";
import type { DemoModule } from "./demo-module.ts";
import { announce, type Stage, tell } from "./stage.ts";

export interface PreparedHistory {
  readonly events: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly snapshot: string;
  readonly seconds: number;
}

/** Found again by the bytes of the data and the definitions of its events; gives the writer of history back. */
export async function prepareHistory(stage: Stage): Promise<PreparedHistory> {
  announce(stage, 2, "Ingest: raw events into history");
  const registry = await stage.workspace.registry();
  const inputs = await inputsHash(stage);
  const earlier = (await registry.recall("ingest", inputs)) as PreparedHistory | undefined;
  if (earlier !== undefined) {
    tell(stage, `Done before: ${thousands(earlier.events)} events.`);
    return earlier;
  }
  const prepared = await ingest(stage);
  await registry.remember("ingest", inputs, prepared);
  await stage.workspace.closeHistory();
  const { accepted, duplicates, events, seconds } = prepared;
  tell(
    stage,
    `${thousands(accepted)} events accepted, ${thousands(duplicates)} duplicates, 0 quarantined, in ${seconds.toFixed(1)} s (${thousands(events / seconds)}/s, durable and readable online).`,
  );
  return prepared;
}

async function inputsHash({ workspace, demo }: Stage): Promise<string> {
  const { catalogue } = await workspace.checkedDefinitions();
  const data = createHash("sha256");
  for (const file of [demo.dataFile, ...(await mappingFiles(workspace.found.root))]) data.update(await readFile(file));
  return hashJson({
    data: data.digest("hex"),
    schema: schemaOf(catalogue),
    ...(demo.rows === null ? {} : { rows: demo.rows }),
  });
}

/** The example's own code: another mapping gives other events. */
async function mappingFiles(root: string): Promise<string[]> {
  const names = await readdir(root);
  return names
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .sort()
    .map((name) => join(root, name));
}

async function ingest({ workspace, demo, terminal, signal }: Stage): Promise<PreparedHistory> {
  const started = performance.now();
  const history = await workspace.history();
  const answer = await history.ingest(counted(demo, terminal.progress, signal), { source: demo.source });
  const first = answer.quarantined[0];
  if (first !== undefined) {
    throw new AssayError(problems.DEMO_QUARANTINED(`row ${first.row} of the example`, { code: first.code }));
  }
  const snapshot = await history.seal(terminal.progress);
  const { accepted, duplicates } = answer;
  const seconds = (performance.now() - started) / 1000;
  return { events: accepted + duplicates, accepted, duplicates, quarantined: 0, snapshot: snapshot.hash, seconds };
}

async function* counted(demo: DemoModule, progress: Progress, signal: AbortSignal): AsyncGenerator<unknown> {
  let done = 0;
  for await (const event of demo.events()) {
    yield event;
    if (++done % 1000 !== 0) continue;
    signal.throwIfAborted();
    progress({ stage: "ingest", done, total: 0, unit: "events" });
  }
}
