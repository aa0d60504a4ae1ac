// Everything invented and every caveat, on a page of its own, so that it can be linked to.

import { type Html, html } from "./html.ts";
import { empty, hero, page } from "./layout.ts";
import { factsSection } from "./overview/facts-section.ts";
import type { PageParts } from "./page-parts.ts";

export function factsPage(parts: Pick<PageParts, "workspaceName" | "simulatedNow" | "facts">): string {
  const { invented, caveats } = parts.facts;
  const body: Html =
    invented.length + caveats.length === 0
      ? empty("This workspace states nothing invented and no caveat.")
      : factsSection(parts.facts);
  return page(parts, {
    title: "Facts",
    at: "facts",
    body: html`${hero(parts.workspaceName, "What is invented, and what to doubt", "Borrowers, statements and outcomes are real. Some of what a decision needs is not in the published data; it is listed here and nowhere hidden.")}
${body}`,
  });
}
