// A decision as people read it: one screen of text, the same for the same record.

import { isMissing } from "../base/index.ts";
import type { DecisionPart, RecordedValue, StatedReason, TracedRule } from "./decision.ts";

/** Compact text of a decision part, without a final line break. */
export function printDecision(decision: DecisionPart): string {
  return [
    `decision ${decision.decisionId} at ${decision.t}`,
    `  application ${decision.application} (${decision.kind}, ${decision.product}, ${decision.channel}), stage ${decision.stage}`,
    `  parties     ${decision.parties.map(({ role, entity }) => `${role} ${entity}`).join(", ")}`,
    `  bundle      ${decision.bundle.slice(0, 12)}, jurisdiction ${decision.jurisdiction.name}`,
    `  asked       ${terms(decision.asked)}`,
    ...decision.outputs.map(
      (output) =>
        `  score       ${output.model}.${output.output} ${short(output.calibrated)} (margin ${short(output.raw)})`,
    ),
    `  ${decision.disposition}${decision.adverse ? ", adverse" : ""}, by ${decider(decision)}, basis ${decision.basis}`,
    ...(decision.offered === null ? [] : [`  offered     ${terms(decision.offered)}`]),
    ...(decision.reasons.length === 0 ? [] : ["reasons", ...decision.reasons.map(printReason)]),
    "trace",
    ...decision.trace.map(printRule),
  ].join("\n");
}

function decider({ decidedBy, override, supersedes }: DecisionPart): string {
  if (override === null) return decidedBy;
  return `${override.person} (${override.code}), superseding ${supersedes}`;
}

function printReason({ text, component, contribution, values }: StatedReason, index: number): string {
  const weight = contribution === null ? component : `${component} +${short(contribution)}`;
  const shown = values.map(({ feature, value }) => `${feature} ${shownValue(value)}`).join(", ");
  return `  ${index + 1}. ${text} [${weight}]${shown === "" ? "" : `: ${shown}`}`;
}

function printRule({ rule, kind, verdict, reads }: TracedRule): string {
  const shown = reads.map(({ operand, value }) => `${operand} ${shownValue(value)}`).join(", ");
  return `  ${verdict.padEnd(10)} ${kind} ${rule}${shown === "" ? "" : `: ${shown}`}`;
}

function shownValue(value: RecordedValue | string): string {
  if (typeof value === "string") return value;
  return isMissing(value) ? `missing (${value.missing})` : short(value);
}

function terms(amounts: { readonly [term: string]: string }): string {
  return Object.entries(amounts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([term, amount]) => `${term} ${amount}`)
    .join(", ");
}

function short(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}
