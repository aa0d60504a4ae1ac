// Why it came to this: where the score fell, each rule with what it read, what raised and lowered the risk, and every value.

import type { BundleDocument, DecisionPart, TracedRule } from "../../../policy/index.ts";
import { figure } from "../charts/chart.ts";
import { contributionsChart } from "../charts/contributions-chart.ts";
import { scoreChart } from "../charts/score-chart.ts";
import { type Html, html, nothing } from "../html.ts";
import { section, tag } from "../layout.ts";
import { columnWords, modelName, nameWords, ruleName, ruleWords, verdictWords } from "../name-words.ts";
import { decimals, percent, threshold } from "../number-text.ts";
import { actionWords, conditionWords } from "../policy-words.ts";
import { table } from "../table.ts";
import { type FeaturesByColumn, featuresOf, operandText, operandWords, valueText } from "../value-text.ts";
import { valueWords } from "../value-words.ts";

export function traceSections(decision: DecisionPart, document: BundleDocument): Html {
  const features = featuresOf(document);
  return html`${scoreSection(decision, document)}
${section(
  "trace",
  "How the policy went",
  "Every rule in the order written. The first that decides, decides; all knock-outs are read, because each that holds is a reason.",
  traceTable(decision, document, features),
)}
${decision.contributions === null ? nothing : contributionsSection(decision, document)}
${section("values", "Values", "What was known about this person at that moment, and all that the models and the policy could read.", valuesTable(decision, document, features))}`;
}

function scoreSection({ outputs }: DecisionPart, { policy }: BundleDocument): Html {
  const bands = policy.rules.find((rule) => rule.kind === "bands");
  const score = outputs.find(({ model, output }) => model === bands?.on.model && output === bands.on.output);
  if (bands === undefined || score === undefined) return nothing;
  return section(
    "score",
    "The score",
    `Estimated by ${modelName(score.model)}: log odds ${decimals(score.raw, 3)}, calibrated to ${percent(score.calibrated, 2)}.`,
    figure(scoreChart(bands, score.calibrated)),
  );
}

function traceTable({ trace }: DecisionPart, document: BundleDocument, features: FeaturesByColumn): Html {
  const roles = Object.keys(document.roles).length;
  return table({
    caption: "Rules, what they read and their verdicts",
    rows: trace,
    narrow: "stack",
    marked: (rule) => rule.verdict === "decided",
    columns: [
      { head: "Rule", cell: (rule) => html`${ruleName(rule)} <small>${ruleWords(rule.kind)}</small>` },
      { head: "Asks", cell: (rule) => askedBy(rule, document, features) },
      {
        head: "Read",
        cell: ({ reads }) =>
          html`${reads.map(({ operand, value }) => html`<div>${operandWords(operand, roles)}: <strong>${operandText(operand, value, document, features)}</strong></div>`)}`,
      },
      { head: "Verdict", cell: (rule) => tag(rule.verdict, verdictWords(rule.verdict)) },
    ],
  });
}

function askedBy({ rule: name }: TracedRule, document: BundleDocument, features: FeaturesByColumn): Html {
  const rule = document.policy.rules.find((candidate) => candidate.name === name);
  if (rule === undefined) return nothing;
  if (rule.kind !== "bands") return html`Whether ${conditionWords(rule.when, document, features)}`;
  const bands = rule.bands.map(
    ({ below, action }) => html`<div>below ${threshold(below)}: ${actionWords(action)}</div>`,
  );
  return html`${bands}<div>otherwise: ${actionWords(rule.otherwise)}</div>`;
}

function contributionsSection({ contributions }: DecisionPart, { reasons }: BundleDocument): Html {
  const textOf = (name: string) =>
    reasons.reasons.find((reason) => reason.name === name)?.text["en"] ?? nameWords(name);
  const named = (contributions ?? []).map(({ group, contribution }) => ({ name: textOf(group), contribution }));
  return section(
    "contributions",
    "What raised the risk",
    "Exact contributions by reason. Only what raised the risk can be named in a letter; whatever helped is never a reason.",
    figure(contributionsChart(named)),
  );
}

function valuesTable({ values }: DecisionPart, document: BundleDocument, features: FeaturesByColumn): Html {
  const roles = Object.keys(document.roles).length;
  const rows = Object.entries(values).map(([column, value]) => ({ column, value, feature: features.get(column) }));
  return html`<details><summary>All ${rows.length} values</summary>
${table({
  caption: "Values by feature",
  rows,
  narrow: "stack",
  columns: [
    { head: "Feature", cell: ({ column }) => columnWords(column, roles) },
    { head: "Value", figure: true, cell: ({ value, feature }) => valueText(value, feature) },
    { head: "Computed as", cell: ({ feature }) => (feature === undefined ? "" : valueWords(feature.value)) },
  ],
})}</details>`;
}
