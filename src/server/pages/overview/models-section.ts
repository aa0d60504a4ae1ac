// Which model decides, and why that one: the candidates and the reference side by side, on rows none of them was fitted on.

import type { ComparedModel, Estimate, EvaluationDocument } from "../../../evaluate/index.ts";
import { figure } from "../charts/chart.ts";
import { modelsChart } from "../charts/models-chart.ts";
import { type Html, html, nothing } from "../html.ts";
import { section, tag } from "../layout.ts";
import { modelName, sentence } from "../name-words.ts";
import { count, decimals, estimateText, range, withUnit } from "../number-text.ts";
import { facts, table, withNote } from "../table.ts";

export function modelsSection(evaluation: EvaluationDocument): Html {
  const { models, rows, choice, control } = evaluation;
  return section(
    "models",
    "Models",
    `Fitted on ${count(rows.train)} people, calibrated and chosen on ${count(rows.validation)}, compared here on ${count(rows.test)} whom no model has seen.`,
    html`<p class="finding">${choice.sentence}</p>
${figure(modelsChart(models))}
${modelsTable(evaluation)}
${facts([
  ["The rule, written before", sentence(choice.rule)],
  ["Against the reference", againstReference(evaluation)],
  ["Control with flipped outcomes", control.sentence],
])}`,
  );
}

const ROLES: { readonly [role in ComparedModel["role"]]: string } = {
  champion: "decides",
  shadow: "in shadow",
  candidate: "candidate",
  reference: "reference",
};

function modelsTable({ models, choice }: EvaluationDocument): Html {
  return table({
    caption: "Models on the test rows, simplest first; training time is one measurement",
    rows: models,
    narrow: "cards",
    marked: (model) => model.name === choice.chosen,
    columns: [
      { head: "Model", cell: (model) => html`${modelName(model.name)} ${tag(model.role, ROLES[model.role])}` },
      { head: "AUC", figure: true, cell: ({ auc }) => limited(auc, 3) },
      { head: "AUC, not late", figure: true, cell: ({ aucWithin }) => limited(aucWithin, 3) },
      { head: "KS", figure: true, cell: ({ ks }) => limited(ks, 3) },
      { head: "Brier", figure: true, cell: ({ brier }) => limited(brier, 4) },
      { head: "Log loss", figure: true, cell: ({ logLoss }) => limited(logLoss, 4) },
      { head: "Calibration slope", figure: true, cell: ({ calibrationSlope }) => limited(calibrationSlope, 2) },
      { head: "Training", figure: true, cell: ({ trainSeconds }) => withUnit(decimals(trainSeconds, 1), "s") },
      { head: "Scoring a row", figure: true, cell: ({ scoreMicros }) => micros(scoreMicros) },
    ],
  });
}

function limited(estimate: Estimate, places: number): Html {
  return withNote(
    estimateText(estimate, places),
    estimate.note ?? range(estimate.low, estimate.high, (value) => decimals(value, places)),
  );
}

function micros(estimate: Estimate): string {
  return estimate.value === null ? "–" : withUnit(decimals(estimate.value, 1), "µs");
}

function againstReference({ againstReference: paired }: EvaluationDocument): Html | string {
  if (paired.difference === null) return paired.note ?? "not compared";
  const limits = range(paired.low, paired.high, (value) => decimals(value, 4));
  return html`${paired.difference > 0 ? "+" : nothing}${decimals(paired.difference, 4)} AUC ${limits === null ? nothing : html`<small>${limits}</small>`}: ${paired.within ? "within what was allowed beforehand" : "further behind than was allowed beforehand"}.`;
}
