// How the chosen model's probability orders people, and whether it means what it says.

import type { EvaluationDocument, ScoreBand } from "../../../evaluate/index.ts";
import { bandName, bandsChart } from "../charts/bands-chart.ts";
import { figure } from "../charts/chart.ts";
import { gainsChart } from "../charts/gains-chart.ts";
import { reliabilityChart } from "../charts/reliability-chart.ts";
import { type Html, html } from "../html.ts";
import { section } from "../layout.ts";
import { count, percent, percentOrDash, range } from "../number-text.ts";
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
  "Reliability",
  "Whether a probability of five per cent means five in a hundred.",
  figure(reliabilityChart(champion.reliability)),
)}
${section("gains", "Gains", "How many of all missed payments are found by looking at the riskiest people first.", figure(gainsChart(champion.gains)))}`;
}

function bandsTable(bands: readonly ScoreBand[]): Html {
  const limits = (low: number | null, high: number | null) => range(low, high, (value) => percent(value));
  return table({
    caption: "Score bands, best first",
    rows: bands,
    narrow: "stack",
    columns: [
      { head: "Probability", cell: (band) => bandName(band) },
      { head: "People", figure: true, cell: (band) => withNote(count(band.n), percent(band.share)) },
      {
        head: "Bad rate",
        figure: true,
        cell: (band) => withNote(percentOrDash(band.badRate), limits(band.low, band.high)),
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
          withNote(percentOrDash(band.cumulativeBadRate), limits(band.cumulativeLow, band.cumulativeHigh)),
      },
    ],
  });
}
