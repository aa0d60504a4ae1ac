// Policies: rules over named values, in the order written. The first rule that decides, decides.
//
// A condition names a feature set, not a role. The role is settled here, against the request: the one party whose entity the
// set is about; where several are, the only one that is not optional.

import type { MissingKind, Problem } from "../base/index.ts";
import {
  type Condition,
  type DraftCondition,
  type DraftOperand,
  type MarkedMember,
  type Output,
  operandName,
  outputFactsOf,
  readCondition,
} from "./condition.ts";
import { problems } from "./errors.ts";
import { at, called, checkName } from "./names.ts";
import type {
  ActionNode,
  ConditionNode,
  OfferNode,
  OperandNode,
  PolicyNode,
  RequestNode,
  RuleNode,
  ValueNode,
} from "./nodes.ts";
import { Origin } from "./place.ts";
import { reasonNameOf } from "./reason.ts";
import type { RequestOf } from "./request.ts";
import { define, definedAs, type Facts, factsAs, problemsOf, seal } from "./thing.ts";
import type { Marked, ReasonText, ValueFacts } from "./value.ts";

declare const POLICY: unique symbol;
declare const RULE: unique symbol;
declare const ACTION: unique symbol;

/** A rule that reads the outputs of models `R`. */
export interface Rule<R extends string> {
  readonly [RULE]: R;
}
export interface Action {
  readonly [ACTION]: true;
}
/** A policy that reads the outputs of models `R`. */
export interface Policy<N extends string, R extends string> {
  readonly [POLICY]: { readonly name: N; readonly reads: R };
}

type Question<R extends string> =
  | Condition<R>
  | MarkedMember<string, "boolean", boolean, MissingKind>
  | Marked<never, "boolean", boolean, MissingKind, "past">;

/** Terms offered: request fields, or such fields times a constant. */
export type Offer = { readonly [term: string]: Marked<never, string, number, MissingKind, "past"> };

type DraftRule =
  | { readonly kind: "knockOut"; readonly name: string; readonly when: DraftCondition | null; readonly because: string }
  | {
      readonly kind: "refer";
      readonly name: string;
      readonly when: DraftCondition | null;
      readonly because: string | null;
    }
  | { readonly kind: "bands"; readonly name: string; readonly rule: Extract<RuleNode, { kind: "bands" }> };

interface RuleFacts extends Facts {
  readonly is: "rule";
  readonly node: DraftRule;
  readonly origin: Origin;
  /** Requests that the actions of bands offer terms of. */
  readonly requests: readonly string[];
}

interface ActionFacts extends Facts {
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

/** Declines whoever meets the condition, and says why. */
export function knockOut<R extends string = never>(
  name: string,
  rule: { readonly when: Question<R>; readonly because: ReasonText },
): Rule<R> {
  return conditional("knockOut", name, rule, new Origin()) as Rule<R>;
}

/** Without a name the action that hands the case to a person; with one, a rule that does so on a condition. */
export function refer(): Action;
export function refer<R extends string = never>(
  name: string,
  rule: { readonly when: Question<R>; readonly because?: ReasonText },
): Rule<R>;
export function refer(name?: string, rule?: object): object {
  if (name === undefined) return action({ kind: "refer" }, [], []);
  return conditional("refer", name, rule ?? {}, new Origin());
}

export interface Band {
  readonly below: number;
  readonly then: Action;
}

/** Decides by an output: a score takes the first band it is below; the last entry takes the rest. */
export function bands<R extends string>(
  output: Output<R>,
  list: readonly [...Band[], { readonly otherwise: Action }],
): Rule<R> {
  const origin = new Origin();
  const facts = outputFactsOf(output);
  const on = { model: facts?.node.model ?? "", output: facts?.node.output ?? "" };
  const name = `${on.model}.${on.output}`;
  const thing = `bands on ${name}`;
  const found =
    facts === undefined
      ? [problems.BAD_ARGUMENT("bands", { expected: "a model output such as pd.outputs.pd" }, at(origin))]
      : [];
  const read = readBands(thing, list, origin);
  const rule = { kind: "bands", name, on, bands: read.bands, otherwise: read.otherwise } as const;
  const made: RuleFacts = {
    is: "rule",
    node: { kind: "bands", name, rule },
    problems: [...found, ...read.problems],
    origin,
    requests: read.requests,
  };
  return seal({}, made) as Rule<R>;
}

function readBands(thing: string, list: readonly unknown[], origin: Origin) {
  const entries = (Array.isArray(list) ? list : []) as Partial<Band & { otherwise: Action }>[];
  const last = entries.at(-1);
  const steps = entries.slice(0, -1);
  const found: Problem[] = [];
  const refuse = (sentence: string) => found.push(problems.BANDS(thing, { sentence }, at(origin)));
  if (last === undefined || !("otherwise" in last)) refuse("the last band is not { otherwise: … }");
  if (steps.some((step) => typeof step.below !== "number" || !(step.below > 0 && step.below <= 1))) {
    refuse("a band needs a `below` above 0 and at most 1");
  }
  const out = steps.find((step, i) => i > 0 && !(step.below! > steps[i - 1]!.below!));
  if (out !== undefined)
    refuse(`band below ${out.below} comes after a band below ${steps[steps.indexOf(out) - 1]!.below}`);
  const actions = [...steps.map((step) => step.then), last?.otherwise].map((made) => readAction(thing, made, origin));
  return {
    bands: steps.map((step, i) => ({ below: step.below ?? 0, action: actions[i]!.node })),
    otherwise: actions.at(-1)!.node,
    problems: [...found, ...actions.flatMap((made) => made.problems)],
    requests: actions.flatMap((made) => made.requests),
  };
}

function readAction(thing: string, made: unknown, origin: Origin): ActionFacts {
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
    const asked = facts?.node == null ? undefined : askedTimes(facts.node);
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

function askedTimes(node: ValueNode): { request: string; field: string; times: number } | undefined {
  if (node.kind === "asked") return { request: node.request, field: node.field, times: 1 };
  const inner = node.kind === "times" ? askedTimes(node.of) : undefined;
  return inner === undefined || node.kind !== "times" ? undefined : { ...inner, times: inner.times * node.factor };
}

function conditional(
  kind: "knockOut" | "refer",
  name: string,
  rule: { readonly when?: unknown; readonly because?: unknown },
  origin: Origin,
): object {
  const thing = `${kind} "${called(name)}"`;
  const when = readCondition(rule?.when, `${thing}, when`, origin);
  const because = reasonNameOf(rule?.because)?.name;
  const found = [...checkName(kind, name, origin), ...when.problems];
  if (because === undefined && (kind === "knockOut" || rule?.because !== undefined)) {
    found.push(problems.BAD_ARGUMENT(`${thing}, because`, { expected: "an entry of a reason library" }, at(origin)));
  }
  const node: DraftRule =
    kind === "knockOut"
      ? { kind, name: called(name), when: when.node, because: because ?? "" }
      : { kind, name: called(name), when: when.node, because: because ?? null };
  return seal({}, { is: "rule", node, problems: found, origin, requests: [] } as RuleFacts);
}

type RulesRead<R> = R extends readonly Rule<infer M>[] ? M : never;

/**
 * Declares a policy on a request.
 *
 *     export const lineIncrease = policy("lineIncrease", lineRequest, [
 *       knockOut("currentlyLate", { when: review.statusNow.is(atLeast(2)), because: reasons.currentlyLate }),
 *       bands(pd.outputs.pd, [{ below: 0.08, then: approve({ increase: lineRequest.increase }) }, { otherwise: decline() }]),
 *     ]);
 */
export function policy<const N extends string, const R extends readonly Rule<string>[]>(
  name: N,
  on: RequestOf<string, unknown, unknown>,
  rules: R,
): Policy<N, RulesRead<R>> {
  const origin = new Origin();
  const thing = `policy "${called(name)}"`;
  const request = definedAs<RequestNode>(on, "request");
  const found = checkName("policy", name, origin);
  if (request === undefined) found.push(problems.BAD_ARGUMENT(thing, { expected: "a request" }, at(origin)));
  const settled = (Array.isArray(rules) ? rules : []).map((rule) => settleRule(thing, rule, request, origin));
  found.push(...settled.flatMap((rule) => rule.problems));
  const nodes = settled.flatMap((rule) => rule.node ?? []);
  found.push(...repeatedRules(thing, nodes, origin));
  const node: PolicyNode = { kind: "policy", name: called(name), request: request?.name ?? "", rules: nodes };
  return define({}, node, { problems: found, origin }) as never;
}

function repeatedRules(thing: string, rules: readonly RuleNode[], origin: Origin): Problem[] {
  const names = rules.map((rule) => rule.name);
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  return twice.map((name) => problems.BAD_ARGUMENT(thing, { expected: `rule "${name}" only once` }, at(origin)));
}

type Settled = { readonly node: RuleNode | null; readonly problems: readonly Problem[] };

function settleRule(policyName: string, thing: unknown, request: RequestNode | undefined, origin: Origin): Settled {
  const facts = factsAs<RuleFacts>(thing, "rule");
  if (facts === undefined) {
    const expected = "rules: knockOut(…), refer(name, …) or bands(…)";
    return {
      node: null,
      problems: [...problemsOf(thing), problems.BAD_ARGUMENT(policyName, { expected }, at(origin))],
    };
  }
  const { node } = facts;
  const settler = new Settler(`${policyName}, ${node.kind} "${node.name}"`, request, facts.origin);
  settler.checkRequests(facts.requests);
  const settledNode = node.kind === "bands" ? node.rule : settleConditional(node, settler);
  return { node: settledNode, problems: [...facts.problems, ...settler.problems] };
}

function settleConditional(node: Exclude<DraftRule, { kind: "bands" }>, settler: Settler): RuleNode | null {
  const when = node.when === null ? null : settler.condition(node.when);
  return when === null ? null : { ...node, when };
}

/** Gives operands the roles of one request. */
class Settler {
  readonly problems: Problem[] = [];
  readonly #thing: string;
  readonly #request: RequestNode | undefined;
  readonly #origin: Origin;

  constructor(thing: string, request: RequestNode | undefined, origin: Origin) {
    this.#thing = thing;
    this.#request = request;
    this.#origin = origin;
  }

  condition(draft: DraftCondition): ConditionNode {
    if ("conditions" in draft)
      return { kind: draft.kind, conditions: draft.conditions.map((part) => this.condition(part)) };
    return { ...draft, operand: this.#operand(draft.operand) };
  }

  checkRequests(requests: readonly string[]): void {
    const name = this.#request?.name;
    for (const other of new Set(requests)) {
      if (name === undefined || other === name) continue;
      this.problems.push(problems.OTHER_REQUEST(this.#thing, { request: name, other }, at(this.#origin)));
    }
  }

  #operand(operand: DraftOperand): OperandNode {
    if (operand.kind === "output") return operand;
    if (operand.kind === "asked") {
      this.checkRequests([operand.request]);
      return { kind: "asked", field: operand.field };
    }
    const role = this.#request === undefined ? "" : roleFor(operand.entity, this.#request);
    if (role === undefined) {
      const params = { set: operand.set, entity: operand.entity, request: this.#request!.name };
      this.problems.push(problems.NO_ROLE(`${this.#thing} at ${operandName(operand)}`, params, at(this.#origin)));
    }
    return { kind: "value", role: role ?? "", set: operand.set, feature: operand.feature };
  }
}

function roleFor(entity: string, request: RequestNode): string | undefined {
  const roles = Object.entries(request.parties).filter(([, party]) => party.entity === entity);
  const required = roles.filter(([, party]) => !party.optional);
  const [only, ...others] = roles.length === 1 ? roles : required;
  return others.length === 0 ? only?.[0] : undefined;
}
