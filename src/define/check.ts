// What no single builder can see: mistakes between definitions. Everything is told at once.

import { canonicalJson, nearest, type Problem } from "../base/index.ts";
import { checkBundle } from "./check-bundle.ts";
import { operandsOf } from "./conditions-read.ts";
import { problems } from "./errors.ts";
import { Findings, nameOf, placed } from "./findings.ts";
import { endingsOf, valuesOfLabel } from "./label-parts.ts";
import { memberParts } from "./names.ts";
import type {
  ActionNode,
  Catalogue,
  Definition,
  EventNode,
  FeatureSetNode,
  FieldNode,
  LabelNode,
  ModelNode,
  OperandNode,
  PolicyNode,
  ReasonLibraryNode,
  RequestNode,
  RuleNode,
  SequenceNode,
} from "./nodes.ts";
import { printValue } from "./print.ts";
import { printStream } from "./print-row.ts";
import { type Read, readsOf, streamReads } from "./reads.ts";
import { printSequence, sequenceReads } from "./sequence-parts.ts";

/** Every problem of a workspace's definitions: those of each, and those between them. An empty list means it compiles. */
export function checkDefinitions(definitions: readonly Definition[]): Problem[] {
  const distinct = [...new Set(definitions)];
  const catalogue: Catalogue = { definitions: distinct };
  const own = distinct.flatMap((definition) => definition.problems);
  const between = distinct.flatMap((definition) => checkAgainst(definition, catalogue));
  return [...new Set([...own, ...repeated(distinct), ...between])];
}

function repeated(definitions: readonly Definition[]): Problem[] {
  const seen = new Map<string, Definition>();
  return definitions.flatMap((definition) => {
    const what = nameOf(definition.node);
    const earlier = seen.get(what);
    if (earlier !== undefined)
      return [problems.REPEATED(what, { what, other: placeText(earlier) }, placed(definition))];
    seen.set(what, definition);
    return [];
  });
}

function placeText({ place }: Definition): string {
  return place === null ? "an unknown place" : `${place.file}:${place.line}`;
}

function checkAgainst(definition: Definition, catalogue: Catalogue): Problem[] {
  const findings = new Findings(definition, catalogue);
  const { node } = definition;
  if (node.kind === "event") checkEvent(node, findings);
  if (node.kind === "request") checkRequest(node, findings);
  if (node.kind === "features") checkFeatures(node, findings);
  if (node.kind === "label") checkLabel(node, findings);
  if (node.kind === "sequence") checkSequence(node, findings);
  if (node.kind === "model") checkModel(node, findings);
  if (node.kind === "reasonLibrary") checkLibrary(node, findings);
  if (node.kind === "policy") checkPolicy(node, findings);
  if (node.kind === "bundle") checkBundle(node, findings);
  return findings.problems;
}

function checkEvent(node: EventNode, findings: Findings): void {
  findings.need("entity", node.entity);
  checkRefs(node.fields, findings);
}

function checkRequest(node: RequestNode, findings: Findings): void {
  for (const party of Object.values(node.parties)) findings.need("entity", party.entity);
  checkRefs(node.fields, findings);
}

function checkRefs(fields: EventNode["fields"], findings: Findings): void {
  for (const { type } of Object.values(fields)) if (type.kind === "ref") findings.need("entity", type.entity);
}

function checkFeatures(node: FeatureSetNode, findings: Findings): void {
  findings.need("entity", node.entity);
  for (const { name, feature } of node.features) {
    const thing = `feature "${name}" of "${node.name}"`;
    checkReads(readsOf(feature.value), thing, findings, () => printValue(feature.value));
  }
}

function checkLabel(node: LabelNode, findings: Findings): void {
  findings.need("entity", node.entity);
  for (const value of valuesOfLabel(node)) {
    checkReads(readsOf(value), findings.thing, findings, () => printValue(value));
  }
  for (const { stream } of endingsOf(node)) {
    checkReads(streamReads(stream), findings.thing, findings, () => printStream(stream));
  }
}

function checkSequence(node: SequenceNode, findings: Findings): void {
  findings.need("entity", node.entity);
  checkReads(sequenceReads(node), findings.thing, findings, () => printSequence(node));
}

/** `through` prints what reads them. */
function checkReads(reads: readonly Read[], thing: string, findings: Findings, through: () => string): void {
  for (const read of reads) {
    if (read.kind === "event") findings.need("event", read.event);
    else checkColumn(read, thing, findings, through);
  }
}

type ColumnRead = Exclude<Read, { kind: "event" }>;

function checkColumn(read: ColumnRead, thing: string, findings: Findings, through: () => string): void {
  const owner = read.kind === "column" ? findings.need("event", read.event) : findings.need("request", read.request);
  if (owner === undefined) return;
  const field = Object.hasOwn(owner.fields, read.field) ? owner.fields[read.field] : undefined;
  if (field !== undefined && field.protection !== "none") {
    const path = `; it reads ${owner.name}.${read.field} through ${through()}`;
    findings.tell(barred(field)(thing, { field: read.field, path }, findings.place));
  } else if (field === undefined || canonicalJson(field.type) !== canonicalJson(read.type)) {
    const near = field === undefined ? nearest(read.field, Object.keys(owner.fields)) : undefined;
    const where = { ...findings.place, nearest: near };
    findings.tell(problems.MISSING_COLUMN(thing, { event: owner.name, field: read.field }, where));
  }
}

function barred(field: FieldNode) {
  return field.protection === "prohibited" ? problems.PROHIBITED : problems.SENSITIVE;
}

function checkModel(node: ModelNode, findings: Findings): void {
  findings.need("label", node.label);
  for (const { set, features } of node.inputs) for (const feature of features) findings.needFeature(set, feature);
}

function checkLibrary(node: ReasonLibraryNode, findings: Findings): void {
  const groups = new Map<string, string[]>();
  for (const reason of node.reasons) {
    for (const member of reason.group) {
      const [set, feature] = memberParts(member);
      findings.needFeature(set, feature);
      // A reason for a missing kind speaks in place of the group's own.
      if (reason.when === null) groups.set(member, [...(groups.get(member) ?? []), reason.name]);
    }
  }
  for (const [feature, names] of groups) {
    if (names.length < 2) continue;
    findings.tell(problems.TWO_GROUPS(findings.thing, { feature, groups: names.join(", ") }, findings.place));
  }
}

function checkPolicy(node: PolicyNode, findings: Findings): void {
  const request = findings.need("request", node.request);
  for (const rule of node.rules) {
    for (const operand of rule.kind === "bands" ? [] : operandsOf(rule.when)) checkOperand(operand, request, findings);
    if (rule.kind === "bands") findings.needOutput(rule.on.model, rule.on.output);
    for (const field of fieldsOffered(rule)) checkAsked(field, request, findings);
  }
}

function checkOperand(operand: OperandNode, request: RequestNode | undefined, findings: Findings): void {
  if (operand.kind === "value") findings.needFeature(operand.set, operand.feature);
  if (operand.kind === "output") findings.needOutput(operand.model, operand.output);
  if (operand.kind === "asked") checkAsked(operand.field, request, findings);
}

function checkAsked(field: string, request: RequestNode | undefined, findings: Findings): void {
  if (request === undefined || Object.hasOwn(request.fields, field)) return;
  const where = { ...findings.place, nearest: nearest(field, Object.keys(request.fields)) };
  findings.tell(problems.MISSING_COLUMN(findings.thing, { event: request.name, field }, where));
}

function fieldsOffered(rule: RuleNode): string[] {
  if (rule.kind !== "bands") return [];
  const actions: ActionNode[] = [...rule.bands.map((band) => band.action), rule.otherwise];
  return actions.flatMap((action) => ("offer" in action ? Object.values(action.offer).map((term) => term.asked) : []));
}
