// From drifts to findings: what a reader is told first. A value is told only where it moved beyond chance and by a size that
// credit practice would watch; where half of all values moved together, the population is told and not each of them.

import type { CountDrift, Finding, Severity, ValueDrift } from "./report-document.ts";
import { PSI_ACT } from "./value-drift.ts";

const METHOD = "PSI's 95th percentile without drift at these sizes: chi-square(0.95, cells - 1) · (1/N + 1/M)";

export function severityOf(psi: number): Severity {
  return psi >= PSI_ACT ? "critical" : "warning";
}

/** Of features: each that drifted, or one about the population they come from. */
export function featureFindings(features: readonly ValueDrift[]): Finding[] {
  const drifted = features.filter(({ verdict }) => verdict === "drifted");
  const single = drifted.map((drift) => valueFinding(drift));
  const together = drifted.length >= 3 && drifted.length * 2 >= features.length;
  const inside = drifted.every(({ outOfRange }) => outOfRange < 0.01);
  if (!together || !inside) return single;
  return [
    populationFinding(drifted, features.length),
    ...single.map((one) => ({ ...one, severity: "notice" as const })),
  ];
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
export function gainedMissing({ missing, cells }: Pick<ValueDrift, "missing" | "cells">): boolean {
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

function populationFinding(drifted: readonly ValueDrift[], of: number): Finding {
  const most = drifted.toSorted((a, b) => b.psi - a.psi);
  return {
    key: "shiftedPopulation features",
    kind: "shiftedPopulation",
    severity: severityOf(most[0]!.psi),
    subject: { name: "the people who are decided about", features: most.map(({ name }) => name) },
    effect: { measure: "share of features that moved", value: drifted.length / of },
    bound: { value: 0.5, method: "half of the features, each beyond chance after correction and by a PSI of .1" },
    adjustedP: Math.max(...drifted.map(({ adjustedP }) => adjustedP)),
    sentence: `${drifted.length} of ${of} features have moved together, none outside what it was seen to be: other people are asking. Most moved: ${most
      .slice(0, 3)
      .map(({ name }) => name)
      .join(", ")}.`,
    wayOut: "Ask what changed in whom you address; check calibration by vintage; retrain once outcomes are known",
  };
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
