// How decisions fall on groups. References and the meaning of "favourable" were declared before anything was computed.

import type { FairnessDocument } from "../../../evaluate/index.ts";
import { figure } from "../charts/chart.ts";
import { fairnessChart } from "../charts/fairness-chart.ts";
import { type Html, html, nothing } from "../html.ts";
import { section } from "../layout.ts";
import { nameWords, sentence, words } from "../name-words.ts";
import { count, decimals, percentOrDash, range } from "../number-text.ts";
import { table, withNote } from "../table.ts";
import { ratio } from "./cutoffs-section.ts";

type Row = FairnessDocument["rows"][number];

export function fairnessSection(fairness: FairnessDocument): Html {
  const meanings = [...new Set(fairness.rows.map((row) => `${row.stage}: ${row.favourable}`))];
  const first = fairness.rows.filter((row) => `${row.stage}: ${row.favourable}` === meanings[0]);
  return section(
    "fairness",
    "Fairness by group",
    html`Protected attributes lie in a vault that no feature can read; here they are totals. A group with fewer than ${count(fairness.minimumCell)} people is “too few” to compare.`,
    html`${
      first.length === 0
        ? nothing
        : html`<h3>${sentence(first[0]!.favourable)}</h3>
${figure(fairnessChart(first))}`
    }
${fairness.declared.map((declared) => attributeTable(fairness, declared))}
${notesList(fairness.notes)}`,
  );
}

function attributeTable(
  { rows }: FairnessDocument,
  { attribute, reference, basis }: FairnessDocument["declared"][number],
): Html {
  const own = rows.filter((row) => row.attribute === attribute);
  if (own.length === 0) return nothing;
  return html`<h3>${nameWords(attribute)} <small>${basis}; compared with ${reference}</small></h3>
${table({
  caption: `Favourable outcomes by ${words(attribute)}, compared with ${reference}`,
  rows: own,
  narrow: "stack",
  columns: [
    { head: "Group", cell: (row) => row.group },
    { head: "Favourable means", cell: (row) => row.favourable },
    { head: "People", figure: true, cell: (row) => count(row.n) },
    { head: "Rate", figure: true, cell: (row) => percentOrDash(row.rate) },
    { head: "Reference’s rate", figure: true, cell: (row) => percentOrDash(row.referenceRate) },
    { head: "Ratio", figure: true, cell: ratioWithLimits },
  ],
})}`;
}

function ratioWithLimits(row: Row): Html {
  return withNote(
    ratio(row.air, row.note),
    range(row.low, row.high, (value) => decimals(value, 2)),
  );
}

function notesList(notes: readonly string[]): Html {
  return notes.length === 0 ? nothing : html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`;
}
