// Where values come from: which source delivers what, how late, how fresh, and which of its fields moved.

import type { FeedReport, FeedState, FieldDrift } from "../../../monitoring/index.ts";
import { VERDICTS } from "../charts/psi-chart.ts";
import { type Html, html, nothing } from "../html.ts";
import { instantText } from "../instant-text.ts";
import { empty, section, tag } from "../layout.ts";
import { count, decimals, percent, percentOrDash } from "../number-text.ts";
import { table, withNote } from "../table.ts";
import { durationText } from "./duration-text.ts";

const SHOWN_FIELDS = 12;

export function feedsSection({ positions, feeds, fields }: FeedReport): Html {
  const moved = fields.filter(({ verdict }) => verdict !== "stable" && verdict !== "tooFew");
  return section(
    "feeds",
    "Feeds and their fields",
    `Events at positions ${count(positions.from)} to ${count(positions.to - 1)} of the log, by the source that sent them, beside the profile.`,
    html`${feeds.length === 0 ? empty("No event arrived in these positions.") : feedsTable(feeds)}
${moved.length === 0 ? html`<p>None of the ${count(fields.length)} fields has moved.</p>` : fieldsTable(moved.toSorted((a, b) => b.psi - a.psi).slice(0, SHOWN_FIELDS))}
${moved.length > SHOWN_FIELDS ? html`<p class="small">${count(moved.length - SHOWN_FIELDS)} more moved less; the JSON has them all.</p>` : nothing}`,
  );
}

const STATES: { readonly [verdict in FeedState["verdict"]]: string } = {
  onTime: "on time",
  late: "late",
  stale: "has stopped",
  tooFew: "nothing came",
};

function feedsTable(feeds: readonly FeedState[]): Html {
  return table({
    caption: "Feeds",
    rows: feeds,
    narrow: "cards",
    columns: [
      {
        head: "Event",
        cell: ({ event, source, verdict }) =>
          html`${event} ${tag(verdict, STATES[verdict])}<small>from ${source}</small>`,
      },
      { head: "Events", figure: true, cell: ({ events }) => count(events) },
      { head: "Declared delay", figure: true, cell: ({ delayMicros }) => durationText(delayMicros) },
      {
        head: "Later than declared",
        figure: true,
        cell: ({ lateShare, lateShareReference, events }) =>
          events === 0 ? "–" : withNote(percentOrDash(lateShare.value), `was ${percent(lateShareReference)}`),
      },
      {
        head: "95 in 100 within",
        figure: true,
        cell: ({ lateness95thMicros }) =>
          lateness95thMicros === null ? "–" : `${durationText(lateness95thMicros)} more`,
      },
      {
        head: "Newest",
        cell: ({ newestKnownAt, ageMicros }) =>
          newestKnownAt === null
            ? "–"
            : withNote(
                instantText(newestKnownAt),
                ageMicros === null ? null : `${durationText(ageMicros)} before this report`,
              ),
      },
    ],
  });
}

function fieldsTable(fields: readonly FieldDrift[]): Html {
  return table({
    caption: "Fields that moved",
    rows: fields,
    narrow: "cards",
    columns: [
      {
        head: "Field",
        cell: ({ event, field, source, verdict }) =>
          html`${event}.${field} ${tag(verdict, VERDICTS[verdict])}<small>from ${source}</small>`,
      },
      {
        head: "PSI",
        figure: true,
        cell: ({ psi, psiCritical }) => withNote(decimals(psi, 3), `chance ${decimals(psiCritical, 3)}`),
      },
      {
        head: "Missing",
        figure: true,
        cell: ({ missing }) => withNote(percent(missing.current), `was ${percent(missing.reference)}`),
      },
      { head: "Outside what was seen", figure: true, cell: ({ outOfRange }) => percent(outOfRange) },
      { head: "Categories", cell: ({ unseen, vanished }) => categoriesText(unseen, vanished) },
      {
        head: "From position",
        figure: true,
        cell: ({ firstPosition }) => (firstPosition === null ? "–" : count(firstPosition)),
      },
    ],
  });
}

function categoriesText(unseen: readonly string[], vanished: readonly string[]): string {
  const said = [
    unseen.length === 0 ? "" : `new: ${unseen.join(", ")}`,
    vanished.length === 0 ? "" : `gone: ${vanished.join(", ")}`,
  ];
  return said.filter((text) => text !== "").join("; ") || "–";
}
