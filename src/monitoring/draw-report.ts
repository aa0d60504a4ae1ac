// A report over a span of served decisions. The parts that need other engines (fields of events, outcomes, fairness) come as
// ports, so that a report without them is a whole report that says so.

import { formatInstant, type Hash, type Instant } from "../base/index.ts";
import type { ServedDecision } from "../decisions/index.ts";
import type { MonitoringDeclaration } from "./declaration.ts";
import { countFinding, featureFindings, scoreFinding } from "./drift-findings.ts";
import { parityFindings } from "./parity-round.ts";
import type { ColumnProfile, ProfileDocument } from "./profile-document.ts";
import type {
  FairnessReport,
  FeedReport,
  Finding,
  MonitorReport,
  OutcomeReport,
  ParityRound,
  RateDrift,
  ValueDrift,
} from "./report-document.ts";
import { type Served, ServedTally } from "./served-tally.ts";
import type { SecondOpinion } from "./shadow-report.ts";
import { shareEstimate } from "./share-estimate.ts";
import { adjustOrder, FALSE_ALARM_RATE, partRate } from "./test-family.ts";
import { compareCounts, compareValue, driftVerdict, PSI_WATCH } from "./value-drift.ts";

/** A part of a report with what it found. */
export interface ReportPart<T> {
  readonly report: T;
  readonly findings: readonly Finding[];
}

export interface ReportRequest {
  readonly bundle: Hash;
  readonly profileHash: Hash;
  readonly profile: ProfileDocument;
  readonly served: AsyncIterable<ServedDecision> | Iterable<ServedDecision>;
  readonly span: MonitorReport["span"];
  readonly now: Instant;
  readonly declaration: MonitoringDeclaration;
  readonly secondOpinion?: SecondOpinion;
  readonly feeds?: ReportPart<FeedReport>;
  readonly outcomes?: ReportPart<OutcomeReport>;
  readonly fairness?: ReportPart<FairnessReport>;
  /** The latest round, where a share of decisions is computed again. */
  readonly parity?: ParityRound;
}

/**
 * Draws a report. Its own tests spend a quarter of the declared false-alarm rate; the parts that are handed over were to spend
 * a quarter each (`partRate`).
 */
export async function drawReport(request: ReportRequest): Promise<MonitorReport> {
  const { profile, declaration, feeds, outcomes, fairness } = request;
  const tally = new ServedTally(request.secondOpinion ?? null);
  for await (const one of request.served) tally.add(one);
  const served = tally.served();
  const drifts = driftsOf(profile, served, partRate(declaration), causesOf(feeds?.findings ?? []));
  const findings = [
    ...(feeds?.findings ?? []),
    ...drifts.findings,
    ...(outcomes?.findings ?? []),
    ...(fairness?.findings ?? []),
    ...(request.parity === undefined ? [] : parityFindings(request.parity)),
  ].toSorted((a, b) => RANK[a.severity] - RANK[b.severity]);
  return {
    format: "assay.monitor",
    version: 1,
    bundle: request.bundle,
    profile: request.profileHash,
    drawnAt: formatInstant(request.now),
    span: request.span,
    decisions: served.decisions,
    falseAlarmRate: declaration.falseAlarmRate ?? FALSE_ALARM_RATE,
    features: drifts.features,
    outputs: drifts.outputs,
    dispositions: drifts.dispositions,
    reasons: drifts.reasons,
    rates: ratesOf(profile, served),
    shadow: served.shadow,
    latency: served.latency,
    feeds: feeds?.report ?? null,
    outcomes: outcomes?.report ?? null,
    fairness: fairness?.report ?? null,
    ...(request.parity === undefined ? {} : { parity: request.parity }),
    findings,
    verdict: verdictOf(findings, drifts.features, served),
  };
}

const RANK = { critical: 0, warning: 1, notice: 2 };

function verdictOf(
  findings: readonly Finding[],
  features: readonly ValueDrift[],
  { decisions }: Served,
): MonitorReport["verdict"] {
  if (findings.some(({ severity }) => severity !== "notice")) return "findings";
  const blind = features.filter(({ verdict }) => verdict === "tooFew").length;
  return decisions === 0 || blind * 2 > features.length ? "tooFew" : "quiet";
}

/** `role.feature` → what is the matter with a field that it reads. */
function causesOf(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  const broken = findings.filter(({ kind, subject }) => subject.field !== undefined && kind !== "drift");
  return new Map(broken.flatMap((finding) => (finding.subject.features ?? []).map((name) => [name, finding] as const)));
}

/** All that is tested on served decisions, corrected together. */
function driftsOf(
  profile: ProfileDocument,
  served: Served,
  falseAlarmRate: number,
  causes: ReadonlyMap<string, Finding>,
) {
  if (served.decisions === 0) return { features: [], outputs: [], dispositions: null, reasons: null, findings: [] };
  const features = compareAll(profile.columns, served.columns);
  const outputs = compareAll(asColumns(profile.outputs), asColumns(served.outputs));
  const dispositions = compareCounts(profile.dispositions, served.dispositions);
  const reasons = compareCounts(profile.reasons, served.reasons);
  const family = adjustOrder({ features, outputs, dispositions, reasons });
  const judged = (values: typeof features, adjusted: readonly number[]): ValueDrift[] =>
    values.map((value, i) => {
      const drift = { ...value, adjustedP: adjusted[i]! };
      return { ...drift, verdict: driftVerdict(drift, falseAlarmRate) };
    });
  const drifted = { features: judged(features, family.features), outputs: judged(outputs, family.outputs) };
  const counted = [
    { kind: "dispositions", drift: dispositions, adjustedP: family.dispositions },
    { kind: "reasonMix", drift: reasons, adjustedP: family.reasons },
  ] as const;
  const findings = [
    ...featureFindings(drifted.features, causes),
    ...drifted.outputs.filter(({ verdict }) => verdict === "drifted").map(scoreFinding),
    ...counted.flatMap(({ kind, drift, adjustedP }) =>
      drift !== null && adjustedP <= falseAlarmRate && drift.psi >= PSI_WATCH
        ? [countFinding(kind, drift, adjustedP)]
        : [],
    ),
  ];
  return { ...drifted, dispositions, reasons, findings };
}

type Columns = { readonly [column: string]: ColumnProfile };

/** Columns that both sides have, in the profile's order. */
function compareAll(profile: Columns, current: Columns) {
  return Object.entries(profile).flatMap(([name, reference]) => {
    const now = current[name];
    return now === undefined ? [] : [compareValue(name, reference, now)];
  });
}

function asColumns(outputs: ProfileDocument["outputs"]): Columns {
  return Object.fromEntries(Object.entries(outputs).map(([name, sketch]) => [name, { sketch, missing: {} }]));
}

function ratesOf(profile: ProfileDocument, served: Served): RateDrift[] {
  const expected = Math.max(1, profile.rows.decisions);
  const rate = (name: string, reference: number, hits: number, n = served.people): RateDrift => ({
    name,
    reference: reference / expected,
    current: shareEstimate(hits, n),
  });
  const of = (disposition: string) =>
    [profile.dispositions[disposition] ?? 0, served.dispositions[disposition] ?? 0] as const;
  return [
    rate("approved", ...of("approve")),
    rate("counter-offered", ...of("counterOffer")),
    rate("referred", ...of("refer")),
    rate("declined", ...of("decline")),
    rate("adverse", profile.adverse, served.adverse),
    rate("closed by a person", 0, served.byPerson, served.decisions),
  ];
}
