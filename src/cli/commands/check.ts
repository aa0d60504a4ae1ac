import { formatProblem } from "../../base/index.ts";
import type { CommandContext } from "../command-context.ts";

/** All mistakes in the workspace's definitions; exit code 1 where there are any. */
export async function check({ terminal, workspace }: CommandContext): Promise<number> {
  const { catalogue, problems } = await (await workspace()).definitions();
  const counts: { [kind: string]: number } = {};
  for (const { node } of catalogue.definitions) counts[node.kind] = (counts[node.kind] ?? 0) + 1;
  for (const problem of problems) terminal.say(formatProblem(problem));
  const summary = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`);
  terminal.say(problems.length === 0 ? `No problems: ${summary.join(", ")}.` : `Problems: ${problems.length}.`);
  terminal.result({ definitions: counts, problems });
  return problems.length === 0 ? 0 : 1;
}
