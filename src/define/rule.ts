// Rules: a condition that knocks out or refers, or bands over an output. Conditions still name sets here; a policy gives them
// their roles.

import type { MissingKind, Problem } from "../base/index.ts";
import { type Action, readAction, referral } from "./action.ts";
import {
  type Condition,
  type DraftCondition,
  type MarkedMember,
  type Output,
  outputFactsOf,
  readCondition,
} from "./condition.ts";
import { problems } from "./errors.ts";
import { at, called, checkName } from "./names.ts";
import type { RuleNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import { reasonNameOf } from "./reason.ts";
import { checkSettings } from "./settings.ts";
import { type Facts, seal } from "./thing.ts";
import type { Marked, ReasonText } from "./value.ts";

declare const RULE: unique symbol;

/** A rule that reads the outputs of models `R`. */
export interface Rule<R extends string> {
  readonly [RULE]: R;
}

type Question<R extends string> =
  | Condition<R>
  | MarkedMember<string, "boolean", boolean, MissingKind>
  | Marked<never, "boolean", boolean, MissingKind, "past">;

export type DraftRule =
  | { readonly kind: "knockOut"; readonly name: string; readonly when: DraftCondition | null; readonly because: string }
  | {
      readonly kind: "refer";
      readonly name: string;
      readonly when: DraftCondition | null;
      readonly because: string | null;
    }
  | { readonly kind: "bands"; readonly name: string; readonly rule: Extract<RuleNode, { kind: "bands" }> };

export interface RuleFacts extends Facts {
  readonly is: "rule";
  readonly node: DraftRule;
  readonly origin: Origin;
  /** Requests that the actions of bands offer terms of. */
  readonly requests: readonly string[];
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
  if (name === undefined) return referral();
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

function conditional(
  kind: "knockOut" | "refer",
  name: string,
  rule: { readonly when?: unknown; readonly because?: unknown },
  origin: Origin,
): object {
  const thing = `${kind} "${called(name)}"`;
  const when = readCondition(rule?.when, `${thing}, when`, origin);
  const because = reasonNameOf(rule?.because)?.name;
  const found = [
    ...checkName(kind, name, origin),
    ...checkSettings(thing, rule, ["when", "because"], origin),
    ...when.problems,
  ];
  if (because === undefined && (kind === "knockOut" || rule?.because !== undefined)) {
    found.push(problems.BAD_ARGUMENT(`${thing}, because`, { expected: "an entry of a reason library" }, at(origin)));
  }
  const node: DraftRule =
    kind === "knockOut"
      ? { kind, name: called(name), when: when.node, because: because ?? "" }
      : { kind, name: called(name), when: when.node, because: because ?? null };
  return seal({}, { is: "rule", node, problems: found, origin, requests: [] } as RuleFacts);
}
