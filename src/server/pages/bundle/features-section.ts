// The catalogue: every feature in words and as its author wrote it, what it can be missing by, and which way the risk grows.

import { type FeatureSetNode, printValue, type UnitNode } from "../../../define/index.ts";
import type { BundleDocument } from "../../../policy/index.ts";
import { type Html, html } from "../html.ts";
import { hashCode, section } from "../layout.ts";
import { featureWords, nameWords, sentence } from "../name-words.ts";
import { count } from "../number-text.ts";
import { table } from "../table.ts";
import { missingText } from "../value-text.ts";
import { valueWords } from "../value-words.ts";

export function featuresSection({ featureSets, roles }: BundleDocument): Html {
  const total = featureSets.reduce((sum, { node }) => sum + node.features.length, 0);
  return section(
    "features",
    "Features",
    `${count(total)} features, each a function of the moment of decision. The same compiled code fills training sets and serves decisions.`,
    html`${featureSets.map(({ node, meaningHash }) => setTable(node, meaningHash, roles))}`,
  );
}

function setTable(node: FeatureSetNode, meaningHash: string, roles: BundleDocument["roles"]): Html {
  const bound = Object.entries(roles).filter(([, set]) => set === node.name);
  return html`<h3>${nameWords(node.name)} <small>for ${bound.map(([role]) => role).join(", ")}</small></h3>
<p class="small">Meaning ${hashCode(meaningHash)}</p>
<details><summary>All ${count(node.features.length)} features</summary>
${table({
  caption: `Features of ${node.name}`,
  rows: node.features,
  narrow: "stack",
  columns: [
    { head: "Feature", cell: ({ name }) => html`${featureWords(name)} <small><code>${name}</code></small>` },
    {
      head: "Computed as",
      cell: ({ feature }) =>
        html`${sentence(valueWords(feature.value))}<small><code>${printValue(feature.value)}</code></small>`,
    },
    { head: "Unit", cell: ({ feature }) => unitWords(feature.unit) },
    { head: "Riskier when", cell: ({ feature }) => feature.worse ?? "not said" },
    {
      head: "Can be missing",
      cell: ({ feature }) => (feature.missing.length === 0 ? "never" : feature.missing.map(missingText).join(", ")),
    },
  ],
})}</details>`;
}

function unitWords(unit: UnitNode): string {
  if (unit.kind === "money") return unit.currency;
  if (unit.kind === "boolean") return "yes or no";
  return unit.kind === "category" ? unit.values.join(", ") : unit.kind;
}
