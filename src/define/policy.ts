// Policies: rules over named values, in the order written. The first rule that decides, decides.

import type { Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import { at, called, checkName } from "./names.ts";
import type { PolicyNode, RequestNode, RuleNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import type { RequestOf } from "./request.ts";
import type { DraftRule, Rule, RuleFacts } from "./rule.ts";
import { Settler } from "./settler.ts";
import { define, definedAs, factsAs, problemsOf } from "./thing.ts";

declare const POLICY: unique symbol;

/** A policy that reads the outputs of models `R`. */
export interface Policy<N extends string, R extends string> {
  readonly [POLICY]: { readonly name: N; readonly reads: R };
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
