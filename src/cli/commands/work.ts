// The worker of a workspace: loops, releases that are watched, reports on a schedule. Ctrl-C leaves what is under way for the
// next worker.

import { runWorker } from "../../learning/index.ts";
import type { CommandContext } from "../command-context.ts";
import { workerSite } from "../learning-site.ts";
import { pythonReady } from "../season-site.ts";

export async function work(context: CommandContext, options: { readonly untilIdle: boolean }): Promise<number> {
  const { terminal, signal } = context;
  const workspace = await context.workspace();
  await pythonReady(signal);
  const site = await workerSite(context, workspace);
  terminal.say(`Working on ${workspace.found.config.name}. Ctrl-C ends; what is under way is gone on with later.`);
  const isIdle = async () => (await site.book.openLoops()).length === 0 && !(await site.bakes.underWay());
  await runWorker(site, signal, options.untilIdle ? isIdle : undefined);
  terminal.result({ ended: true });
  return 0;
}
