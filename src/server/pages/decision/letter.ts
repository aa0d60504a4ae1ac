// The notice as an applicant reads it, on paper. The sentences are the stored notice's own; beside each reason stand the
// person's values, in words and units.

import type { BundleDocument, DecisionPart, Notice } from "../../../policy/index.ts";
import { type Html, html, nothing } from "../html.ts";
import { dayText } from "../instant-text.ts";
import { columnWords, sentence } from "../name-words.ts";
import { type FeaturesByColumn, featuresOf, valueText } from "../value-text.ts";

/** So many values stand beside a reason; the rest can be unfolded. */
const SHOWN = 4;

export function letter(notice: Notice, decision: DecisionPart, document: BundleDocument): Html {
  return html`<article class="letter" aria-labelledby="letter-heading">
<header><p class="from">${document.owner}</p>
<p>${dayText(notice.decidedAt)}</p></header>
<p class="to">To: ${decision.parties[0]?.entity ?? nothing}<br>Application: ${notice.application}</p>
<h2 id="letter-heading">${notice.heading}</h2>
${notice.paragraphs.map((paragraph) => html`<p>${paragraph}</p>\n`)}
${reasonList(notice.reasons, document)}
${notice.closing.map((paragraph) => html`<p>${paragraph}</p>\n`)}
<p class="small">${notice.creditorNotice}</p>
${notice.deadlines.length === 0 ? nothing : deadlines(notice)}
</article>`;
}

/** Reasons in their order, each with the values behind it. */
export function reasonList(reasons: Notice["reasons"], document: BundleDocument): Html {
  const features = featuresOf(document);
  const label = labelsOf(document);
  return html`<ol class="reasons">${reasons.map((reason) => html`<li><p>${reason.text}</p>${values(reason.values, features, label)}</li>\n`)}</ol>`;
}

type Label = (column: string) => string;

/** A feature by its definition's own words; by its name where those say nothing, or the same of several. */
function labelsOf({ roles, featureSets }: BundleDocument): Label {
  const count = Object.keys(roles).length;
  return (column) => {
    const [role = "", ...rest] = column.split(".");
    const feature = rest.join(".");
    const texts = featureSets.find(({ node }) => node.name === roles[role])?.texts ?? {};
    const text = texts[feature];
    const shared = Object.values(texts).filter((other) => other === text).length > 1;
    return text === undefined || shared || count > 1 ? columnWords(column, count) : text;
  };
}

type Values = Notice["reasons"][number]["values"];

function values(all: Values, features: FeaturesByColumn, label: Label): Html {
  if (all.length === 0) return nothing;
  const rows = (some: Values) =>
    html`<dl class="values">${some.map(({ feature, value }) => html`<div><dt>${label(feature)}</dt><dd>${valueText(value, features.get(feature))}</dd></div>`)}</dl>`;
  const rest = all.slice(SHOWN);
  if (rest.length <= 1) return rows(all);
  return html`${rows(all.slice(0, SHOWN))}<details><summary>${rest.length} more values that were read</summary>${rows(rest)}</details>`;
}

function deadlines({ deadlines: due }: Notice): Html {
  return html`<dl class="values due">${due.map(({ name, due: at, days }) => html`<div><dt>${sentence(name)} (${days} days)</dt><dd>${dayText(at)}</dd></div>`)}</dl>`;
}
