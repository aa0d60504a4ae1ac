// What decisions came to and why, now beside the profile.

import type { MonitorReport, RateDrift } from "../../../monitoring/index.ts";
import { figure } from "../charts/chart.ts";
import { mixChart } from "../charts/mix-chart.ts";
import { type Html, html, nothing } from "../html.ts";
import { section } from "../layout.ts";
import { dispositionWords, nameWords, sentence } from "../name-words.ts";
import { percent, percentOrDash, percentRange } from "../number-text.ts";
import { table, withNote } from "../table.ts";

export function decidedSection({ rates, dispositions, reasons }: MonitorReport): Html {
  if (rates.length === 0) return nothing;
  return section(
    "decided",
    "Decisions and reasons",
    "Rates of the span with their 95\u202f% intervals, and the mix of first reasons in adverse decisions.",
    html`<div class="pair">${dispositions === null ? nothing : figure(mixChart({ what: "decisions", cells: dispositions.cells, words: dispositionWords }))}${reasons === null ? nothing : figure(mixChart({ what: "first reasons", cells: reasons.cells, words: nameWords }))}</div>
${ratesTable(rates)}`,
  );
}

function ratesTable(rates: readonly RateDrift[]): Html {
  return table({
    caption: "Rates",
    rows: rates,
    narrow: "cards",
    columns: [
      { head: "Share of decisions", cell: ({ name }) => sentence(name) },
      {
        head: "Now",
        figure: true,
        cell: ({ current }) => withNote(percentOrDash(current.value), percentRange(current.low, current.high)),
      },
      { head: "In the profile", figure: true, cell: ({ reference }) => percent(reference) },
    ],
  });
}
