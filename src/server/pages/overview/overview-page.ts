// The first page: what was decided, by what, how good it is, how it falls on groups, and what was invented to show it.

import type { EvaluationDocument, FairnessDocument } from "../../../evaluate/index.ts";
import { type Html, html, nothing } from "../html.ts";
import { microsText } from "../instant-text.ts";
import { hero, page } from "../layout.ts";
import { shortHash, words } from "../name-words.ts";
import { count } from "../number-text.ts";
import type { PageParts, ReleasedBundle } from "../page-parts.ts";
import { bundlePath } from "../paths.ts";
import { storyFacts } from "../story-facts.ts";
import { cutoffsSection } from "./cutoffs-section.ts";
import { decisionsSection } from "./decisions-section.ts";
import { factsSection } from "./facts-section.ts";
import { fairnessSection } from "./fairness-section.ts";
import { modelsSection } from "./models-section.ts";
import { ownDataSection } from "./own-data-section.ts";
import { scoreSections } from "./score-sections.ts";

export async function overviewPage(parts: PageParts, asked: { readonly attribute: string | null }): Promise<string> {
  const [bundle, evaluation, fairness, counts, story] = await Promise.all([
    parts.bundle(),
    parts.evaluation(),
    parts.fairness(),
    parts.counts(),
    parts.story(),
  ]);
  const total = counts.reduce((sum, row) => sum + row.count, 0);
  return page(parts, {
    title: parts.workspaceName,
    at: "overview",
    body: html`${opening(parts.workspaceName, total, bundle)}
${decisionsSection(counts, storyFacts(story))}
${evaluation === null ? nothing : evidence(evaluation, fairness, bundle, asked.attribute)}
${factsSection(parts.facts)}
${ownDataSection()}`,
  });
}

function opening(workspace: string, total: number, bundle: ReleasedBundle | null): Html {
  if (bundle === null) {
    return hero(
      workspace,
      "Nothing is released yet",
      html`Run <code>assay release</code> once a bundle is trained and evaluated; decisions and evidence then appear here.`,
    );
  }
  const { document, hash, releasedAt } = bundle;
  const when = releasedAt === null ? "" : `, in force since ${microsText(releasedAt)}`;
  return hero(
    workspace,
    total === 0 ? "Ready to decide" : `${count(total)} decisions, each with its reasons`,
    html`Requests of the kind “${words(document.request.name)}” are decided by the bundle <a href="${bundlePath(hash)}">${document.name} <code>${shortHash(hash)}</code></a>${when}. Each decision was made from a person’s own history as it was known at that moment, and can be made again from its record.`,
  );
}

function evidence(
  evaluation: EvaluationDocument,
  fairness: FairnessDocument | null,
  bundle: ReleasedBundle | null,
  attribute: string | null,
): Html {
  const cutoff = bundle?.document.baseline.cutoff ?? null;
  return html`${modelsSection(evaluation)}
${scoreSections(evaluation)}
${cutoffsSection(evaluation, fairness, cutoff, attribute)}
${fairness === null ? nothing : fairnessSection(fairness)}`;
}
