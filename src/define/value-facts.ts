// What a value knows of itself under its fluent face, and how one is read for use. Types say the same for the editor.

import { type MissingKind, missingKinds, type Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import { at } from "./names.ts";
import type { FieldType, UnitNode, ValueNode } from "./nodes.ts";
import type { Origin } from "./place.ts";
import { passedOn } from "./protected.ts";
import { type Facts, factsAs, factsOf } from "./thing.ts";

/** Where a value looks: "no window" is an aggregate whose window has not been said yet. */
export type Tense = "past" | "future" | "no window";

export interface ValueFacts extends Facts {
  readonly is: "value";
  readonly node: ValueNode | null;
  readonly unit: UnitNode | null;
  readonly missing: readonly MissingKind[];
  readonly tenses: readonly Tense[];
  readonly entities: readonly string[];
  readonly reason: { readonly text: string; readonly worse: "higher" | "lower" | null } | null;
  readonly origin: Origin;
  /** Set where no feature may hold this: a protected request field, a reference, an instant. Told at each use. */
  readonly refusal?: (user: string, origin: Origin) => Problem;
  /** Of something refused, the field that it picks, for the few that may read it: `.of` and `daysUntil`. */
  readonly picks?: FieldType;
}

/** Reads a value for use; something else becomes a problem-carrying value, so that a chain never breaks. */
export function readValue(thing: unknown, user: string, origin: Origin): ValueFacts {
  const facts = factsAs<ValueFacts>(thing, "value");
  if (facts?.refusal !== undefined) return brokenFacts([...facts.problems, facts.refusal(user, origin)], origin);
  if (facts !== undefined) {
    return facts.problems.length === 0 ? facts : { ...facts, problems: passedOn(facts.problems, user) };
  }
  const inherited = factsOf(thing)?.problems ?? [];
  const expected = "a value, such as sum(statement.billed).last(days(90))";
  return brokenFacts([...inherited, problems.BAD_ARGUMENT(user, { expected }, at(origin))], origin);
}

export function brokenFacts(found: readonly Problem[], origin: Origin): ValueFacts {
  const nothing = { node: null, unit: null, missing: [], tenses: [], entities: [], reason: null };
  return { is: "value", ...nothing, problems: found, origin };
}

/** In the order of the format, each once. */
export function kindsOf(...lists: readonly (readonly MissingKind[])[]): MissingKind[] {
  const held = new Set(lists.flat());
  return missingKinds.filter((kind) => held.has(kind));
}

/** What operands say together about time and subject; their reasons end here. */
export function unionOf(...parts: readonly ValueFacts[]): Pick<ValueFacts, "tenses" | "entities" | "reason"> {
  return {
    tenses: [...new Set(parts.flatMap(({ tenses }) => tenses))],
    entities: [...new Set(parts.flatMap(({ entities }) => entities))],
    reason: null,
  };
}
