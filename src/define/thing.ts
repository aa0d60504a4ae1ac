// Under every fluent face lies one frozen record of facts, kept under a symbol so that fields and features may be called
// `name` or `kind`. This file is the only reader and writer of that symbol.

import type { Problem } from "../base/index.ts";
import type { Definition, DefinitionDocument, DefinitionNode } from "./nodes.ts";
import type { Origin } from "./place.ts";

const FACTS: unique symbol = Symbol.for("assay.facts");

/** What every thing a builder returns can say about itself. Rooms of nouns extend it. */
export interface Facts {
  readonly is: string;
  /** null where a mistake left nothing to describe; `problems` then says why. */
  readonly node: unknown;
  readonly problems: readonly Problem[];
}

/** Attaches facts and freezes: after this nothing about the thing can change. */
export function seal<T extends object>(thing: T, facts: Facts): T {
  Object.defineProperty(thing, FACTS, { value: Object.freeze(facts) });
  return Object.freeze(thing);
}

export function factsOf(thing: unknown): Facts | undefined {
  if ((typeof thing !== "object" && typeof thing !== "function") || thing === null) return undefined;
  return (thing as { [FACTS]?: Facts })[FACTS];
}

/** The facts of a thing of one noun, or undefined where it is something else. */
export function factsAs<F extends Facts>(thing: unknown, is: F["is"]): F | undefined {
  const facts = factsOf(thing);
  return facts?.is === is ? (facts as F) : undefined;
}

/** The frozen data behind anything a builder returned; null where a mistake left none, undefined for other things. */
export function nodeOf(thing: unknown): unknown {
  return factsOf(thing)?.node;
}

export interface DefinitionFacts<N extends DefinitionNode = DefinitionNode> extends Facts {
  readonly is: "definition";
  readonly node: N;
  readonly definition: Definition<N>;
}

export function isDefinition(thing: unknown): boolean {
  return factsOf(thing)?.is === "definition";
}

/** The definition behind an exported thing. Throws TypeError where it is none: ask `isDefinition` first. */
export function definitionOf(thing: unknown): Definition {
  const facts = factsAs<DefinitionFacts>(thing, "definition");
  if (facts === undefined) throw new TypeError("not a definition");
  return facts.definition;
}

/** The node of a definition of one kind, or undefined. */
export function definedAs<N extends DefinitionNode>(thing: unknown, kind: N["kind"]): N | undefined {
  const facts = factsAs<DefinitionFacts>(thing, "definition");
  return facts?.node.kind === kind ? (facts.node as N) : undefined;
}

const NO_DOCUMENT: DefinitionDocument = { owner: null, use: null, description: null, texts: {} };

/** Seals a thing as a definition: its node, its texts, its place and every distinct problem of its parts. */
export function define<T extends object>(
  thing: T,
  node: DefinitionNode,
  found: { problems: readonly Problem[]; origin: Origin; document?: Partial<DefinitionDocument> },
): T {
  const definition: Definition = deepFreeze({
    node,
    document: { ...NO_DOCUMENT, ...found.document },
    place: found.origin.place,
    problems: [...new Set(found.problems)],
  });
  return seal(thing, { is: "definition", node, problems: definition.problems, definition } as DefinitionFacts);
}

export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}

export function problemsOf(...things: unknown[]): Problem[] {
  return things.flatMap((thing) => factsOf(thing)?.problems ?? []);
}
