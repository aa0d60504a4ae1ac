// What a letter may say, and what the jurisdiction asks of it.

import type { BundleDocument, JurisdictionPack } from "../../../policy/index.ts";
import { type Html, html, nothing } from "../html.ts";
import { section } from "../layout.ts";
import { columnWords, nameWords } from "../name-words.ts";
import { facts, table } from "../table.ts";
import { missingText } from "../value-text.ts";

export function reasonsSection({ reasons, roles }: BundleDocument): Html {
  const several = Object.keys(roles).length;
  return section(
    "reasons",
    "Reasons",
    "The features of a reason are explained together, as one player, so that what a letter says is what was measured.",
    table({
      caption: `Reason library ${reasons.name}`,
      rows: reasons.reasons,
      narrow: "stack",
      columns: [
        {
          head: "Reason",
          cell: (reason) =>
            html`${reason.text["en"] ?? nameWords(reason.name)} <small><code>${reason.name}</code></small>`,
        },
        {
          head: "Speaks for",
          cell: ({ group, when }) =>
            speaksFor(
              group.map((column) => columnWords(column, several)),
              when === null ? null : missingText(when),
            ),
        },
      ],
    }),
  );
}

function speaksFor(columns: readonly string[], when: string | null): Html {
  const missing = when === null ? nothing : html`<div>Where values are missing (${when})</div>`;
  if (columns.length === 0) return when === null ? html`Rules that name it` : missing;
  return html`${missing}<ul class="fields">${columns.map((column) => html`<li>${column}</li>`)}</ul>`;
}

export function jurisdictionSection(pack: JurisdictionPack): Html {
  return section(
    "jurisdiction",
    "Jurisdiction",
    "Travels in the bundle as data: a decision made under an old pack keeps it.",
    html`${facts([
      ["Pack", pack.name],
      ["Reasons, at most", String(pack.maxReasons)],
      ["Notice within", `${pack.noticeDays} days`],
      ["Counter-offer open for", `${pack.counterOfferDays} days`],
      ["Records kept for", `${pack.retentionMonths} months`],
    ])}
<h3>Sources</h3>
<ul class="plain">${pack.sources.map((source) => html`<li>${source}</li>`)}</ul>
<h3>Notice to applicants</h3>
<p class="small">${pack.creditorNotice}</p>`,
  );
}
