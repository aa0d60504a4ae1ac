import { relative } from "node:path";
import { formatProblem, isAssayError, type Problem } from "../../base/index.ts";
import { definitionFiles } from "../../workspace/index.ts";
import { checkLint } from "../checks/lint.ts";
import { type CheckSite, type PartFound, timed } from "../checks/part.ts";
import { checkTypes } from "../checks/types.ts";
import type { CommandContext } from "../command-context.ts";

/** All mistakes in the workspace's definitions: its own rules, types and lint, side by side. Exit code 1 where there are any. */
export async function check({ terminal, workspace, signal }: CommandContext): Promise<number> {
  const opened = await workspace();
  const { found } = opened;
  const site: CheckSite = { found, files: await definitionFiles(found.definitionsFolder), signal };
  // Children first: they work while this process loads definitions.
  const [types, lint, definitions] = await Promise.all([
    timed(checkTypes(site)),
    timed(checkLint(site)),
    timed(checkDefinitions(() => opened.definitions())),
  ]);
  const parts = Object.entries({ definitions, types, lint }).map(([part, { found: { problems, notRun }, milliseconds }]) => {
    return { part, milliseconds, problems: problems.length, notRun };
  });
  const problems = merged([definitions.found, types.found, lint.found]);
  for (const problem of problems) terminal.say(formatProblem(problem));
  const { counts } = definitions.found;
  const summary = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`);
  terminal.say(problems.length === 0 ? `No problems: ${summary.join(", ")}.` : `Problems: ${problems.length}.`);
  for (const { part, notRun } of parts) if (notRun !== null) terminal.say(`Not checked: ${part}, because ${notRun}.`);
  terminal.result({ definitions: counts, problems, parts });
  return problems.length === 0 ? 0 : 1;
}

type DefinitionsFound = PartFound & { readonly counts: { readonly [kind: string]: number } };
type Loading = Awaited<ReturnType<CommandContext["workspace"]>>["definitions"];

/** A file that cannot be loaded is one more problem beside what the compiler says of it. */
async function checkDefinitions(load: Loading): Promise<DefinitionsFound> {
  try {
    const { catalogue, problems } = await load();
    const counts: { [kind: string]: number } = {};
    for (const { node } of catalogue.definitions) counts[node.kind] = (counts[node.kind] ?? 0) + 1;
    return { problems, notRun: null, counts };
  } catch (error) {
    if (!isAssayError(error) || error.code !== "ASSAY_WORKSPACE_DEFINITION_FAILED") throw error;
    return { problems: [error.problem], notRun: null, counts: {} };
  }
}

/** Each mistake once: what definitions say of a line themselves says more than a type that refuses it there. */
function merged(parts: readonly PartFound[]): Problem[] {
  const told = new Set<string>();
  return parts.flatMap(({ problems }) => {
    const fresh = problems.filter(({ place }) => place === undefined || !told.has(lineOf(place)));
    for (const { place } of fresh) if (place !== undefined) told.add(lineOf(place));
    return fresh;
  });
}

function lineOf({ file, line }: NonNullable<Problem["place"]>): string {
  return `${relative(process.cwd(), file)}:${line}`;
}
