// How the chosen model's probability orders people, and whether it means what it says.

import type { EvaluationDocument, ScoreBand } from "../../../evaluate/index.ts";
import { bandName, bandsChart } from "../charts/bands-chart.ts";
import { figure } from "../charts/chart.ts";
import { gainsChart } from "../charts/gains-chart.ts";
import { reliabilityChart } from "../charts/reliability-chart.ts";
import { type Html, html } from "../html.ts";
import { section } from "../layout.ts";
import { count, percent, percentOrDash, percentRange } from "../number-text.ts";
import { table, withNote } from "../table.ts";

export function scoreSections({ champion }: EvaluationDocument): Html {
  return html`${section(
    "bands",
    "Score bands",
    "People by estimated probability of missing next month’s payment, best first: how many, how many of them missed it, and what approving them and all better ones would mean.",
    html`${figure(bandsChart(champion.bands))}
${bandsTable(champion.bands)}`,
  )}
${section(
  "reliability",
  "Reliability and gains",
  "First, whether a probability of five per cent means five in a hundred. Then, how many of all missed payments are found by looking at the riskiest people first.",
  html`<div class="pair">${figure(reliabilityChart(champion.reliability))}${figure(gainsChart(champion.gains))}</div>`,
)}`;
}

function bandsTable(bands: readonly ScoreBand[]): Html {
  return table({
    caption: "Score bands, best first",
    rows: bands,
    narrow: "scroll",
    columns: [
      { head: "Probability", cell: (band) => bandName(band) },
      { head: "People", figure: true, cell: (band) => withNote(count(band.n), percent(band.share)) },
      {
        head: "Bad rate",
        figure: true,
        cell: (band) => withNote(percentOrDash(band.badRate), percentRange(band.low, band.high)),
      },
      {
        head: "Approved up to here",
        figure: true,
        cell: (band) => withNote(count(band.cumulativeN), percent(band.cumulativeShare)),
      },
      {
        head: "Bad rate up to here",
        figure: true,
        cell: (band) =>
          withNote(percentOrDash(band.cumulativeBadRate), percentRange(band.cumulativeLow, band.cumulativeHigh)),
      },
    ],
  });
}
