// Pages for what went wrong: the thing, the rule and the way out.

import type { Problem } from "../../base/index.ts";
import { type Html, html } from "./html.ts";
import { type Frame, hero, page } from "./layout.ts";
import { sentence } from "./name-words.ts";
import { decisionsPath, overviewPath } from "./paths.ts";
import { facts } from "./table.ts";

const WAYS_ON: Html = html`<p><a href="${overviewPath}">To the overview</a> or <a href="${decisionsPath}">to the decisions</a>.</p>`;

export function notFoundPage(frame: Frame, thing: string): string {
  return page(frame, {
    title: "Not found",
    at: null,
    body: html`${hero("404", "Not found", `There is no ${thing} here.`)}${WAYS_ON}`,
  });
}

const HEADINGS: { readonly [status: number]: string } = {
  401: "Not signed in",
  403: "Not allowed",
  410: "Erased",
  503: "Not just now",
};

export function problemPage(frame: Frame, status: number, { code, thing, rule, wayOut }: Problem): string {
  const heading = HEADINGS[status] ?? (status < 500 ? "This cannot be shown" : "Something went wrong");
  return page(frame, {
    title: heading,
    at: null,
    body: html`${hero(String(status), heading, `${sentence(thing)}: ${rule}.`)}
${facts([
  ["Way out", `${wayOut}.`],
  ["Code", html`<code>${code}</code>`],
])}
${status === 401 ? null : WAYS_ON}`,
  });
}
