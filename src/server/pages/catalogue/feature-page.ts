// One feature: what it is, who answers for it, where it comes from and goes to, and what was seen of it.

import type { ColumnSeen, FeatureEntry, FeedFreshness, Lineage, User } from "../../../catalogue/index.ts";
import { figure } from "../charts/chart.ts";
import { sketchChart } from "../charts/sketch-chart.ts";
import { type Html, html } from "../html.ts";
import { instantText } from "../instant-text.ts";
import { empty, hashCode, page, section } from "../layout.ts";
import { durationText } from "../monitoring/duration-text.ts";
import { featureWords, nameWords, sentence, words } from "../name-words.ts";
import { count, percent, percentOrDash } from "../number-text.ts";
import type { PageParts } from "../page-parts.ts";
import { bundlesPath, cataloguePath } from "../paths.ts";
import { facts, table } from "../table.ts";
import { inUnit, missingText } from "../value-text.ts";
import { valueWords } from "../value-words.ts";
import { inForceTag } from "./catalogue-page.ts";
import { lineagePicture } from "./lineage-picture.ts";

export function featurePage(parts: PageParts, entry: FeatureEntry, lineage: Lineage): string {
  const { set, name, feature } = entry;
  return page(parts, {
    title: `${set}.${name}`,
    at: "catalogue",
    body: html`<div class="hero"><p class="above"><a href="${cataloguePath}">Catalogue</a>, ${nameWords(set)}</p>
<h1>${featureWords(name)}</h1>
<p class="lead">${sentence(valueWords(feature.value))}.</p></div>
${aboutSection(entry)}
${section("lineage", "Where it comes from", "From the source that sends the events to the bundle that decides by it.", lineagePicture(lineage))}
${usersSection(entry.users)}
${seenSection(entry)}
${freshnessSection(entry.feeds)}`,
  });
}

function aboutSection({
  set,
  name,
  owner,
  use,
  reason,
  feature,
  expression,
  entity,
  inForce,
  meaningHash,
}: FeatureEntry): Html {
  return section(
    "about",
    "What it is",
    null,
    html`${facts([
      ["Name", html`<code>${set}.${name}</code>`],
      ["Of", entity],
      ["Owner", owner],
      ["Use", use],
      ["A letter says", reason],
      ["Riskier when", feature.worse],
      ["Can be missing", feature.missing.length === 0 ? "never" : feature.missing.map(missingText).join(", ")],
      ["In force", html`${inForceTag(inForce)}`],
      ["Meaning", hashCode(meaningHash)],
    ])}
<p><code>${expression}</code></p>`,
  );
}

function usersSection(users: readonly User[]): Html {
  return section(
    "users",
    "Who uses it",
    "What would be touched if its meaning changed.",
    users.length === 0
      ? empty("Nothing that is defined here uses it.")
      : table({
          caption: "Users",
          rows: users,
          narrow: "stack",
          columns: [
            {
              head: "Definition",
              cell: ({ kind, name }) =>
                kind === "bundle" ? html`<a href="${bundlesPath}">${name}</a>` : html`${name}`,
            },
            { head: "Kind", cell: ({ kind }) => words(kind) },
            { head: "Where", cell: ({ part }) => part },
          ],
        }),
  );
}

function seenSection(entry: FeatureEntry): Html {
  const { seen, columns } = entry;
  const lead = "On the rows that the models of the bundle in force were fitted and calibrated on.";
  if (seen.length > 0)
    return section("seen", "What was seen of it", lead, html`${seen.map((column) => seenColumn(column, entry))}`);
  const why =
    columns.length === 0
      ? "It is not in the bundle in force, so nothing was counted."
      : "The bundle in force has no profile of it.";
  return section("seen", "What was seen of it", null, empty(why));
}

function seenColumn({ column, rows, missing, sketch }: ColumnSeen, { feature }: FeatureEntry): Html {
  const kinds = Object.entries(missing).sort(([, a], [, b]) => b - a);
  const text = (value: number): string => inUnit(value, feature.unit);
  return html`<h3><code>${column}</code> <small>${count(rows)} rows</small></h3>
${sketch.n === 0 ? empty("Every row was missing.") : figure(sketchChart({ words: column, sketch, text }))}
${
  kinds.length === 0
    ? html`<p>No row was missing.</p>`
    : table({
        caption: `Missing rows of ${column}`,
        rows: kinds,
        narrow: "scroll",
        columns: [
          { head: "Kind", cell: ([kind]) => sentence(kind) },
          { head: "Share of rows", figure: true, cell: ([, share]) => percent(share) },
        ],
      })
}`;
}

function freshnessSection(feeds: readonly FeedFreshness[]): Html {
  return section(
    "freshness",
    "How fresh it is",
    "The events that it reads, by the source that sends them.",
    feeds.length === 0
      ? empty("No event that it reads has come in yet.")
      : table({
          caption: "Feeds",
          rows: feeds,
          narrow: "cards",
          columns: [
            { head: "Event", cell: ({ event, source }) => html`${event}<small>from ${source}</small>` },
            { head: "Declared delay", figure: true, cell: ({ delayMicros }) => durationText(delayMicros) },
            { head: "Later than declared", figure: true, cell: ({ lateShare }) => percentOrDash(lateShare) },
            {
              head: "Newest known",
              cell: ({ newestKnownAt }) =>
                newestKnownAt === null ? html`<small>no report has looked yet</small>` : instantText(newestKnownAt),
            },
          ],
        }),
  );
}
