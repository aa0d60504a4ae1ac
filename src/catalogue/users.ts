// Who stands on a definition: models, policies, reasons and bundles of a feature; features, labels and sequences of an event.
// What would be touched if it changed, one step away; `usersBeyond` follows the steps to the bundles.

import {
  type Catalogue,
  type DefinitionNode,
  endingsOf,
  type OperandNode,
  operandsOf,
  type Read,
  type RuleNode,
  readsOf,
  streamReads,
  valuesOfLabel,
} from "../define/index.ts";

export interface User {
  readonly kind: DefinitionNode["kind"];
  readonly name: string;
  /** Which part of it: `rule "currentlyLate"`. */
  readonly part: string;
}

/** A definition, or with `feature` one feature of a set. */
export interface Used {
  readonly kind: DefinitionNode["kind"];
  readonly name: string;
  readonly feature?: string;
}

/** In the order of the catalogue. */
export function usersOf(used: Used, catalogue: Catalogue): User[] {
  return catalogue.definitions.flatMap(({ node }) =>
    partsThatUse(node, used).map((part) => ({ kind: node.kind, name: node.name, part })),
  );
}

/** Users, and the definitions that stand on those, nearest first. */
export function usersBeyond(used: Used, catalogue: Catalogue): User[] {
  const found = usersOf(used, catalogue);
  const seen = new Set(found.map(called));
  for (let next: readonly User[] = found; next.length > 0; ) {
    const further = next
      .flatMap(({ kind, name }) => usersOf({ kind, name }, catalogue))
      .filter((user) => !seen.has(called(user)));
    next = [...new Map(further.toReversed().map((user) => [called(user), user])).values()].toReversed();
    for (const user of next) seen.add(called(user));
    found.push(...next);
  }
  return found;
}

function called({ kind, name }: User): string {
  return `${kind} ${name}`;
}

function partsThatUse(node: DefinitionNode, used: Used): string[] {
  if (used.kind === "event" || used.kind === "request") return partsThatRead(node, used);
  switch (node.kind) {
    case "event":
      return used.kind === "entity" && node.entity === used.name ? ["about it"] : [];
    case "request":
      return used.kind === "entity" ? partiesOf(node, used.name) : [];
    case "model":
      return modelParts(node, used);
    case "reasonLibrary":
      return node.reasons.flatMap(({ name, group }) =>
        group.some((member) => isMember(member, used)) ? [`reason "${name}"`] : [],
      );
    case "policy":
      return node.rules.flatMap((rule) => (ruleUses(rule, used) ? [`rule "${rule.name}"`] : []));
    case "bundle":
      return bundleParts(node, used);
    default:
      return [];
  }
}

/** What reads an event or a request. */
function partsThatRead(node: DefinitionNode, used: Used): string[] {
  switch (node.kind) {
    case "features":
      return node.features.flatMap(({ name, feature }) =>
        reads(readsOf(feature.value), used) ? [`feature "${name}"`] : [],
      );
    case "label":
      return reads(
        [...valuesOfLabel(node).flatMap(readsOf), ...endingsOf(node).flatMap(({ stream }) => streamReads(stream))],
        used,
      )
        ? ["its outcome"]
        : [];
    case "sequence":
      return node.steps.flatMap(({ stream }) => (reads(streamReads(stream), used) ? [`step "${stream.event}"`] : []));
    case "policy":
      return used.kind === "request" && node.request === used.name ? ["what it decides on"] : [];
    default:
      return [];
  }
}

function partiesOf({ parties }: DefinitionNode & { kind: "request" }, entity: string): string[] {
  return Object.entries(parties).flatMap(([role, party]) => (party.entity === entity ? [`party "${role}"`] : []));
}

function reads(all: readonly Read[], { kind, name }: Used): boolean {
  return all.some((read) => {
    if (read.kind === "asked") return kind === "request" && read.request === name;
    return kind === "event" && read.event === name;
  });
}

function modelParts({ inputs, label }: DefinitionNode & { kind: "model" }, { kind, name, feature }: Used): string[] {
  if (kind === "label") return label === name ? ["what it predicts"] : [];
  if (kind !== "features") return [];
  return inputs.flatMap(({ role, set, features }) => {
    return set === name && (feature === undefined || features.includes(feature)) ? [`input of ${role}`] : [];
  });
}

function isMember(member: string, { kind, name, feature }: Used): boolean {
  if (kind !== "features") return false;
  return feature === undefined ? member.startsWith(`${name}.`) : member === `${name}.${feature}`;
}

function ruleUses(rule: RuleNode, used: Used): boolean {
  if (rule.kind === "bands") return used.kind === "model" && rule.on.model === used.name;
  return operandsOf(rule.when).some((operand) => operandIs(operand, used));
}

function operandIs(operand: OperandNode, { kind, name, feature }: Used): boolean {
  if (operand.kind === "output") return kind === "model" && operand.model === name;
  if (operand.kind !== "value" || kind !== "features" || operand.set !== name) return false;
  return feature === undefined || operand.feature === feature;
}

function bundleParts(node: DefinitionNode & { kind: "bundle" }, { kind, name }: Used): string[] {
  if (kind === "policy") return node.policy === name ? ["its policy"] : [];
  if (kind === "reasonLibrary") return node.reasons === name ? ["its reasons"] : [];
  if (kind !== "model") return [];
  return [...(node.models.includes(name) ? ["its models"] : []), ...(node.shadow.includes(name) ? ["its shadow"] : [])];
}
