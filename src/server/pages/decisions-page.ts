// The list of decisions, a page at a time.

import type { Summary } from "../../decisions/index.ts";
import { html, nothing } from "./html.ts";
import { microsText } from "./instant-text.ts";
import { empty, hero, page, tag } from "./layout.ts";
import { dispositionWords, shortHash } from "./name-words.ts";
import { count } from "./number-text.ts";
import { lookUp } from "./overview/decisions-section.ts";
import type { PageParts } from "./page-parts.ts";
import { bundlePath, decisionPath, decisionsAfter, decisionsPath } from "./paths.ts";
import { table } from "./table.ts";

const PAGE = 25;

/** `sought` is an id that was looked for and not found. */
export async function decisionsPage(
  parts: PageParts,
  { after, sought }: { readonly after: string | null; readonly sought: string | null },
): Promise<string> {
  const [rows, counts] = await Promise.all([parts.decisions({ limit: PAGE + 1, after }), parts.counts()]);
  const shown = rows.slice(0, PAGE);
  const total = counts.reduce((sum, row) => sum + row.count, 0);
  return page(parts, {
    title: "Decisions",
    at: "decisions",
    body: html`${hero(parts.workspaceName, "Decisions", total === 0 ? null : `${count(total)} requests were decided by policy. Each decision opens with its letter, its reasons and its trace.`)}
${lookUp(sought)}
${shown.length === 0 ? empty(after === null ? "No decision has been made yet." : "No decision follows.") : list(shown)}
<nav class="paging" aria-label="Pages of decisions">${after === null ? nothing : html`<a href="${decisionsPath}">First page</a>`}${rows.length > PAGE ? html`<a href="${decisionsAfter(shown.at(-1)!.decision_id)}" rel="next">Next ${PAGE}</a>` : nothing}</nav>`,
  });
}

function list(rows: readonly Summary[]) {
  return table({
    caption: "Decisions",
    rows,
    narrow: "cards",
    columns: [
      {
        head: "Decision",
        cell: (row) => html`<a href="${decisionPath(row.decision_id)}"><code>${row.decision_id}</code></a>`,
      },
      { head: "Came to", cell: (row) => tag(row.disposition, dispositionWords(row.disposition)) },
      { head: "Application", cell: (row) => html`<code>${row.application_id}</code>` },
      { head: "As of", cell: (row) => microsText(row.decided_at) },
      {
        head: "By",
        cell: (row) =>
          row.supersedes === null
            ? "policy"
            : html`a person, on <a href="${decisionPath(row.supersedes)}">a referral</a>`,
      },
      {
        head: "Bundle",
        cell: (row) => html`<a href="${bundlePath(row.bundle)}"><code>${shortHash(row.bundle)}</code></a>`,
      },
    ],
  });
}
