import { formatProblem } from "../../base/index.ts";
import type { CommandContext } from "../command-context.ts";

/** All mistakes in the workspace's definitions; exit code 1 where there are any. */
export async function check({ terminal, workspace }: CommandContext): Promise<number> {
  const { catalogue, problems } = await (await workspace()).definitions();
  const counts = Object.groupBy(catalogue.definitions, ({ node }) => node.kind);
  const found = Object.fromEntries(Object.entries(counts).map(([kind, some]) => [kind, some?.length ?? 0]));
  for (const problem of problems) terminal.say(formatProblem(problem));
  const summary = Object.entries(found).map(([kind, count]) => `${count} ${kind}`);
  terminal.say(problems.length === 0 ? `No problems: ${summary.join(", ")}.` : `${problems.length} problems.`);
  terminal.result({ definitions: found, problems });
  return problems.length === 0 ? 0 : 1;
}
