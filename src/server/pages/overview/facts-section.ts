// What the published data does not hold and had to be invented, and what to know before believing the rest.

import { type Html, html, nothing } from "../html.ts";
import { section } from "../layout.ts";
import type { PageParts } from "../page-parts.ts";

export function factsSection({ invented, caveats }: PageParts["facts"]): Html {
  return html`${invented.length === 0 ? nothing : section("invented", "What was invented", "The source holds no such thing; without it there would be nothing to decide.", list(invented))}
${caveats.length === 0 ? nothing : section("caveats", "Before you believe it", "What the data and this back-test can and cannot show.", list(caveats))}`;
}

/** The first sentence, or words before a first full stop that are short enough to be a name, lead each entry. */
function list(entries: readonly string[]): Html {
  return html`<ul class="plain">${entries.map((entry) => html`<li>${named(entry)}</li>`)}</ul>`;
}

function named(entry: string): Html {
  const stop = entry.indexOf(". ");
  if (stop < 0 || stop > 40) return html`${entry}`;
  return html`<strong>${entry.slice(0, stop + 1)}</strong>${entry.slice(stop + 1)}`;
}
