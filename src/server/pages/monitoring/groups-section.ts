// How served decisions fall on groups, by totals from the vault.

import type { FairnessReport } from "../../../monitoring/index.ts";
import { figure } from "../charts/chart.ts";
import { fairnessChart } from "../charts/fairness-chart.ts";
import { type Html, html } from "../html.ts";
import { empty, section } from "../layout.ts";
import { nameWords, sentence } from "../name-words.ts";
import { count, decimals, range } from "../number-text.ts";
import { ratio } from "../overview/cutoffs-section.ts";
import { table, withNote } from "../table.ts";

type Row = FairnessReport["rows"][number];

export function groupsSection({ rows, notes }: FairnessReport): Html {
  const meanings = [...Map.groupBy(rows, ({ favourable }) => favourable)];
  return section(
    "fairness",
    "Fairness by group",
    "Protected attributes lie in a vault that no feature can read; here they are totals. A ratio is the group’s rate of a favourable outcome over that of its reference.",
    html`${rows.length === 0 ? empty("Too few people for totals by group yet.") : meanings.map(meaningCharts)}
${rows.length === 0 ? null : html`<details><summary>Ratios in numbers</summary>${ratioTable(rows)}</details>`}
<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`,
  );
}

function meaningCharts([favourable, rows]: readonly [string, readonly Row[]]): Html {
  return html`<h3>Favourable: ${favourable}</h3>
${rows.every(({ air }) => air === null) ? empty("No group is large enough to compare.") : figure(fairnessChart(rows))}`;
}

function ratioTable(rows: readonly Row[]): Html {
  return table({
    caption: "Adverse impact ratios",
    rows,
    narrow: "cards",
    columns: [
      {
        head: "Group",
        cell: ({ attribute, group, reference }) =>
          withNote(sentence(group), `${nameWords(attribute)}, against ${reference}`),
      },
      { head: "Favourable", cell: ({ favourable }) => favourable },
      { head: "People", figure: true, cell: ({ n }) => count(n) },
      {
        head: "Ratio",
        figure: true,
        cell: ({ air, low, high }) =>
          withNote(
            ratio(air, "too few"),
            range(low, high, (value) => decimals(value, 2)),
          ),
      },
    ],
  });
}
