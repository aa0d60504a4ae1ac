// What a bundle must hold so that its policy can decide and its reasons can speak: one calibrated model, every role bound once,
// every value and output served, every reason in the library, every scored feature explained.

import { scoredColumns } from "./bind-reasons.ts";
import { find, findDefinition } from "./catalogue.ts";
import { operandsOf } from "./conditions-read.ts";
import { problems } from "./errors.ts";
import type { Findings } from "./findings.ts";
import type { BundleNode, ModelNode, PolicyNode, ReasonLibraryNode, RequestNode } from "./nodes.ts";

export function checkBundle(node: BundleNode, findings: Findings): void {
  const policy = findings.need("policy", node.policy);
  const library = findings.need("reasonLibrary", node.reasons);
  const models = [...node.models, ...node.shadow].flatMap((name) => findings.need("model", name) ?? []);
  checkFitted(node, models, findings);
  const roles = checkRoles(models, findings);
  if (policy !== undefined) checkPolicyInBundle(policy, roles, findings);
  if (library === undefined) return;
  if (policy !== undefined) checkRuleReasons(policy, library, findings);
  checkScored(node, library, findings);
}

/** What a season would leave out without a word, or do unasked: it fits one model and calibrates it. */
function checkFitted(node: BundleNode, models: readonly ModelNode[], findings: Findings): void {
  if (node.models.length !== 1) {
    findings.tell(problems.NOT_ONE_MODEL(findings.thing, { count: node.models.length }, findings.place));
  }
  if (node.shadow.length > 0) {
    findings.tell(problems.SHADOW(findings.thing, { models: node.shadow.join(", ") }, findings.place));
  }
  for (const { name, calibrate } of models) {
    if (calibrate.method !== "none") continue;
    findings.tell(problems.NOT_CALIBRATED(findings.thing, { model: name }, findings.place));
  }
}

/** Role → the one feature set that the models bind to it. */
function checkRoles(models: readonly ModelNode[], findings: Findings): ReadonlyMap<string, string> {
  const sets = new Map<string, Set<string>>();
  for (const { role, set } of models.flatMap((model) => model.inputs)) {
    sets.set(role, (sets.get(role) ?? new Set()).add(set));
  }
  for (const [role, bound] of sets) {
    if (bound.size < 2) continue;
    const params = { role, sets: [...bound].join(", ") };
    findings.tell(problems.TWO_SETS_FOR_A_ROLE(findings.thing, params, findings.place));
  }
  return new Map([...sets].map(([role, bound]) => [role, [...bound][0]!]));
}

function checkPolicyInBundle(policy: PolicyNode, roles: ReadonlyMap<string, string>, findings: Findings): void {
  const request = find(findings.catalogue, "request", policy.request);
  if (request !== undefined) checkParties(request, roles, findings);
  for (const operand of policy.rules.flatMap((rule) => (rule.kind === "bands" ? [] : operandsOf(rule.when)))) {
    if (operand.kind !== "value" || roles.get(operand.role) === operand.set) continue;
    const params = { operand: `${operand.set}.${operand.feature}`, role: operand.role };
    findings.tell(problems.VALUE_NOT_IN_BUNDLE(findings.thing, params, findings.place));
  }
}

function checkParties(request: RequestNode, roles: ReadonlyMap<string, string>, findings: Findings): void {
  for (const [role, set] of roles) {
    const entity = find(findings.catalogue, "features", set)?.entity;
    const party = Object.hasOwn(request.parties, role) ? request.parties[role] : undefined;
    if (entity === undefined || party?.entity === entity) continue;
    findings.tell(problems.UNKNOWN_ROLE(findings.thing, { role, request: request.name }, findings.place));
  }
}

function checkRuleReasons(policy: PolicyNode, library: ReasonLibraryNode, findings: Findings): void {
  const known = new Set(library.reasons.map((reason) => reason.name));
  for (const rule of policy.rules) {
    if (rule.kind === "bands" || rule.because === null || known.has(rule.because)) continue;
    findings.tell(problems.REASON_NOT_IN_BUNDLE(findings.thing, { reason: rule.because }, findings.place));
  }
}

/** A scored feature needs a reason: a group of the library, or a text of its own. */
function checkScored(node: BundleNode, library: ReasonLibraryNode, findings: Findings): void {
  const grouped = new Set(library.reasons.filter((reason) => reason.when === null).flatMap((reason) => reason.group));
  for (const { set, feature, model, column } of scoredColumns(node.models, findings.catalogue)) {
    if (grouped.has(`${set}.${feature}`)) continue;
    const definition = findDefinition(findings.catalogue, "features", set);
    if (definition === undefined || definition.document.texts[feature] !== undefined) continue;
    findings.tell(problems.NO_REASON(findings.thing, { feature: column, model }, findings.place));
  }
}
