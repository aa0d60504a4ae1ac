// A policy's conditions and actions in words.

import type { ActionNode, ConditionNode, OfferNode, OperandNode } from "../../define/index.ts";
import type { BundleDocument } from "../../policy/index.ts";
import { columnWords, words } from "./name-words.ts";
import { threshold } from "./number-text.ts";
import { storedWords, testWords } from "./row-words.ts";
import { type FeaturesByColumn, missingText } from "./value-text.ts";
import { literalWords } from "./value-words.ts";

export function conditionWords(condition: ConditionNode, document: BundleDocument, features: FeaturesByColumn): string {
  switch (condition.kind) {
    case "compare":
      return `${operandPhrase(condition.operand)} is ${testWords(condition.test, literalOf(condition.operand, document, features))}`;
    case "isMissing":
      return `${operandPhrase(condition.operand)} is ${condition.missing === null ? "missing" : missingText(condition.missing)}`;
    case "every":
      return condition.conditions.map((part) => inner(part, document, features)).join(" and ");
    case "some":
      return condition.conditions.map((part) => inner(part, document, features)).join(", or ");
  }
}

function inner(condition: ConditionNode, document: BundleDocument, features: FeaturesByColumn): string {
  const text = conditionWords(condition, document, features);
  return condition.kind === "every" || condition.kind === "some" ? `(${text})` : text;
}

function operandPhrase(operand: OperandNode): string {
  if (operand.kind === "output") return "the estimated probability";
  if (operand.kind === "asked") return `the ${words(operand.field)} asked for`;
  const name = columnWords(`${operand.role}.${operand.feature}`);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function literalOf(operand: OperandNode, { request }: BundleDocument, features: FeaturesByColumn) {
  if (operand.kind === "output") return threshold;
  const type = operand.kind === "asked" ? request.fields[operand.field]?.type : undefined;
  if (type !== undefined) return (value: number) => storedWords(value, type);
  const unit = operand.kind === "value" ? features.get(`${operand.role}.${operand.feature}`)?.unit : undefined;
  return (value: number) => literalWords(value, unit);
}

export function actionWords(action: ActionNode): string {
  switch (action.kind) {
    case "approve":
      return `Approve${offerWords(action.offer)}`;
    case "counterOffer":
      return `Counter-offer${offerWords(action.offer)}`;
    case "refer":
      return "Refer to a person";
    case "decline":
      return "Decline";
  }
}

function offerWords(offer: OfferNode): string {
  const terms = Object.entries(offer).map(([term, { asked, times }]) =>
    times === 1 ? `${words(term)} as asked` : `${words(term)} at ${threshold(times)} of the ${words(asked)} asked for`,
  );
  return terms.length === 0 ? "" : `: ${terms.join(", ")}`;
}
