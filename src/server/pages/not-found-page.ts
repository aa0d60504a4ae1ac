// What a page says where there is nothing under an address.

import { html } from "./html.ts";
import { type Frame, hero, page } from "./layout.ts";
import { decisionsPath, overviewPath } from "./paths.ts";

export function notFoundPage(frame: Frame, thing: string): string {
  return page(frame, {
    title: "Not found",
    at: null,
    body: html`${hero("404", "Not found", `There is no ${thing} here.`)}
<p><a href="${overviewPath}">To the overview</a> or <a href="${decisionsPath}">to the decisions</a>.</p>`,
  });
}
