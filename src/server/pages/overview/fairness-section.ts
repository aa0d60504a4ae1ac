// How decisions fall on groups. References and the meaning of "favourable" were declared before anything was computed.

import type { FairnessDocument } from "../../../evaluate/index.ts";
import { figure } from "../charts/chart.ts";
import { fairnessChart } from "../charts/fairness-chart.ts";
import { type Html, html, nothing } from "../html.ts";
import { section } from "../layout.ts";
import { nameWords, sentence } from "../name-words.ts";
import { count, decimals, percentOrDash, range } from "../number-text.ts";
import { table, withNote } from "../table.ts";
import { ratio } from "./cutoffs-section.ts";

type Row = FairnessDocument["rows"][number];
type Declared = FairnessDocument["declared"][number];

export function fairnessSection(fairness: FairnessDocument): Html {
  const first = fairness.rows.filter((row) => row.favourable === fairness.rows[0]?.favourable);
  return section(
    "fairness",
    "Fairness by group",
    html`Decisions on the ${count(fairness.people)} ${fairness.drawnOn}. Protected attributes lie in a vault that no feature can read; here they are totals. A ratio is the group’s rate of a favourable outcome over that of its reference, both declared beforehand; under it stand its ${"95\u202f%"} interval and the two rates. Fewer than ${count(fairness.minimumCell)} people are “too few” to compare.`,
    html`${
      first.length === 0
        ? nothing
        : html`<h3>Favourable: ${first[0]!.favourable}</h3>
${figure(fairnessChart(first))}`
    }
${fairness.declared.map((declared) => attributeTable(fairness.rows, declared))}
${notesList(fairness.notes)}`,
  );
}

/** A row for each group, a column for each meaning of favourable. */
function attributeTable(rows: readonly Row[], { attribute, reference, basis }: Declared): Html {
  const own = rows.filter((row) => row.attribute === attribute);
  const meanings = [...new Set(own.map((row) => row.favourable))];
  const groups = [...new Set(own.map((row) => row.group))];
  if (own.length === 0) return nothing;
  return table({
    caption: `${nameWords(attribute)}, compared with ${reference}`,
    about: basis,
    rows: groups,
    narrow: "cards",
    columns: [
      { head: "Group", cell: (group) => (group === "too few" ? "Too few, put together" : sentence(group)) },
      { head: "People", figure: true, cell: (group) => count(own.find((row) => row.group === group)!.n) },
      ...meanings.map((favourable) => ({
        head: sentence(favourable),
        figure: true,
        cell: (group: string) => ratioCell(own.find((row) => row.group === group && row.favourable === favourable)),
      })),
    ],
  });
}

function ratioCell(row: Row | undefined): Html {
  if (row === undefined || row.air === null) return ratio(null, row?.note);
  const limits = range(row.low, row.high, (value) => decimals(value, 2));
  const rates = `${percentOrDash(row.rate)} against ${percentOrDash(row.referenceRate)}`;
  return withNote(ratio(row.air, row.note), html`${limits}<br>${rates}`);
}

function notesList(notes: readonly string[]): Html {
  return notes.length === 0 ? nothing : html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`;
}
