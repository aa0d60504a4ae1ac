// Cut-offs that were not taken beside the one that was: approvals, losses among the approved, and how each falls on groups.

import type { CutoffRow, EvaluationDocument, FairnessDocument } from "../../../evaluate/index.ts";
import { FOUR_FIFTHS } from "../charts/fairness-chart.ts";
import { type Html, html, nothing } from "../html.ts";
import { section } from "../layout.ts";
import { sentence, words } from "../name-words.ts";
import { decimals, percent, percentOrDash, percentRange, threshold } from "../number-text.ts";
import { cutoffsPath } from "../paths.ts";
import { type TableColumn, table, withNote } from "../table.ts";

export function cutoffsSection(
  { champion }: EvaluationDocument,
  fairness: FairnessDocument | null,
  released: number | null,
  asked: string | null,
): Html {
  const attributes = [...new Set(fairness?.cutoffs.map((row) => row.attribute) ?? [])];
  const attribute = attributes.find((name) => name === asked) ?? attributes[0] ?? null;
  const policy = released === null ? nothing : html` The released policy approves below ${threshold(released)}.`;
  return section(
    "cutoffs",
    "Cut-offs",
    html`What approving everyone below a probability would mean.${policy} Ratios compare each group’s approvals with those of its reference.`,
    html`${attributes.length > 1 ? attributePicker(attributes, attribute) : nothing}
${table({
  caption: attribute === null ? "Cut-offs" : `Cut-offs, with adverse impact ratios by ${words(attribute)}`,
  rows: champion.cutoffs,
  narrow: "scroll",
  marked: (row) => row.cutoff === released,
  columns: [...ownColumns(), ...ratioColumns(fairness, attribute)],
})}`,
  );
}

function attributePicker(attributes: readonly string[], present: string | null): Html {
  const links = attributes.map((attribute) => {
    const current = attribute === present ? html` aria-current="true"` : nothing;
    return html`<li><a href="${cutoffsPath(attribute)}"${current}>${sentence(words(attribute))}</a></li>`;
  });
  return html`<nav class="picker" aria-label="Groups compared"><ul>${links}</ul></nav>`;
}

function ownColumns(): TableColumn<CutoffRow>[] {
  return [
    { head: "Cut-off", cell: (row) => percent(row.cutoff) },
    { head: "Approved", figure: true, cell: (row) => percent(row.approvedShare) },
    {
      head: "Bad rate among them",
      figure: true,
      cell: ({ badRate }) => withNote(percentOrDash(badRate.value), percentRange(badRate.low, badRate.high)),
    },
  ];
}

function ratioColumns(fairness: FairnessDocument | null, attribute: string | null): TableColumn<CutoffRow>[] {
  const rows = fairness?.cutoffs.filter((row) => row.attribute === attribute) ?? [];
  const groups = [...new Set(rows.map((row) => row.group))];
  return groups.map((group) => ({
    head: `Ratio, ${group}`,
    figure: true,
    cell: ({ cutoff }) => {
      const row = rows.find((candidate) => candidate.group === group && candidate.cutoff === cutoff);
      return row === undefined ? "–" : ratio(row.air, row.note);
    },
  }));
}

/** A ratio below four fifths is set apart by more than colour. */
export function ratio(air: number | null, note: string | undefined): Html {
  if (air === null) return html`<span class="few">${note ?? "–"}</span>`;
  return air < FOUR_FIFTHS
    ? html`<strong class="below" title="below four fifths">${decimals(air, 2)}</strong>`
    : html`${decimals(air, 2)}`;
}
