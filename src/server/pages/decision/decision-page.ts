// One person's decision: the letter they are owed, with the values it rests on, and everything a reviewer needs to follow it.

import type { StoredDecision } from "../../../decisions/index.ts";
import type { BundleDocument, DecisionPart } from "../../../policy/index.ts";
import { type Html, html, nothing } from "../html.ts";
import { instantText } from "../instant-text.ts";
import { hashCode, page, tag } from "../layout.ts";
import { componentWords, dispositionWords, nameWords, shortHash } from "../name-words.ts";
import { percent, threshold } from "../number-text.ts";
import type { PageParts } from "../page-parts.ts";
import { bundlePath, decisionPath, replayPath } from "../paths.ts";
import { facts } from "../table.ts";
import { termsText } from "../value-text.ts";
import { letter, reasonList } from "./letter.ts";
import { recordSection } from "./record-section.ts";
import { traceSections } from "./trace-sections.ts";

export async function decisionPage(parts: PageParts, stored: StoredDecision): Promise<string> {
  const { decision } = stored;
  const [notice, bundle, closing] = await Promise.all([
    parts.notice(decision.decisionId),
    parts.bundle(decision.bundle),
    parts.closing(decision.decisionId),
  ]);
  const document = bundle?.document ?? null;
  return page(parts, {
    title: `${dispositionWords(decision.disposition)}: ${decision.decisionId}`,
    at: "decisions",
    body: html`${head(decision)}
<div class="case">
<div>${notice === undefined || document === null ? noLetter(decision, document, closing) : letter(notice, decision, document)}</div>
<aside aria-label="The decision in short">${inShort(decision, document, closing)}${replayForm(decision.decisionId)}</aside>
</div>
${document === null ? nothing : traceSections(decision, document)}
${recordSection(stored)}`,
  });
}

function head({ decisionId, disposition, application, t }: DecisionPart): Html {
  return html`<div class="hero"><p class="above">Application <code>${application}</code></p>
<h1>${dispositionWords(disposition)}</h1>
<p class="lead">Decision <code>${decisionId}</code>, as of ${instantText(t)}.</p></div>`;
}

function noLetter(
  { disposition, adverse, reasons }: DecisionPart,
  document: BundleDocument | null,
  closing: string | undefined,
): Html {
  const [heading, text] = adverse
    ? [
        "The letter cannot be shown",
        "The decision was adverse and a notice is owed, but it or the bundle it was made under is not held here.",
      ]
    : disposition === "refer"
      ? ["A person decides", "The policy referred this request. No letter is owed until a person has decided."]
      : ["No letter is owed", "Nothing was refused: what was asked for is granted in full."];
  return html`<div class="letter none"><h2>${heading}</h2>
<p>${text}</p>
${reasons.length === 0 || document === null ? nothing : html`<p>What stands in the way:</p>${reasonList(reasons, document)}`}
${closing === undefined ? nothing : html`<p><a href="${decisionPath(closing)}">What the person decided</a></p>`}</div>`;
}

function inShort(decision: DecisionPart, document: BundleDocument | null, closing: string | undefined): Html {
  const terms = (of: { readonly [term: string]: string } | null) =>
    of === null ? null : document === null ? Object.values(of).join(", ") : termsText(of, document);
  const score = decision.outputs[0];
  return facts([
    ["What failed", decision.adverse || decision.disposition === "refer" ? componentWords(decision.basis) : null],
    ["Asked for", terms(decision.asked)],
    ["Offered", terms(decision.offered)],
    ["Estimated probability", score === undefined ? null : percent(score.calibrated, 2)],
    ["Approved below", threshold(decision.cutoff)],
    ["Decided by", decidedBy(decision)],
    [
      "Supersedes",
      decision.supersedes === null ? null : html`<a href="${decisionPath(decision.supersedes)}">the referral</a>`,
    ],
    ["Closed by", closing === undefined ? null : html`<a href="${decisionPath(closing)}">a person’s decision</a>`],
    ["Parties", partiesText(decision)],
    ["Bundle", html`<a href="${bundlePath(decision.bundle)}"><code>${shortHash(decision.bundle)}</code></a>`],
  ]);
}

function decidedBy({ decidedBy: by, override }: DecisionPart): string {
  return override === null ? `the ${by}` : `${override.person} (${nameWords(override.code).toLowerCase()})`;
}

function partiesText({ parties }: DecisionPart): Html {
  return html`${parties.map(({ role, entity }) => html`<div>${nameWords(role)} <code>${entity}</code></div>`)}`;
}

function replayForm(id: string): Html {
  return html`<form class="replay" action="${replayPath(id)}" method="get"><button type="submit">Replay this decision</button>
<p>Decides again from the record and the bundle alone, and compares every byte.</p></form>`;
}

/** What a replay found. */
export async function replayPage(parts: PageParts, stored: StoredDecision): Promise<string> {
  const { decisionId, disposition, bundle } = stored.decision;
  const outcome = await parts.replay(decisionId);
  return page(parts, {
    title: `Replay of ${decisionId}`,
    at: "decisions",
    body: html`<div class="hero"><p class="above">Replay of <code>${decisionId}</code></p>
<h1>${outcome.same ? "Bit for bit the same" : "Not the same"}</h1>
<p class="lead">${outcome.same ? "Decided again from its record and its bundle alone, this decision came out identical: every value read, every contribution, every reason." : "Decided again from its record and its bundle, this decision came out different. The parts below differ; a difference is a fault to be reported."}</p></div>
<div class="replayed ${outcome.same ? "same" : "different"}">${outcome.same ? nothing : html`<h2>What differs</h2><ul>${outcome.differences.map((part) => html`<li>${nameWords(part)}</li>`)}</ul>`}
${facts([
  ["Came to", tag(disposition, dispositionWords(disposition))],
  ["Record", stored.intact ? "unaltered since it was written" : "altered: it no longer gives the hash in its chain"],
  ["Bundle", html`<a href="${bundlePath(bundle)}">${hashCode(bundle)}</a>`],
])}
<p><a href="${decisionPath(decisionId)}">Back to the decision</a></p></div>`,
  });
}
