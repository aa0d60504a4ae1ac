// Reasons: what an adverse decision says, by language. A group is features explained together: one player of the Shapley
// game. The library does not know the roles of a model, so its node names members as `set.feature`; `bindReasons` gives
// them their roles.

import type { MissingKind, Problem } from "../base/index.ts";
import { type AnyMember, memberFactsOf } from "./condition.ts";
import { problems } from "./errors.ts";
import { at, called, checkColumnNames, checkName } from "./names.ts";
import type { ReasonLibraryNode, ReasonNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import { define, type Facts, factsAs, seal } from "./thing.ts";
import type { ReasonText } from "./value.ts";
import type { ReasonFacts } from "./value-steps.ts";

declare const LIBRARY: unique symbol;
declare const WHEN: unique symbol;

/** A missing kind as a reason's occasion. */
export interface WhenMissing {
  readonly [WHEN]: MissingKind;
}

interface WhenFacts extends Facts {
  readonly is: "whenMissing";
  readonly node: MissingKind;
}

export interface ReasonEntry {
  readonly en: string;
  readonly es?: string;
  readonly group?: readonly AnyMember[];
  readonly when?: WhenMissing;
}

export type ReasonLibrary<R> = { readonly [LIBRARY]: string } & { readonly [K in keyof R]: ReasonText };

export interface AnyReasonLibrary {
  readonly [LIBRARY]: string;
}

/** The occasion of a reason: `when: missing("no history")`. */
export function missing(kind: MissingKind): WhenMissing {
  return seal({}, { is: "whenMissing", node: kind, problems: [] } satisfies WhenFacts) as WhenMissing;
}

/**
 * Declares the reasons of a workspace; each entry is then used by name.
 *
 *     export const reasons = reasonLibrary("card-lines", {
 *       latePayments: { en: "Number of recent late payments", group: [review.lateCount180d] },
 *     });
 */
export function reasonLibrary<const R extends { readonly [name: string]: ReasonEntry }>(
  name: string,
  entries: R,
): ReasonLibrary<R> {
  const origin = new Origin();
  const thing = `reasonLibrary "${called(name)}"`;
  const names = Object.keys(entries ?? {});
  const read = names.map((key) => readEntry(`${thing}, reason "${key}"`, key, entries[key], origin));
  const found = [...checkName("reasonLibrary", name, origin), ...checkColumnNames(thing, names, origin)];
  found.push(...read.flatMap((entry) => entry.problems));
  const node: ReasonLibraryNode = {
    kind: "reasonLibrary",
    name: called(name),
    reasons: read.map((entry) => entry.reason),
  };
  const face = {};
  for (const { reason } of read) {
    Object.defineProperty(face, reason.name, { value: entryOf(node.name, reason), enumerable: true });
  }
  return define(face, node, { problems: found, origin }) as never;
}

function entryOf(library: string, reason: ReasonNode): object {
  const node = { library, name: reason.name, text: reason.text };
  return seal({}, { is: "reason", node, problems: [] } satisfies ReasonFacts);
}

function readEntry(thing: string, name: string, entry: unknown, origin: Origin) {
  const { group = [], when, ...text } = (entry ?? {}) as Partial<ReasonEntry>;
  const found: Problem[] = [];
  const refuse = (expected: string) => found.push(problems.BAD_ARGUMENT(thing, { expected }, at(origin)));
  if (typeof text.en !== "string" || text.en === "") refuse("a text in English: { en: … }");
  const members = group.map(memberFactsOf);
  if (members.includes(undefined)) refuse("features of a set in its group, such as review.lateCount180d");
  const occasion = factsAs<WhenFacts>(when, "whenMissing")?.node ?? null;
  if (when !== undefined && occasion === null) refuse('an occasion such as missing("no history")');
  const names = members.flatMap((member) => (member === undefined ? [] : `${member.node.set}.${member.node.feature}`));
  const reason: ReasonNode = { name, text, group: names, when: occasion };
  return { reason, problems: found };
}

/** The library and name of an entry, for rules that give it; undefined for other things. */
export function reasonNameOf(thing: unknown): ReasonFacts["node"] | undefined {
  return factsAs<ReasonFacts>(thing, "reason")?.node;
}
