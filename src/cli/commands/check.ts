import { writeFile } from "node:fs/promises";
import { relative } from "node:path";
import { AssayError, canonicalJson, formatProblem, isAssayError, type Problem } from "../../base/index.ts";
import type { Catalogue } from "../../define/index.ts";
import { definitionFiles } from "../../workspace/index.ts";
import { checkLint } from "../checks/lint.ts";
import { type CheckSite, type PartFound, timed } from "../checks/part.ts";
import { checkTypes } from "../checks/types.ts";
import type { CommandContext } from "../command-context.ts";
import { problems } from "../errors.ts";

/** All mistakes in the workspace's definitions: its own rules, types and lint, side by side. Exit code 1 where there are any. */
export async function check(
  { terminal, workspace, signal }: CommandContext,
  { keep }: { readonly keep?: string },
): Promise<number> {
  const opened = await workspace();
  const { found } = opened;
  const site: CheckSite = { found, files: await definitionFiles(found.definitionsFolder), signal };
  // Children first: they work while this process loads definitions.
  const [types, lint, definitions] = await Promise.all([
    timed(checkTypes(site)),
    timed(checkLint(site)),
    timed(checkDefinitions(() => opened.definitions())),
  ]);
  const told = merged([definitions.found, types.found, lint.found]);
  const { counts } = definitions.found;
  const parts = Object.entries({ definitions, types, lint }).map(([part, timing]) => partOf(part, timing));
  for (const problem of told) terminal.say(formatProblem(problem));
  const summary = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`);
  terminal.say(told.length === 0 ? `No problems: ${summary.join(", ")}.` : `Problems: ${told.length}.`);
  for (const { part, notRun } of parts) if (notRun !== null) terminal.say(`Not checked: ${part}, because ${notRun}.`);
  if (keep !== undefined && told.length === 0) await keepDefinitions((await opened.definitions()).catalogue, keep);
  terminal.result({ definitions: counts, problems: told, parts });
  return told.length === 0 ? 0 : 1;
}

function partOf(part: string, { found, milliseconds }: { readonly found: PartFound; readonly milliseconds: number }) {
  return { part, milliseconds, problems: found.problems.length, notRun: found.notRun };
}

/** Loads what compiles only where it is asked to keep. Throws ASSAY_CLI_NOT_KEPT. */
async function keepDefinitions(catalogue: Catalogue, file: string): Promise<void> {
  const { keptDefinitions } = await import("../../catalogue/index.ts");
  try {
    await writeFile(file, `${canonicalJson(keptDefinitions(catalogue))}\n`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AssayError(problems.NOT_KEPT(file, { why }), { cause: error });
  }
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
