import type { Progress } from "../../base/index.ts";
import { compareRoads, type ParityReport } from "../../datasets/index.ts";
import { onlineFolder } from "../../history/index.ts";
import { planSeason } from "../../learning/index.ts";
import type { Workspace } from "../../workspace/index.ts";
import type { CommandContext } from "../command-context.ts";
import { builtDataset } from "../season-file.ts";
import { thousands } from "../terminal.ts";

/** Naive, dataset and online values of a bundle's dataset; the answer is no where a single bit differs. */
export async function parity(context: CommandContext, bundle: string): Promise<number> {
  const report = await bundleParity(await context.workspace(), bundle, context.terminal.progress);
  for (const example of report.examples) context.terminal.say(example);
  context.terminal.say(
    `${thousands(report.values)} values on three roads (naive, dataset, online): ${report.differences} differences.`,
  );
  context.terminal.result(report);
  return report.differences === 0 ? 0 : 1;
}

export async function bundleParity(workspace: Workspace, bundle: string, progress: Progress): Promise<ParityReport> {
  const { catalogue } = await workspace.checkedDefinitions();
  const { schema, request, roles } = planSeason(catalogue, bundle);
  const { file } = await builtDataset(workspace, bundle);
  const snapshot = await workspace.snapshot();
  const online = onlineFolder(workspace.folder("history"));
  return await compareRoads({ file, schema, request, roles, snapshot, onlineFolder: online }, progress);
}
