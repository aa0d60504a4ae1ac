// Values now beside the profile: how far each moved, which cells moved it, and what is missing.

import type { MonitorReport, ValueDrift } from "../../../monitoring/index.ts";
import { cellsChart } from "../charts/cells-chart.ts";
import { figure } from "../charts/chart.ts";
import { psiChart, VERDICTS } from "../charts/psi-chart.ts";
import { type Html, html, nothing } from "../html.ts";
import { section } from "../layout.ts";
import { columnWords, modelName } from "../name-words.ts";
import { count, decimals, decimalsOrDash, percent } from "../number-text.ts";
import { table, withNote } from "../table.ts";

const CHARTED = 20;
const PICTURED = 6;

export function driftSections({ features, outputs }: MonitorReport): Html {
  if (features.length === 0) return nothing;
  const sorted = [...features].sort((a, b) => b.psi - a.psi);
  return html`${section(
    "drift",
    "How far values moved",
    html`${features.length > CHARTED ? `The ${CHARTED} of ${count(features.length)} values that moved most.` : "All values, those that moved most first."} Size and certainty are two things: a filled dot has moved, a dot beyond a line has moved by much.`,
    html`${figure(psiChart(sorted.slice(0, CHARTED)))}
<details><summary>All ${count(features.length)} values in numbers</summary>${driftTable(sorted)}</details>`,
  )}
${section(
  "moved",
  "Where they moved",
  "The values that moved most, cell by cell. Bars are decisions now, in cells that held a tenth of the profile each; ticks are the profile.",
  html`<div class="multiples">${sorted.slice(0, PICTURED).map((drift) => figure(cellsChart({ ...drift, words: columnWords(drift.name) })))}</div>`,
)}
${missingSection(sorted)}
${outputs.length === 0 ? nothing : scoresSection(outputs)}`;
}

function driftTable(drifts: readonly ValueDrift[]): Html {
  return table({
    caption: "Values against the profile",
    about: "Wasserstein in standard deviations of the profile; Evidently’s PSI cuts equal-width bins over both sides.",
    rows: drifts,
    narrow: "scroll",
    columns: [
      { head: "Value", cell: ({ name }) => columnWords(name) },
      { head: "Verdict", cell: ({ verdict }) => VERDICTS[verdict] },
      {
        head: "PSI",
        figure: true,
        cell: ({ psi, psiCritical }) => withNote(decimals(psi, 3), `chance ${decimals(psiCritical, 3)}`),
      },
      { head: "PSI, Evidently", figure: true, cell: ({ psiEvidently }) => decimalsOrDash(psiEvidently, 3) },
      { head: "Jensen-Shannon", figure: true, cell: ({ jensenShannon }) => decimals(jensenShannon, 3) },
      { head: "Wasserstein", figure: true, cell: ({ wasserstein }) => decimalsOrDash(wasserstein, 3) },
      { head: "KS", figure: true, cell: ({ ks }) => decimalsOrDash(ks, 3) },
      {
        head: "Mean",
        figure: true,
        cell: ({ means }) => withNote(meanText(means.current), `was ${meanText(means.reference)}`),
      },
      { head: "Outside what was seen", figure: true, cell: ({ outOfRange }) => percent(outOfRange) },
    ],
  });
}

function meanText(mean: number | null): string {
  return mean === null ? "–" : decimals(mean, Math.abs(mean) >= 100 ? 0 : 3);
}

/** A difference that a reader may care to see. */
const MISSING_APART = 0.005;

function missingSection(drifts: readonly ValueDrift[]): Html {
  const apart = ({ missing }: ValueDrift) => Math.abs(missing.current - missing.reference);
  const rows = drifts.filter((drift) => apart(drift) >= MISSING_APART).sort((a, b) => apart(b) - apart(a));
  const all = drifts.filter(({ missing }) => missing.reference > 0 || missing.current > 0).length;
  return section(
    "missing",
    "What is missing",
    "Share of decisions without a value, by the kind of nothing it is.",
    rows.length === 0
      ? html`<p>${count(all)} of ${count(drifts.length)} values are missing for somebody, none of them in ${percent(MISSING_APART)} of decisions more or less than in the profile.</p>`
      : table({
          caption: "Values that are missing more or less often than in the profile",
          rows,
          narrow: "cards",
          columns: [
            { head: "Value", cell: ({ name }) => columnWords(name) },
            { head: "Missing now", figure: true, cell: ({ missing }) => percent(missing.current) },
            { head: "In the profile", figure: true, cell: ({ missing }) => percent(missing.reference) },
            { head: "By kind", cell: ({ missing }) => kindsText(missing.byKind) },
          ],
        }),
  );
}

function kindsText(byKind: ValueDrift["missing"]["byKind"]): string {
  return Object.entries(byKind)
    .map(([kind, { reference, current }]) => `${kind} ${percent(current)}, was ${percent(reference)}`)
    .join("; ");
}

function scoresSection(outputs: readonly ValueDrift[]): Html {
  const charts = outputs.map((output) => figure(cellsChart({ ...output, words: modelName(output.name) })));
  const said = outputs.map((output) => {
    const { name, psi, psiCritical, means, verdict } = output;
    return html`<li><strong>${modelName(name)}</strong> ${VERDICTS[verdict]}: PSI ${decimals(psi, 3)}, chance gives ${decimals(psiCritical, 3)}; mean ${decimalsOrDash(means.current, 3)}, was ${decimalsOrDash(means.reference, 3)}.</li>`;
  });
  return section(
    "scores",
    "Scores",
    "Calibrated outputs of the models, in cells that held a tenth of the profile each.",
    html`<div class="multiples">${charts}</div><ul class="plain">${said}</ul>`,
  );
}
