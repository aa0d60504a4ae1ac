// The frame of every page: the mark, where one can go, whether the clock is simulated, and a foot that says what this is.

import { type Html, html, nothing, type Slot } from "./html.ts";
import { clockText } from "./instant-text.ts";
import type { PageParts } from "./page-parts.ts";
import {
  bundlesPath,
  cataloguePath,
  decisionsPath,
  factsPath,
  iconPath,
  learningPath,
  monitoringPath,
  overviewPath,
} from "./paths.ts";
import { stylesheet } from "./stylesheet.ts";

export interface PageContent {
  readonly title: string;
  /** Which entry of the navigation is the present one. */
  readonly at: "overview" | "decisions" | "catalogue" | "monitoring" | "learning" | "bundle" | "facts" | null;
  readonly body: Html;
}

export type Frame = Pick<PageParts, "workspaceName" | "simulatedNow">;

export function page({ workspaceName, simulatedNow }: Frame, { title, at, body }: PageContent): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Assay</title>
<link rel="icon" type="image/svg+xml" href="${iconPath}">
<link rel="stylesheet" href="${stylesheet.address}">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<a class="wordmark" href="${overviewPath}"><span class="mark" aria-hidden="true"></span>Assay</a>
<nav class="places" aria-label="Pages">${navigation(at)}</nav>
</header>
${simulatedNow === null ? nothing : clockNote(simulatedNow)}
<main id="content">
${body}
</main>
<footer class="foot">
<p>Workspace <strong>${workspaceName}</strong>. Assay decides from what was known at the time, says why, and can do it again, bit for bit.</p>
</footer>
</body>
</html>
`.text;
}

const ENTRIES = [
  { at: "overview", name: "Overview", path: overviewPath },
  { at: "decisions", name: "Decisions", path: decisionsPath },
  { at: "catalogue", name: "Catalogue", path: cataloguePath },
  { at: "monitoring", name: "Monitoring", path: monitoringPath },
  { at: "learning", name: "Learning", path: learningPath },
  { at: "bundle", name: "Bundle", path: bundlesPath },
  { at: "facts", name: "Facts", path: factsPath },
] as const;

function navigation(present: PageContent["at"]): Html {
  const entries = ENTRIES.map(({ at, name, path }) => {
    const current = at === present ? html` aria-current="page"` : nothing;
    return html`<li><a href="${path}"${current}>${name}</a></li>`;
  });
  return html`<ul>${entries}</ul>`;
}

function clockNote(simulatedNow: string): Html {
  return html`<p class="clock" role="note"><strong>Simulated clock</strong> Every decision here is made as of ${clockText(simulatedNow)}. <a href="${factsPath}">What else is invented</a></p>`;
}

/** A part of a page: its heading and a sentence beside what it shows. */
export function section(id: string, heading: string, lead: Slot, content: Slot): Html {
  return html`<section id="${id}" aria-labelledby="${id}-heading">
<div class="about"><h2 id="${id}-heading">${heading}</h2>
${lead === null ? nothing : html`<p>${lead}</p>`}</div>
<div class="shown">
${content}
</div>
</section>
`;
}

/** What a page says where there is nothing to show yet. */
export function empty(sentence: Slot): Html {
  return html`<p class="empty">${sentence}</p>`;
}

export function hero(above: Slot, heading: Slot, below: Slot): Html {
  return html`<div class="hero"><p class="above">${above}</p>
<h1>${heading}</h1>
${below === null ? nothing : html`<p class="lead">${below}</p>`}</div>
`;
}

/** What was decided, as a small label. */
export function tag(kind: string, text: string): Html {
  return html`<span class="tag ${kind}">${text}</span>`;
}

/** A hash, whole for whoever copies it, with room to break. */
export function hashCode(hash: string): Html {
  return html`<code class="hash">${hash}</code>`;
}
