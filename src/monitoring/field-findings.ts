// From judged fields to findings: a broken field as itself, many mere shifts as their people.

import type { Diagnosis } from "./diagnosis.ts";
import type { JudgedField } from "./field-drift.ts";
import { movedTogether, populationFinding } from "./population-finding.ts";
import type { FieldDrift, Finding } from "./report-document.ts";
import { severityOf } from "./value-drift.ts";

/** `event.field` → `role.feature` of the features that read it. */
export type FieldReaders = ReadonlyMap<string, readonly string[]>;

/** `loud`: those that are worth a word, of so many `fields` that were looked at. */
export function fieldFindings(loud: readonly JudgedField[], fields: number, readers: FieldReaders): Finding[] {
  const [mere, broken] = [true, false].map((isMere) =>
    loud.filter(({ diagnosis }) => (diagnosis!.kind === "drift") === isMere),
  ) as [JudgedField[], JudgedField[]];
  const told = broken.map((field) => fieldFinding(field, readers));
  const shifts = mere.map((field) => fieldFinding(field, readers));
  if (!movedTogether(mere.length, fields)) return [...told, ...shifts];
  const drifts = mere.map(({ drift }) => drift);
  const subject = { name: "the people whose events arrive", ...sinceOf(drifts) };
  return [
    ...told,
    populationFinding(drifts, { subject, what: "fields", of: fields }),
    ...shifts.map((shift) => ({ ...shift, severity: "notice" as const })),
  ];
}

/** The source of the field that moved most, and where that begins. */
function sinceOf(drifts: readonly FieldDrift[]): Pick<Finding["subject"], "source" | "firstPosition"> {
  const { source, firstPosition } = drifts.reduce((a, b) => (b.psi > a.psi ? b : a));
  return { source, ...(firstPosition === null ? {} : { firstPosition }) };
}

const BOUND = "PSI's 95th percentile without drift, people counted and not their events";

function fieldFinding({ drift, diagnosis }: JudgedField, readers: FieldReaders): Finding {
  const { source, event, field, name, firstPosition, psi } = drift;
  const { kind, words } = diagnosis!;
  const features = readers.get(name) ?? [];
  const reach =
    features.length === 0 ? "" : ` ${features.length} ${features.length === 1 ? "feature reads" : "features read"} it.`;
  return {
    key: `${kind} ${source} ${name}`,
    kind,
    severity: kind === "drift" ? severityOf(psi) : "critical",
    subject: { name, source, event, field, features, ...(firstPosition === null ? {} : { firstPosition }) },
    effect: { measure: "PSI", value: psi },
    bound: { value: drift.psiCritical, method: BOUND },
    adjustedP: drift.adjustedP,
    sentence: `${name} of source "${source}" ${words}${firstPosition === null ? "" : `, from position ${firstPosition} of the log`}.${reach}`,
    wayOut: WAYS[kind],
  };
}

const WAYS: { readonly [K in Diagnosis["kind"]]: string } = {
  vanishedCategory: "Ask the source what became of it; if it was renamed, map the new name to the old one",
  unseenCategory: "Ask the source what it means before any model reads it",
  missing: "Ask the source why it no longer fills the field; what arrived can be corrected by revisions",
  brokenUnit: "Ask the source for its unit; correct what arrived by revisions, and fix the mapping",
  outOfRange: "Look at the events from that position on; correct them by revisions, or stop the source",
  drift: "Look at whose events these are; if people changed and not the source, retrain",
};
