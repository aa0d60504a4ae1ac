// Every exported definition of a workspace, collected from its files: what `check` reports on and all else works from.

import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { AssayError, nearest, type Problem } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import {
  type Catalogue,
  checkDefinitions,
  collectDefinitions,
  type Definition,
  type DefinitionNode,
  findDefinition,
} from "../define/index.ts";
import { problems } from "./errors.ts";

type NodeOf<K extends DefinitionNode["kind"]> = Extract<DefinitionNode, { readonly kind: K }>;

export interface LoadedDefinitions {
  readonly catalogue: Catalogue;
  /** Empty where every definition may be compiled. Places are relative to the current folder. */
  readonly problems: readonly Problem[];
}

/** Throws ASSAY_WORKSPACE_NO_DEFINITIONS, DEFINITION_FAILED; what is wrong with a definition is in `problems`. */
export async function loadDefinitions(folder: string): Promise<LoadedDefinitions> {
  const definitions: Definition[] = [];
  for (const file of await definitionFiles(folder))
    definitions.push(...collectDefinitions(await importFile(file), file));
  const unique = [...new Map(definitions.map((definition) => [definition.node, definition])).values()];
  return { catalogue: { definitions: unique }, problems: checkDefinitions(unique).map(fromHere) };
}

/** In the order they are loaded, tests of them left out. Throws ASSAY_WORKSPACE_NO_DEFINITIONS. */
export async function definitionFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files = names.filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts")).sort();
  if (files.length === 0) throw new AssayError(problems.NO_DEFINITIONS(folder));
  return files.map((file) => join(folder, file));
}

async function importFile(path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AssayError(problems.DEFINITION_FAILED(relative(process.cwd(), path), { why }), { cause: error });
  }
}

function fromHere(problem: Problem): Problem {
  const { place } = problem;
  if (place === undefined) return problem;
  return { ...problem, place: { ...place, file: relative(process.cwd(), place.file) } };
}

/** All nodes of a kind, in the order found. */
export function nodesOf<K extends DefinitionNode["kind"]>(catalogue: Catalogue, kind: K): NodeOf<K>[] {
  return catalogue.definitions
    .map((definition) => definition.node)
    .filter((node): node is NodeOf<K> => node.kind === kind);
}

/** One definition by name. Throws ASSAY_WORKSPACE_NO_SUCH_DEFINITION with the nearest name. */
export function definitionNamed<K extends DefinitionNode["kind"]>(
  catalogue: Catalogue,
  kind: K,
  name: string,
): Definition<NodeOf<K>> {
  const found = findDefinition(catalogue, kind, name);
  if (found !== undefined) return found;
  const names = nodesOf(catalogue, kind).map((node) => node.name);
  throw new AssayError(problems.NO_SUCH_DEFINITION(`${kind} "${name}"`, { kind }, { nearest: nearest(name, names) }));
}

/** The events of a workspace by name. */
export function schemaOf(catalogue: Catalogue): HistorySchema {
  return Object.fromEntries(nodesOf(catalogue, "event").map((event) => [event.name, event]));
}
