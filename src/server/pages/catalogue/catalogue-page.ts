// Every feature that is defined or in force, found by words. The form is a plain GET, so an address is a search.

import type { FeatureEntry } from "../../../catalogue/index.ts";
import { type Html, html, nothing } from "../html.ts";
import { empty, hero, page, section, tag } from "../layout.ts";
import { featureWords, nameWords, sentence } from "../name-words.ts";
import { count, percent } from "../number-text.ts";
import type { PageParts } from "../page-parts.ts";
import { cataloguePath, featurePath } from "../paths.ts";
import { table } from "../table.ts";
import { valueWords } from "../value-words.ts";

/** More than anybody reads on one page. */
const SHOWN = 200;

export async function cataloguePage(parts: PageParts, sought: string | null): Promise<string> {
  const found = await parts.features(sought ?? "");
  const sets = [...Map.groupBy(found.slice(0, SHOWN), ({ set }) => set)];
  return page(parts, {
    title: "Catalogue",
    at: "catalogue",
    body: html`${hero(parts.workspaceName, "Catalogue", "Every feature that is defined here or in force: what it is, who answers for it, who uses it, and what was seen of it.")}
${searchForm(sought, found.length)}
${found.length === 0 ? empty(sought === null ? "No feature is defined yet." : "No feature says all of these words.") : nothing}
${sets.map(([set, entries]) => setSection(set, entries))}
${found.length > SHOWN ? html`<p class="small">${count(found.length - SHOWN)} more; say another word to narrow them down.</p>` : nothing}`,
  });
}

function searchForm(sought: string | null, found: number): Html {
  return html`<form class="look-up" action="${cataloguePath}" method="get" role="search">
<label for="search">Find features</label>
<div><input id="search" name="search" type="search" autocomplete="off" spellcheck="false" placeholder="Words of a name, a reason, an owner" value="${sought ?? ""}"><button type="submit">Find</button></div>
${sought === null ? nothing : html`<p class="small" role="status">${count(found)} found for “${sought}”. <a href="${cataloguePath}">Show all</a></p>`}
</form>`;
}

function setSection(set: string, entries: readonly FeatureEntry[]): Html {
  const { owner, use, entity } = entries[0]!;
  const answers = owner === null ? "" : ` ${sentence(owner)} answers for it${use === null ? "" : `, for ${use}`}.`;
  return section(
    `set-${set}`,
    nameWords(set),
    `${count(entries.length)} features of a ${entity}.${answers}`,
    table({
      caption: `Features of ${set}`,
      rows: entries,
      narrow: "stack",
      columns: [
        {
          head: "Feature",
          cell: ({ name }) =>
            html`<a href="${featurePath(set, name)}">${featureWords(name)}</a> <small><code>${name}</code></small>`,
        },
        {
          head: "Is",
          cell: ({ feature, reason }) =>
            html`${sentence(valueWords(feature.value))}${reason === null ? nothing : html`<small>${reason}</small>`}`,
        },
        { head: "Used by", cell: usersShort },
        { head: "Missing", figure: true, cell: missingShort },
        { head: "In force", cell: ({ inForce }) => inForceTag(inForce) },
      ],
    }),
  );
}

function usersShort({ users }: FeatureEntry): string {
  const names = [...new Set(users.filter(({ kind }) => kind === "model" || kind === "policy").map(({ name }) => name))];
  return names.length === 0 ? "nobody" : names.join(", ");
}

function missingShort({ seen, feature }: FeatureEntry): string {
  if (seen.length === 0) return feature.missing.length === 0 ? "never" : "–";
  const shares = seen.map(({ missing }) => Object.values(missing).reduce((sum, share) => sum + share, 0));
  return percent(Math.max(...shares));
}

const IN_FORCE: { readonly [state in FeatureEntry["inForce"]]: { readonly kind: string; readonly text: string } } = {
  same: { kind: "holds", text: "yes" },
  other: { kind: "late", text: "with another meaning" },
  gone: { kind: "late", text: "yes, and defined no more" },
  no: { kind: "none", text: "no" },
};

export function inForceTag(state: FeatureEntry["inForce"]): Html {
  const { kind, text } = IN_FORCE[state];
  return tag(kind, text);
}
