// A bundle as a model card: what it is for, whom it answers to, its policy, models, features, reasons and evidence.

import { type Html, html } from "../html.ts";
import { instantText, microsText } from "../instant-text.ts";
import { empty, hashCode, page, section } from "../layout.ts";
import { nameWords } from "../name-words.ts";
import type { PageParts, ReleasedBundle } from "../page-parts.ts";
import { facts, table } from "../table.ts";
import { eventsSection } from "./events-section.ts";
import { featuresSection } from "./features-section.ts";
import { modelsSection } from "./models-section.ts";
import { policySection } from "./policy-section.ts";
import { jurisdictionSection, reasonsSection } from "./reasons-section.ts";

export function bundlePage(parts: PageParts, { hash, document, releasedAt }: ReleasedBundle): string {
  return page(parts, {
    title: `Bundle ${document.name}`,
    at: "bundle",
    body: html`<div class="hero"><p class="above">Bundle ${releasedAt === null ? "(not in force)" : `in force since ${microsText(releasedAt)}`}</p>
<h1>${nameWords(document.name)}</h1>
<p class="lead">Models, policy, reasons and evidence under one hash, released and rolled back as one.</p></div>
${summary(hash, document)}
${policySection(document)}
${modelsSection(document)}
${featuresSection(document)}
${eventsSection(document)}
${reasonsSection(document)}
${jurisdictionSection(document.jurisdiction)}
${evidenceSection(document)}`,
  });
}

type Document = ReleasedBundle["document"];

function summary(hash: string, document: Document): Html {
  return section(
    "summary",
    "Use and limits",
    null,
    html`${facts([
      ["Intended use", document.intendedUse],
      ["Owner", document.owner],
      ["Validator", document.validator],
      ["Hash", hashCode(hash)],
      ["Semantics", `number ${document.semantics.number}, time zones ${document.semantics.timeZoneData}`],
    ])}
<h3>Limits</h3>
${document.limits.length === 0 ? empty("None are stated.") : html`<ul class="plain">${document.limits.map((limit) => html`<li>${limit}</li>`)}</ul>`}
<h3>Approvals</h3>
${document.approvals.length === 0 ? empty("Nobody has approved this bundle.") : approvals(document.approvals)}`,
  );
}

function approvals(rows: Document["approvals"]): Html {
  return table({
    caption: "Who approved this bundle",
    rows,
    narrow: "stack",
    columns: [
      { head: "Person", cell: (row) => row.person },
      { head: "When", cell: (row) => instantText(row.at) },
      { head: "Note", cell: (row) => row.note },
    ],
  });
}

function evidenceSection({ evidence, baseline }: Document): Html {
  return section(
    "evidence",
    "Evidence",
    "What this bundle rests on, by hash: the same bytes can be found again, or the bundle is refused.",
    facts([
      ["Dataset", hashCode(evidence.dataset)],
      ["Evaluation", hashCode(evidence.evaluation)],
      ["Fairness", hashCode(evidence.fairness)],
      ["Baseline of the reasons", hashCode(baseline.hash)],
    ]),
  );
}
