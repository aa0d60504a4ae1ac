// Whether a policy can be carried out: every name it uses exists in the bundle, its bands decide everyone, its offers are
// amounts that were asked, and the score it uses is the one that reasons are measured for.

import { nearest, type Problem } from "../base/index.ts";
import type { ActionNode, OperandNode, RuleNode } from "../define/index.ts";
import { isAmount } from "./amounts.ts";
import type { BundleDocument } from "./bundle-document.ts";
import { operandName, operandsOf } from "./conditions.ts";
import { problems } from "./errors.ts";

type Bands = Extract<RuleNode, { kind: "bands" }>;

export function checkPolicy(document: BundleDocument): Problem[] {
  const { rules } = document.policy;
  const repeated = rules.filter((next, i) => rules.findIndex((other) => other.name === next.name) < i);
  const { policy, request } = document;
  const elsewhere =
    policy.request === request.name
      ? []
      : [
          problems.UNKNOWN_NAME(
            `policy ${policy.name}`,
            { what: "request", name: policy.request },
            { nearest: request.name },
          ),
        ];
  return [
    ...elsewhere,
    ...repeated.map((next) => problems.REPEATED_NAME(`rule ${next.name}`, {})),
    ...checkOrder(document),
    ...rules.flatMap((next) => checkRule(document, next)),
  ];
}

function checkOrder({ policy }: BundleDocument): Problem[] {
  const first = policy.rules.findIndex((next) => next.kind === "bands");
  const thing = `policy ${policy.name}`;
  if (first < 0) return [problems.BANDS(thing, { why: "it has no bands, so some people would get no decision" })];
  const after = policy.rules[first + 1];
  return after === undefined
    ? []
    : [problems.BANDS(thing, { why: `bands decide everyone, and "${after.name}" follows them` })];
}

function checkRule(document: BundleDocument, next: RuleNode): Problem[] {
  const thing = `rule ${next.name} of policy ${document.policy.name}`;
  if (next.kind === "bands") return checkBands(document, next, thing);
  const known = document.reasons.reasons.map((reason) => reason.name);
  const unknown =
    next.because === null || known.includes(next.because)
      ? []
      : [
          problems.UNKNOWN_NAME(
            thing,
            { what: "reason", name: next.because },
            { nearest: nearest(next.because, known) },
          ),
        ];
  return [...unknown, ...operandsOf(next.when).flatMap((operand) => checkOperand(document, operand, thing))];
}

function checkOperand(document: BundleDocument, operand: OperandNode, thing: string): Problem[] {
  if (operand.kind === "output") return checkOutput(document, operand, thing);
  if (operand.kind === "asked") return checkAsked(document, operand.field, thing);
  const bound = document.roles[operand.role];
  if (bound === undefined || bound !== operand.set) {
    return [
      problems.UNKNOWN_NAME(thing, { what: "feature set bound to a role", name: `${operand.role}: ${operand.set}` }),
    ];
  }
  const set = document.featureSets.find((candidate) => candidate.node.name === bound);
  const names = set?.node.features.map((feature) => feature.name) ?? [];
  if (names.includes(operand.feature)) return [];
  const where = { nearest: nearest(operand.feature, names) };
  return [problems.UNKNOWN_NAME(thing, { what: "feature", name: operandName(operand) }, where)];
}

function checkOutput(
  document: BundleDocument,
  on: { readonly model: string; readonly output: string },
  thing: string,
): Problem[] {
  const { model, output } = document.baseline;
  if (on.model === model && on.output === output) return [];
  return [problems.UNEXPLAINED_OUTPUT(thing, { output: `${on.model}.${on.output}`, explained: `${model}.${output}` })];
}

function checkAsked({ request }: BundleDocument, field: string, thing: string): Problem[] {
  const node = request.fields[field];
  if (node === undefined) {
    const where = { nearest: nearest(field, Object.keys(request.fields)) };
    return [problems.UNKNOWN_NAME(thing, { what: "field of the request", name: field }, where)];
  }
  return node.protection === "none" ? [] : [problems.PROTECTED(thing, { field })];
}

function checkBands(document: BundleDocument, next: Bands, thing: string): Problem[] {
  const found = checkOutput(document, next.on, thing);
  const edges = next.bands.map((band) => band.below);
  if (!edges.every((edge, i) => edge > 0 && edge <= 1 && (i === 0 || edge > edges[i - 1]!))) {
    found.push(problems.BANDS(thing, { why: "its edges are not ascending probabilities" }));
  }
  const first = next.bands.findIndex((band) => band.action.kind !== "approve");
  const later = first < 0 ? [] : next.bands.slice(first);
  if (
    first === 0 ||
    next.bands.length === 0 ||
    [...later.map((band) => band.action), next.otherwise].some((action) => action.kind === "approve")
  ) {
    found.push(problems.BANDS(thing, { why: "approval is not the run of its lowest bands" }));
  }
  const actions = [...next.bands.map((band) => band.action), next.otherwise];
  return [...found, ...actions.flatMap((action) => checkOffer(document, action, thing))];
}

function checkOffer(document: BundleDocument, action: ActionNode, thing: string): Problem[] {
  if (!("offer" in action)) return [];
  return Object.entries(action.offer).flatMap(([term, { asked, times }]) => {
    const unreadable = checkAsked(document, asked, thing);
    if (unreadable.length > 0) return unreadable;
    const field = document.request.fields[asked]!;
    if (field.optional)
      return [problems.OFFER(thing, { why: `its term "${term}" reads "${asked}", which need not be asked` })];
    if (!isAmount(field.type))
      return [problems.OFFER(thing, { why: `its term "${term}" reads "${asked}", which is no amount` })];
    return times >= 1e-6 && times <= 1_000
      ? []
      : [problems.OFFER(thing, { why: `its term "${term}" is ${times} times what was asked` })];
  });
}
