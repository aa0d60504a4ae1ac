// A recorded value beside its name: money in its currency, days as days, a quotient of like amounts as a percentage. What
// it is comes from the feature's node in the bundle, so a page never guesses from a name.

import { isMissing, type MissingKind } from "../../base/index.ts";
import type { FeatureNode, FieldType, UnitNode, ValueNode } from "../../define/index.ts";
import type { BundleDocument, RecordedValue } from "../../policy/index.ts";
import { columnWords, words } from "./name-words.ts";
import { decimals, money, percent, withUnit } from "./number-text.ts";

/** Features by `role.feature`. */
export type FeaturesByColumn = ReadonlyMap<string, FeatureNode>;

export function featuresOf({ roles, featureSets }: BundleDocument): FeaturesByColumn {
  const columns = Object.entries(roles).flatMap(([role, set]) => {
    const node = featureSets.find((candidate) => candidate.node.name === set)?.node;
    return (node?.features ?? []).map(({ name, feature }) => [`${role}.${name}`, feature] as const);
  });
  return new Map(columns);
}

export function valueText(value: RecordedValue | string, feature: FeatureNode | undefined): string {
  if (typeof value === "string") return value;
  if (isMissing(value)) return missingText(value.missing);
  return feature === undefined ? plainNumber(value) : inUnit(value, feature.unit, isQuotient(feature.value));
}

const MISSING: { readonly [kind in MissingKind]: string } = {
  "no history": "none: no history",
  "not linked": "none: not linked",
  "empty window": "none in that time",
  "not yet known": "not yet known",
  stale: "out of date",
  "not collected then": "not collected then",
  "not applicable": "does not apply",
  redacted: "redacted",
};

export function missingText(kind: MissingKind): string {
  return MISSING[kind];
}

export function inUnit(value: number, unit: UnitNode, quotient = false): string {
  switch (unit.kind) {
    case "money":
      return money(value, unit.currency);
    case "days":
      return withUnit(decimals(value, 1, 0), value === 1 ? "day" : "days");
    case "boolean":
      return value === 1 ? "yes" : "no";
    case "category":
      return unit.values[value] ?? plainNumber(value);
    case "number":
      return quotient ? quotientText(value) : plainNumber(value);
  }
}

/** Beyond ten times, a percentage is harder to read than a multiple. */
function quotientText(value: number): string {
  return Math.abs(value) > 10 ? `${decimals(value, 1, 0)} times` : percent(value, Math.abs(value) < 0.1 ? 1 : 0);
}

function plainNumber(value: number): string {
  return decimals(value, 2, 0);
}

/** Of two values with like units: a share, not an amount. */
function isQuotient(node: ValueNode): boolean {
  if (node.kind === "ifMissing" || node.kind === "times") return isQuotient(node.of);
  return node.kind === "over";
}

/** A request field of a record, in major units: `"30000.00"` of a money field is `TWD 30,000`. */
export function askedText(text: string, type: FieldType | undefined): string {
  if (type === undefined || type.kind === "category" || type.kind === "text") return text;
  if (type.kind === "boolean") return text === "1" ? "yes" : "no";
  const amount = Number(text);
  if (!Number.isFinite(amount)) return text;
  return type.kind === "money" ? money(amount, type.currency) : plainNumber(amount);
}

/** Terms of a request or an offer: `increase TWD 30,000`. */
export function termsText(terms: { readonly [term: string]: string }, { request, policy }: BundleDocument): string {
  const offers = policy.rules.flatMap((rule) =>
    rule.kind === "bands" ? [...rule.bands.map((band) => band.action), rule.otherwise] : [],
  );
  const typeOf = (term: string): FieldType | undefined => {
    const offer = offers.find((action) => "offer" in action && Object.hasOwn(action.offer, term));
    const asked = offer !== undefined && "offer" in offer ? offer.offer[term]!.asked : term;
    return request.fields[asked]?.type;
  };
  return Object.entries(terms)
    .map(([term, text]) => `${words(term)} ${askedText(text, typeOf(term))}`)
    .join(", ");
}

/** How a trace names what was read: `applicant.statusNow`, `output:pd.pd` or `asked.increase`. */
export function operandWords(operand: string, roles: number): string {
  if (operand.startsWith("output:")) return "Estimated probability";
  if (operand.startsWith("asked.")) return `Asked: ${words(operand.slice("asked.".length))}`;
  return columnWords(operand, roles);
}

export function operandText(
  operand: string,
  value: RecordedValue | string,
  document: BundleDocument,
  features: FeaturesByColumn,
): string {
  if (operand.startsWith("output:") && typeof value === "number") return percent(value, 2);
  if (operand.startsWith("asked.") && typeof value === "string") {
    return askedText(value, document.request.fields[operand.slice("asked.".length)]?.type);
  }
  return valueText(value, features.get(operand));
}
