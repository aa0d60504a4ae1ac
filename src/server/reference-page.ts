// The reference as one self-contained page: server-rendered from the OpenAPI document, no script, readable on a phone.

import { type Html, html } from "./pages/html.ts";
import { iconPath, overviewPath } from "./pages/paths.ts";
import { stylesheet } from "./pages/stylesheet.ts";
import { schemaText } from "./schema-text.ts";

interface Content {
  readonly [mediaType: string]: { readonly schema?: unknown };
}

interface Operation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema?: { readonly description?: string };
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses?: { readonly [status: string]: { readonly description?: string; readonly content?: Content } };
}

/** As much of OpenAPI 3.1 as this page reads. */
export interface OpenApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
}

export const referenceStylesPath = "/assets/reference.css";

export function referencePage({ info, paths }: OpenApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = [...new Set(operations.map(({ operation }) => tagOf(operation)))];
  const links = tags.map((tag) => html`<li><a href="${anchor(tag)}">${tag}</a></li>`);
  const sections = tags.map((tag) => {
    const doors = operations.filter(({ operation }) => tagOf(operation) === tag);
    return html`<h2 id="${anchor(tag).slice(1)}">${tag}</h2>${doors.map(doorHtml)}`;
  });
  return frame(
    `${info.title}: HTTP reference`,
    html`<h1>HTTP reference</h1><p>${info.title} ${info.version}. ${info.description}</p>
<p><small>For programs: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1)</small></p><ul class="contents">${links}</ul>${sections}`,
  );
}

function frame(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title}</title>
<link rel="icon" type="image/svg+xml" href="${iconPath}"><link rel="stylesheet" href="${stylesheet.address}">
<link rel="stylesheet" href="${referenceStylesPath}"></head>
<body><header class="top"><a class="wordmark" href="${overviewPath}"><span class="mark" aria-hidden="true"></span>Assay</a></header>
<main class="reference">${body}</main></body></html>`.text;
}

function tagOf({ tags }: Operation): string {
  return tags?.[0] ?? "Other";
}

function anchor(tag: string): string {
  return `#${tag.toLowerCase().replace(/[^a-z]+/g, "-")}`;
}

function doorHtml({ path, method, operation }: { path: string; method: string; operation: Operation }): Html {
  const { description = null, requestBody, responses = {} } = operation;
  const answers = Object.entries(responses).map(([status, { content }]) => contentHtml(`Answer ${status}`, content));
  return html`<details><summary><b>${method.toUpperCase()}</b> <code>${path}</code><span>${operation.summary}</span></summary>
${description === null ? null : html`<p>${description}</p>`}${parametersHtml(operation)}${contentHtml("Body", requestBody?.content)}${answers}</details>`;
}

function parametersHtml({ parameters = [] }: Operation): Html | null {
  if (parameters.length === 0) return null;
  const items = parameters.map(({ name, in: place, required, description, schema }) => {
    const says = description ?? schema?.description;
    return html`<li><code>${name}</code> <small>${place}, ${required === true ? "required" : "optional"}</small> ${says}</li>`;
  });
  return html`<h3>Parameters</h3><ul>${items}</ul>`;
}

/** Problems all have one shape, so one line stands for it. */
function contentHtml(heading: string, content: Content = {}): Html[] {
  return Object.entries(content).map(([mediaType, { schema }]) => {
    const title = html`<h3>${heading} <small>${mediaType}</small></h3>`;
    if (mediaType === "application/problem+json") return html`${title}<p>A problem: code, thing, rule, wayOut</p>`;
    return html`${title}<pre>${schemaText(schema)}</pre>`;
  });
}

/** Beside the sheet that all pages share. */
export const referenceStyles = `
.reference { max-width: 54rem; margin: 0 auto; }
.reference h1 { font-size: 2rem; line-height: 1.2; margin: 1rem 0; }
.reference h2 { margin: 2.5rem 0 .75rem; }
.reference h3 { margin: 1rem 0 .35rem; font-size: .9rem; }
.reference .contents { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: 1rem 0; list-style: none; }
.reference details { border: 1px solid var(--line); border-radius: .5rem; background: var(--raised); padding: 0 .9rem; margin: .6rem 0; }
.reference details[open] { padding-bottom: .9rem; }
.reference summary { padding: .65rem 0; color: var(--ink); overflow-wrap: anywhere; }
.reference summary b { color: var(--accent); }
.reference summary span { display: block; color: var(--muted); }
.reference details ul { padding-left: 1.25rem; }
.reference pre { margin: 0; padding: .75rem; border-radius: .4rem; background: var(--accent-wash); white-space: pre-wrap; overflow-wrap: anywhere; font: .8125rem/1.5 var(--mono); }
`;
