// Actions: what a band does. The terms of an offer are request fields, or such fields times a constant, so that what is
// offered can be read off the request.

import type { MissingKind, Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import { at } from "./names.ts";
import type { ActionNode, OfferNode, ValueNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import { type Facts, factsAs, problemsOf, seal } from "./thing.ts";
import type { Marked } from "./value.ts";
import type { ValueFacts } from "./value-facts.ts";

declare const ACTION: unique symbol;

export interface Action {
  readonly [ACTION]: true;
}

/** Terms offered: request fields, or such fields times a constant. */
export type Offer = { readonly [term: string]: Marked<never, string, number, MissingKind, "past"> };

export interface ActionFacts extends Facts {
  readonly is: "action";
  readonly node: ActionNode;
  readonly requests: readonly string[];
}

/** Grants what the terms say, as asked. */
export function approve(offer: Offer): Action {
  return offering("approve", offer, new Origin());
}

/** Offers other terms than asked: an adverse action that carries reasons. */
export function counterOffer(offer: Offer): Action {
  return offering("counterOffer", offer, new Origin());
}

export function decline(): Action {
  return action({ kind: "decline" }, [], []);
}

/** Hands the case to a person. */
export function referral(): Action {
  return action({ kind: "refer" }, [], []);
}

/** Reads an action for use; something else becomes a decline with a problem. */
export function readAction(thing: string, made: unknown, origin: Origin): ActionFacts {
  const facts = factsAs<ActionFacts>(made, "action");
  if (facts !== undefined) return facts;
  const expected = "an action: approve(…), counterOffer(…), refer() or decline()";
  const found = [...problemsOf(made), problems.BAD_ARGUMENT(thing, { expected }, at(origin))];
  return { is: "action", node: { kind: "decline" }, problems: found, requests: [] };
}

function action(node: ActionNode, found: readonly Problem[], requests: readonly string[]): Action {
  return seal({}, { is: "action", node, problems: found, requests } as ActionFacts) as Action;
}

function offering(kind: "approve" | "counterOffer", offer: object, origin: Origin): Action {
  const terms: Record<string, OfferNode[string]> = {};
  const found: Problem[] = [];
  const requests: string[] = [];
  for (const [term, thing] of Object.entries(offer ?? {})) {
    const facts = factsAs<ValueFacts>(thing, "value");
    const asked = askedTimes(facts?.node ?? null);
    found.push(...problemsOf(thing));
    if (asked === undefined) {
      found.push(problems.OFFER(kind, { term }, at(origin)));
      continue;
    }
    terms[term] = { asked: asked.field, times: asked.times };
    requests.push(asked.request);
  }
  return action({ kind, offer: terms }, found, requests);
}

function askedTimes(node: ValueNode | null): { request: string; field: string; times: number } | undefined {
  if (node === null) return undefined;
  if (node.kind === "asked") return { request: node.request, field: node.field, times: 1 };
  const inner = node.kind === "times" ? askedTimes(node.of) : undefined;
  return inner === undefined || node.kind !== "times" ? undefined : { ...inner, times: inner.times * node.factor };
}
