// What became of the decisions, as far as it is known: what is not known yet is never counted as good.

import type { Estimate } from "../../../evaluate/index.ts";
import type { OutcomeReport, VintageRow } from "../../../monitoring/index.ts";
import { bandName } from "../charts/bands-chart.ts";
import { figure } from "../charts/chart.ts";
import { expectedChart } from "../charts/expected-chart.ts";
import { type Html, html, nothing } from "../html.ts";
import { dayText } from "../instant-text.ts";
import { empty, section } from "../layout.ts";
import { dispositionWords, nameWords } from "../name-words.ts";
import { count, decimals, estimateText, percent, percentOrDash, percentRange, range } from "../number-text.ts";
import { facts, table, withNote } from "../table.ts";

export function outcomesSections(outcomes: OutcomeReport | null): Html {
  if (outcomes === null) return notJoined();
  return html`${outcomesSection(outcomes)}
${section(
  "bands",
  "Score bands",
  "Whether a probability still means what it says, band by band.",
  outcomes.matured === 0
    ? empty("No outcome is known yet.")
    : html`${figure(expectedChart(outcomes.bands))}
<details><summary>Bands in numbers</summary>${bandsTable(outcomes.bands)}</details>`,
)}
${section(
  "vintages",
  "Vintages",
  "Decisions by the month they were made in. A vintage ripens: its numbers are about the outcomes known so far.",
  outcomes.vintages.length === 0 ? empty("No decision has a vintage yet.") : vintagesTable(outcomes.vintages),
)}`;
}

function notJoined(): Html {
  return section(
    "outcomes",
    "Outcomes",
    "What became of the decisions.",
    empty(
      html`This report was drawn without outcomes. Once they arrive: <code>assay monitor --at INSTANT</code>, where the instant says up to when they are known.`,
    ),
  );
}

function outcomesSection({
  labelCutOff,
  matured,
  statuses,
  calibration,
  auc,
  ks,
  dispositions,
  notes,
}: OutcomeReport): Html {
  const asked = Object.values(statuses).reduce((sum, one) => sum + one, 0);
  const unknown = Object.entries(statuses).filter(([status, n]) => n > 0 && status !== "good" && status !== "bad");
  return section(
    "outcomes",
    "Outcomes",
    html`What was known by ${dayText(labelCutOff)}; outcomes known later do not exist here.`,
    html`<p class="finding">${count(matured)} of ${count(asked)} outcomes are known, ${count(statuses["bad"] ?? 0)} of them bad.</p>
${facts([
  ["Area under the curve", limited(auc, 3)],
  ["KS", limited(ks, 3)],
  ["Calibration slope", limited(calibration.slope, 2)],
  ["Calibration intercept", limited(calibration.intercept, 2)],
  ["Expected over observed", limited(calibration.expectedOverObserved, 3)],
  [
    "Not known",
    unknown.length === 0
      ? null
      : unknown.map(([status, n]) => `${nameWords(status).toLowerCase()} ${count(n)}`).join(", "),
  ],
])}
${table({
  caption: "Of whom outcomes are known",
  rows: dispositions,
  narrow: "cards",
  columns: [
    { head: "Decision", cell: ({ disposition }) => dispositionWords(disposition) },
    { head: "Decided", figure: true, cell: ({ decisions }) => count(decisions) },
    {
      head: "Known",
      figure: true,
      cell: (row) => withNote(count(row.matured), percent(row.matured / Math.max(1, row.decisions))),
    },
    { head: "Bad rate", figure: true, cell: ({ badRate }) => share(badRate) },
  ],
})}
${notes.length === 0 ? nothing : html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}`,
  );
}

function bandsTable(bands: OutcomeReport["bands"]): Html {
  return table({
    caption: "Score bands, best first",
    rows: bands,
    narrow: "scroll",
    columns: [
      { head: "Probability", cell: (band) => bandName(band) },
      { head: "Decisions", figure: true, cell: ({ decisions }) => count(decisions) },
      { head: "Known", figure: true, cell: ({ matured }) => count(matured) },
      { head: "Expected", figure: true, cell: ({ expected }) => percentOrDash(expected) },
      { head: "Observed", figure: true, cell: ({ observed }) => share(observed) },
    ],
  });
}

function vintagesTable(vintages: readonly VintageRow[]): Html {
  return table({
    caption: "Vintages, oldest first",
    rows: vintages,
    narrow: "scroll",
    columns: [
      { head: "Month", cell: ({ vintage }) => vintage },
      { head: "Decisions", figure: true, cell: ({ decisions }) => count(decisions) },
      {
        head: "Maturity",
        cell: ({ matured, maturity }) =>
          withNote(maturityBar(maturity), `${count(matured)} known, ${percent(maturity)}`),
      },
      { head: "Bad rate", figure: true, cell: ({ badRate }) => share(badRate) },
      { head: "AUC", figure: true, cell: ({ auc }) => limited(auc, 3) },
      { head: "KS", figure: true, cell: ({ ks }) => limited(ks, 3) },
      {
        head: "Expected over observed",
        figure: true,
        cell: ({ expectedOverObserved }) => limited(expectedOverObserved, 2),
      },
    ],
  });
}

function maturityBar(maturity: number): Html {
  const width = `${(Math.min(1, maturity) * 100).toFixed(1)}%`;
  return html`<svg class="ripe" role="img" aria-label="${percent(maturity)} known" width="100%" height="8"><rect class="part" width="100%" height="100%"/><rect class="part approve" width="${width}" height="100%"/></svg>`;
}

function limited(estimate: Estimate, places: number): Html {
  const limits = range(estimate.low, estimate.high, (value) => decimals(value, places));
  return withNote(estimateText(estimate, places), estimate.note ?? limits);
}

function share({ value, low, high, note }: Estimate): Html {
  return withNote(percentOrDash(value), note ?? percentRange(low, high));
}
