// The models of a bundle: those that decide, and those in shadow, off the response path.

import type { FamilyNode, ModelNode } from "../../../define/index.ts";
import type { BundleDocument, BundledModel } from "../../../policy/index.ts";
import { type Html, html } from "../html.ts";
import { hashCode, section, tag } from "../layout.ts";
import { modelName, words } from "../name-words.ts";
import { count, decimals } from "../number-text.ts";
import { table } from "../table.ts";

export function modelsSection({ models, shadow, baseline }: BundleDocument): Html {
  const rows = [
    ...models.map((model) => ({ model, role: model.node.name === baseline.model ? "decides" : "scores" })),
    ...shadow.map((model) => ({ model, role: "in shadow" })),
  ];
  return section(
    "models",
    "Models",
    "A model in shadow scores every request beside the decision and never decides.",
    table({
      caption: "Models of this bundle",
      rows,
      narrow: "stack",
      columns: [
        {
          head: "Model",
          cell: ({ model, role }) =>
            html`${modelName(model.node.name)} ${tag(role === "decides" ? "champion" : "shadow", role)}`,
        },
        { head: "Family", cell: ({ model }) => modelWords(model.node) },
        { head: "Estimates", cell: ({ model }) => outputWords(model) },
        { head: "Features", figure: true, cell: ({ model }) => count(model.columns.length) },
        {
          head: "Artefact and run",
          cell: ({ model }) => html`${hashCode(model.artefact.hash)}<small>${model.run}</small>`,
        },
      ],
    }),
  );
}

/** A bundle names the family that won; a contest stands here only where nothing was fitted. */
function modelWords({ family }: ModelNode): string {
  return family.kind === "contest"
    ? family.entries.map((entry) => familyWords(entry.family)).join("; or ")
    : familyWords(family);
}

function familyWords(family: FamilyNode): string {
  if (family.kind === "scorecard")
    return `Scorecard, at most ${family.bins} bins a feature, l2 ${decimals(family.l2, 4, 0)}`;
  const monotone = family.monotone ? ", monotone as the features declare" : "";
  return `XGBoost, ${count(family.trees)} trees of depth ${family.depth}, learning rate ${decimals(family.learningRate, 4, 0)}${monotone}`;
}

function outputWords({ node }: BundledModel): string {
  const outputs = node.outputs.map((output) => `${words(node.label)} within ${output.horizon}`).join(", ");
  return `${outputs}; ${node.calibrate.method === "none" ? "not calibrated" : `calibrated (${node.calibrate.method}, ${node.calibrate.on})`}`;
}
