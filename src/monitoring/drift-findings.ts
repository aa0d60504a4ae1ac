// From drifts to findings: what a reader is told first. A value is told only where it moved beyond chance and by a size that
// credit practice would watch; where half of all values moved together, the population is told and not each of them; where a
// broken field of a source is told, the values that read it are notices beside it.

import { movedTogether, populationFinding } from "./population-finding.ts";
import type { CountDrift, Finding, ValueDrift } from "./report-document.ts";
import { severityOf } from "./value-drift.ts";

const METHOD = "PSI's 95th percentile without drift at these sizes: chi-square(0.95, cells - 1) · (1/N + 1/M)";

/** Of features: each that drifted, or one about the population they come from. `explained`: those that read a broken field. */
export function featureFindings(features: readonly ValueDrift[], explained: ReadonlyMap<string, Finding>): Finding[] {
  const drifted = features.filter(({ verdict }) => verdict === "drifted");
  const caused = drifted.filter(({ name }) => explained.has(name));
  const free = drifted.filter(({ name }) => !explained.has(name));
  const inside = free.filter(movedInside);
  const notices = caused.map((drift) => explainedFinding(drift, explained.get(drift.name)!));
  if (!movedTogether(inside.length, features.length)) return [...free.map(valueFinding), ...notices];
  const subject = { name: "the people who are decided about", features: names(inside) };
  return [
    populationFinding(inside, { subject, what: "features", of: features.length }),
    ...free.filter((drift) => !movedInside(drift)).map(valueFinding),
    ...inside.map((drift) => asNotice(valueFinding(drift))),
    ...notices,
  ];
}

/** Whether most of what moved stayed within what the profile saw: a broken value leaves it, other people hardly do. */
function movedInside({ cells, outOfRange }: ValueDrift): boolean {
  const moved = cells.reduce((sum, { reference, current }) => sum + Math.abs(current - reference), 0) / 2;
  return outOfRange * 4 < moved;
}

/** Most moved first. */
function names(drifted: readonly ValueDrift[]): string[] {
  return drifted.toSorted((a, b) => b.psi - a.psi).map(({ name }) => name);
}

function asNotice(finding: Finding): Finding {
  return { ...finding, severity: "notice" };
}

function explainedFinding(drift: ValueDrift, cause: Finding): Finding {
  const { name, source } = cause.subject;
  return { ...asNotice(valueFinding(drift)), wayOut: `Mend ${name} of source "${source}" first: this value reads it` };
}

function valueFinding(drift: ValueDrift): Finding {
  const { name, psi, adjustedP } = drift;
  const kind = gainedMissing(drift) ? "missing" : "drift";
  return {
    key: `${kind} ${name}`,
    kind,
    severity: severityOf(psi),
    subject: { name },
    effect: { measure: "PSI", value: psi },
    bound: { value: drift.psiCritical, method: METHOD },
    adjustedP,
    sentence: kind === "missing" ? missingSentence(drift) : driftSentence(drift),
    wayOut:
      kind === "missing"
        ? "See which source sends it: the feeds of this report, then the quarantine"
        : "Look at its cells; if a source or its definition changed, mend that; if people changed, retrain",
  };
}

/** Whether more of the movement lies in what is missing than in the numbers. */
function gainedMissing({ missing, cells }: Pick<ValueDrift, "missing" | "cells">): boolean {
  const apart = (prefix: boolean) =>
    cells
      .filter(({ cell }) => cell.startsWith("missing: ") === prefix)
      .reduce((most, { reference, current }) => Math.max(most, Math.abs(current - reference)), 0);
  return missing.current > missing.reference && apart(true) > apart(false);
}

function missingSentence({ name, missing }: ValueDrift): string {
  return `${name} is missing in ${percent(missing.current)} of decisions; the profile has ${percent(missing.reference)}.`;
}

function driftSentence({ name, psi, psiCritical, means, cells }: ValueDrift): string {
  const most = cells.toSorted((a, b) => Math.abs(b.current - b.reference) - Math.abs(a.current - a.reference))[0]!;
  const moved = `PSI ${psi.toFixed(3)} where chance gives ${psiCritical.toFixed(3)}`;
  const where = `most in the cell ${most.cell}: ${percent(most.current)} instead of ${percent(most.reference)}`;
  const mean =
    means.reference === null || means.current === null
      ? ""
      : `; mean ${short(means.current)}, was ${short(means.reference)}`;
  return `${name} has moved: ${moved}, ${where}${mean}.`;
}

export function scoreFinding(drift: ValueDrift): Finding {
  return {
    ...valueFinding(drift),
    key: `scoreShift ${drift.name}`,
    kind: "scoreShift",
    wayOut: "Read the features that moved beside it; a score moves for a reason that they show",
  };
}

/** Of dispositions or reasons, where they moved beyond chance and by a size worth telling. */
export function countFinding(kind: "dispositions" | "reasonMix", drift: CountDrift, adjustedP: number): Finding {
  const most = drift.cells.toSorted(
    (a, b) => Math.abs(b.current - b.reference) - Math.abs(a.current - a.reference),
  )[0]!;
  const what = kind === "dispositions" ? "Dispositions" : "First reasons";
  return {
    key: kind,
    kind,
    severity: severityOf(drift.psi),
    subject: { name: kind === "dispositions" ? "dispositions" : "reasons stated first" },
    effect: { measure: "PSI", value: drift.psi },
    bound: { value: drift.psiCritical, method: METHOD },
    adjustedP,
    sentence: `${what} have moved (PSI ${drift.psi.toFixed(3)}), most "${most.cell}": ${percent(most.current)} instead of ${percent(most.reference)}.`,
    wayOut: "Compare with the score: where it has not moved, look at the rules before it",
  };
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function short(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);
}
