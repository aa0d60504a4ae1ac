// Step 2: the example's events through the same door as any source's, sealed and loaded into the online histories.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { AssayError, hashJson, type Progress } from "../../base/index.ts";
import { schemaOf, type Workspace } from "../../workspace/index.ts";
import { problems } from "../errors.ts";
import type { DemoModule } from "./demo-module.ts";

export interface PreparedHistory {
  readonly events: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly snapshot: string;
  readonly seconds: number;
}

/** Found again by the bytes of the data and the definitions of its events. */
export async function prepareHistory(workspace: Workspace, demo: DemoModule, progress: Progress): Promise<PreparedHistory & { readonly recalled: boolean }> {
  const registry = await workspace.registry();
  const { catalogue } = await workspace.checkedDefinitions();
  const inputs = hashJson({ data: await hashOfFile(demo.dataFile), schema: schemaOf(catalogue) });
  const earlier = (await registry.recall("ingest", inputs)) as PreparedHistory | undefined;
  if (earlier !== undefined) return { ...earlier, recalled: true };
  const started = performance.now();
  const history = await workspace.history();
  const answer = await history.ingest(counted(demo.events(), progress), { source: demo.source });
  const first = answer.quarantined[0];
  if (first !== undefined) {
    throw new AssayError(problems.DEMO_QUARANTINED(`row ${first.row} of the example`, { code: first.code }));
  }
  const snapshot = await history.seal(progress);
  const { accepted, duplicates } = answer;
  const prepared: PreparedHistory = {
    events: accepted + duplicates,
    accepted,
    duplicates,
    quarantined: 0,
    snapshot: snapshot.hash,
    seconds: (performance.now() - started) / 1000,
  };
  await registry.remember("ingest", inputs, prepared);
  return { ...prepared, recalled: false };
}

async function hashOfFile(file: URL): Promise<string> {
  return createHash("sha256").update(await readFile(file)).digest("hex");
}

async function* counted(events: AsyncIterable<unknown>, progress: Progress): AsyncGenerator<unknown> {
  let done = 0;
  for await (const event of events) {
    yield event;
    if (++done % 5000 === 0) progress({ stage: "ingest", done, total: 0, unit: "events" });
  }
}
