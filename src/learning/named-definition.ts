// Definitions by kind and name, for plans.

import { AssayError, nearest } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import { type Catalogue, type Definition, type DefinitionNode, findDefinition } from "../define/index.ts";
import { problems } from "./errors.ts";

export type NodeOf<K extends DefinitionNode["kind"]> = Extract<DefinitionNode, { readonly kind: K }>;

/** `asker` says what it is needed for. Throws ASSAY_LEARNING_UNKNOWN, with the nearest of its kind. */
export function definitionNamed<K extends DefinitionNode["kind"]>(
  catalogue: Catalogue,
  { kind, name }: { readonly kind: K; readonly name: string },
  asker: string,
): Definition<NodeOf<K>> {
  const definition = findDefinition(catalogue, kind, name);
  if (definition !== undefined) return definition;
  const known = nodesOf(catalogue, kind).map((node) => node.name);
  throw new AssayError(problems.UNKNOWN(`${kind} "${name}"`, { asker }, { nearest: nearest(name, known) }));
}

/** The events of a catalogue, by name. */
export function eventsOf(catalogue: Catalogue): HistorySchema {
  return Object.fromEntries(nodesOf(catalogue, "event").map((event) => [event.name, event]));
}

function nodesOf<K extends DefinitionNode["kind"]>({ definitions }: Catalogue, kind: K): NodeOf<K>[] {
  return definitions.map(({ node }) => node).filter((node): node is NodeOf<K> => node.kind === kind);
}
