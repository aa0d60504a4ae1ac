// Whether a report could have shown a finding. One that drew no outcomes is no sign that calibration has mended.

import type { Sight } from "./hysteresis.ts";
import type { Finding, FindingKind, MonitorReport } from "./report-document.ts";

export function sightOf(finding: Finding, report: MonitorReport): Sight {
  if (report.findings.some(({ key }) => key === finding.key)) return "seen";
  return couldShow(finding, report) ? "unseen" : "unknown";
}

type Looks = (report: MonitorReport, finding: Finding) => boolean;

const ofDecisions: Looks = ({ decisions, features, outputs }, { subject }) => {
  const drift = [...features, ...outputs].find(({ name }) => name === subject.name);
  return decisions > 0 && drift?.verdict !== "tooFew";
};
/** A feed or field that nothing came of was not looked at. */
const ofFeeds: Looks = ({ feeds }, { subject }) => {
  const own = (part: { readonly source: string; readonly event: string }) =>
    part.source === subject.source && (subject.event === undefined || part.event === subject.event);
  const parts =
    subject.field === undefined ? feeds?.feeds : feeds?.fields.filter(({ field }) => field === subject.field);
  return parts?.some((part) => own(part) && part.verdict !== "tooFew") ?? false;
};
/** Values are watched in decisions and in the source's fields alike. */
const ofEither: Looks = (report, finding) =>
  finding.subject.source === undefined ? ofDecisions(report, finding) : ofFeeds(report, finding);
const ofOutcomes: Looks = ({ outcomes }) => outcomes !== null && outcomes.matured > 0;

const looks: { readonly [K in FindingKind]: Looks } = {
  drift: ofEither,
  missing: ofEither,
  unseenCategory: ofEither,
  vanishedCategory: ofEither,
  brokenUnit: ofEither,
  outOfRange: ofEither,
  lateFeed: ofFeeds,
  staleFeed: ofFeeds,
  shiftedPopulation: ofEither,
  scoreShift: ofDecisions,
  dispositions: ofDecisions,
  reasonMix: ofDecisions,
  latency: ofDecisions,
  calibration: ofOutcomes,
  discrimination: ofOutcomes,
  fairness: ({ fairness }) => fairness?.rows.some(({ air }) => air !== null) ?? false,
  shadow: ({ shadow }) => shadow !== null,
  parity: ({ parity }) => (parity?.values ?? 0) > 0,
};

function couldShow(finding: Finding, report: MonitorReport): boolean {
  return looks[finding.kind](report, finding);
}
