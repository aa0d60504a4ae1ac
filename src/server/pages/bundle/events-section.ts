// What is known about people, and what is kept from every feature: protected fields are diverted to the vault at ingest.

import { MICROS_PER_DAY } from "../../../base/index.ts";
import type { EventNode, FieldNode, FieldType } from "../../../define/index.ts";
import type { BundleDocument } from "../../../policy/index.ts";
import { type Html, html } from "../html.ts";
import { section, tag } from "../layout.ts";
import { nameWords, words } from "../name-words.ts";
import { decimals } from "../number-text.ts";
import { table } from "../table.ts";

export function eventsSection({ events }: BundleDocument): Html {
  return section(
    "events",
    "Events",
    "Fields marked as in the vault are a basis that law or policy bars: no definition can read them.",
    table({
      caption: "Event types and their fields",
      rows: events,
      narrow: "stack",
      columns: [
        { head: "Event", cell: ({ name }) => nameWords(name) },
        { head: "Known after", cell: ({ delayMicros }) => delayWords(delayMicros) },
        { head: "Fields", cell: fieldsOf },
      ],
    }),
  );
}

function delayWords(delayMicros: number): string {
  return delayMicros === 0 ? "at once" : `${decimals(delayMicros / MICROS_PER_DAY, 2, 0)} days`;
}

function fieldsOf({ fields }: EventNode): Html {
  return html`<ul class="fields">${Object.entries(fields).map(([name, field]) => html`<li>${words(name)} <small>${typeWords(field.type)}</small> ${protectionOf(field)}</li>`)}</ul>`;
}

function typeWords(type: FieldType): string {
  if (type.kind === "money") return type.currency;
  if (type.kind === "boolean") return "yes or no";
  if (type.kind === "category") return `one of ${type.values.length}`;
  return type.kind === "ref" ? `names a ${type.entity}` : type.kind;
}

function protectionOf({ protection }: FieldNode): Html | null {
  return protection === "none" ? null : tag("vault", `${protection}: in the vault`);
}
