// What definitions mean now against what they meant: in the bundle in force, another bundle, a folder, or a document that
// `assay check --keep` wrote.

import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { AssayError } from "../../base/index.ts";
import { bundleSides, diffDefinitions, printDiff, readDefinitions } from "../../catalogue/index.ts";
import type { Catalogue } from "../../define/index.ts";
import { CONFIG_FILE, loadDefinitions, type Workspace } from "../../workspace/index.ts";
import type { CommandContext } from "../command-context.ts";
import { problems } from "../errors.ts";
import { bundleStarting } from "./release.ts";

/** Exit code 1 where some meaning differs. */
export async function diff(
  context: CommandContext,
  before: string | undefined,
  after: string | undefined,
): Promise<number> {
  const { terminal } = context;
  const workspace = await context.workspace();
  const now =
    after === undefined ? (await workspace.checkedDefinitions()).catalogue : await definitionsAt(context, after);
  const sides =
    before !== undefined && (await kindOf(before)) !== undefined
      ? { before: await definitionsAt(context, before), after: now, note: null }
      : await heldByBundle(workspace, before, now);
  const found = diffDefinitions(sides.before, sides.after);
  terminal.say(printDiff(found));
  if (sides.note !== null) terminal.say(sides.note);
  terminal.result({ ...found, note: sides.note });
  return found.meaningsDiffer ? 1 : 0;
}

interface Sides {
  readonly before: Catalogue;
  readonly after: Catalogue;
  readonly note: string | null;
}

const NOTE = "A bundle holds no labels, entities and owners, so those were not compared.";

async function heldByBundle(workspace: Workspace, name: string | undefined, now: Catalogue): Promise<Sides> {
  const registry = await workspace.registry();
  const hash = name === undefined ? (await registry.released())?.hash : await bundleStarting(registry, name);
  if (hash === undefined) throw new AssayError(problems.NOTHING_RELEASED("the workspace"));
  const document = await registry.bundle(hash);
  const note = `Held against bundle ${hash.slice(0, 12)} and its dataset ${document.evidence.dataset.slice(0, 12)}, which stay as they are. ${NOTE}`;
  return { ...bundleSides(document, now), note };
}

async function kindOf(path: string): Promise<"folder" | "file" | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isDirectory() ? "folder" : "file";
}

/** Of a workspace, of a folder of definitions, or kept as a document. */
async function definitionsAt({ workspace }: CommandContext, path: string): Promise<Catalogue> {
  const kind = await kindOf(path);
  if (kind === undefined) throw new AssayError(problems.NO_DEFINITIONS_THERE(path));
  if (kind === "file") return readDefinitions(jsonOf(await readFile(path, "utf8"), path), path);
  if ((await kindOf(join(path, CONFIG_FILE))) === "file")
    return (await (await workspace(path)).checkedDefinitions()).catalogue;
  const { catalogue, problems: found } = await loadDefinitions(path);
  if (found.length > 0) throw new AssayError(found[0]!);
  return catalogue;
}

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AssayError(problems.NO_DEFINITIONS_THERE(path), { cause: error });
  }
}
