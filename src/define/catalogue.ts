// A workspace's definitions, looked up by kind and name.

import type { Catalogue, Definition, DefinitionNode } from "./nodes.ts";
import { definitionOf, isDefinition } from "./thing.ts";

export type NodeOf<K extends DefinitionNode["kind"]> = Extract<DefinitionNode, { readonly kind: K }>;

/** The definitions among the exports of one module; `file` stands in where the stack named no place. */
export function collectDefinitions(moduleExports: Readonly<Record<string, unknown>>, file: string): Definition[] {
  const found = new Set<Definition>();
  for (const thing of Object.values(moduleExports)) {
    if (isDefinition(thing)) found.add(definitionOf(thing));
  }
  return [...found].map((definition) =>
    definition.place === null ? { ...definition, place: { file, line: 1 } } : definition,
  );
}

/** The node of one kind and name, or undefined. */
export function find<K extends DefinitionNode["kind"]>(
  catalogue: Catalogue,
  kind: K,
  name: string,
): NodeOf<K> | undefined {
  return findDefinition(catalogue, kind, name)?.node;
}

export function findDefinition<K extends DefinitionNode["kind"]>(
  catalogue: Catalogue,
  kind: K,
  name: string,
): Definition<NodeOf<K>> | undefined {
  const same = (definition: Definition): definition is Definition<NodeOf<K>> =>
    definition.node.kind === kind && definition.node.name === name;
  return catalogue.definitions.find(same);
}

export function namesOf(catalogue: Catalogue, kind: DefinitionNode["kind"]): string[] {
  return catalogue.definitions.filter(({ node }) => node.kind === kind).map(({ node }) => node.name);
}
