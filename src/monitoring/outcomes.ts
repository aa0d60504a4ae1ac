// Outcomes joined back to the decisions they belong to: how many are known, how right the probabilities were, how well the
// bundle told good from bad. What is not known yet stays unknown; it is never counted as good.

import { formatInstant } from "../base/index.ts";
import type { HistorySchema, LabelOutcome } from "../compile/index.ts";
import { labelsAt } from "../datasets/index.ts";
import type { LabelNode } from "../define/index.ts";
import { calibrationLine, cutoffsAtShares, type EvaluationDocument } from "../evaluate/index.ts";
import type { Snapshot } from "../history/index.ts";
import type { ReportPart } from "./draw-report.ts";
import {
  badRateOf,
  type JudgedDecision,
  knownOutcomes,
  type OutcomeDecision,
  orNothingKnown,
  outcomeEstimates,
} from "./judged-decisions.ts";
import { outcomeFindings, unseenDispositions } from "./outcome-findings.ts";
import type { OutcomeReport } from "./report-document.ts";
import { vintageOf, vintageRows } from "./vintages.ts";

export interface OutcomesRequest {
  /** Of policy, in the order they were kept. */
  readonly decisions: readonly OutcomeDecision[];
  readonly snapshot: Snapshot;
  readonly schema: HistorySchema;
  readonly label: LabelNode;
  /** Outcomes known later do not exist (microseconds). */
  readonly labelCutOff: number;
  /** The bundle's: what to expect, and where its score bands are cut. */
  readonly evaluation: EvaluationDocument | null;
  /** Chance of an alarm from this part where nothing has changed. */
  readonly falseAlarmRate: number;
}

/**
 * The outcomes of a span of decisions as known at a cut-off. Somebody decided on several times in a month counts once, by the
 * first: it is one loan that goes well or not. Throws what `labelsAt` throws.
 */
export async function drawOutcomes(request: OutcomesRequest): Promise<ReportPart<OutcomeReport>> {
  const decisions = oncePerMonth(request.decisions);
  const { snapshot, schema, label, labelCutOff, evaluation } = request;
  const labels = await labelsAt({ rows: decisions, snapshot, schema, label, cutOffs: [labelCutOff] });
  const judged = decisions.map((decision, row): JudgedDecision => {
    const value = labels.label[row]!;
    return { ...decision, status: labels.status[row]!, label: Number.isNaN(value) ? null : (value as 0 | 1) };
  });
  const known = knownOutcomes(judged);
  const line = calibrationLine(known.probabilities, known.labels);
  const { auc, ks, expectedOverObserved } = outcomeEstimates(known);
  const dispositions = dispositionRows(judged);
  const report: OutcomeReport = {
    labelCutOff: formatInstant(labelCutOff),
    matured: known.n,
    statuses: statusCounts(judged),
    vintages: vintageRows(judged),
    calibration: {
      slope: orNothingKnown(line.slope),
      intercept: orNothingKnown(line.intercept),
      expectedOverObserved,
    },
    bands: bandRows(judged, evaluation),
    auc,
    ks,
    dispositions,
    notes: notesOn(request.decisions.length - judged.length, known, dispositions),
  };
  return { report, findings: outcomeFindings(known, report, evaluation, request.falseAlarmRate) };
}

function oncePerMonth(decisions: readonly OutcomeDecision[]): OutcomeDecision[] {
  const seen = new Set<string>();
  return decisions.filter(({ entity, t }) => {
    const key = `${vintageOf(t)} ${entity}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const STATUSES: readonly LabelOutcome["status"][] = [
  "good",
  "bad",
  "immature",
  "notObserved",
  "censored",
  "indeterminate",
];

function statusCounts(judged: readonly JudgedDecision[]): OutcomeReport["statuses"] {
  const count = (wanted: string) => judged.filter(({ status }) => status === wanted).length;
  const excluded = count("excluded");
  // Only where a label excludes: reports about others stay as they were.
  return Object.fromEntries([
    ...STATUSES.map((status) => [status, count(status)] as const),
    ...(excluded > 0 ? [["excluded", excluded] as const] : []),
  ]);
}

function dispositionRows(judged: readonly JudgedDecision[]): OutcomeReport["dispositions"] {
  const groups = Map.groupBy(judged, ({ disposition }) => disposition);
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([disposition, decisions]) => {
      const { n, bads } = knownOutcomes(decisions);
      return { disposition, decisions: decisions.length, matured: n, badRate: badRateOf(bads, n) };
    });
}

/** Cut where the bundle's evaluation is, so that bands are the same in every report; without one, at the deciles of these. */
function bandRows(judged: readonly JudgedDecision[], evaluation: EvaluationDocument | null): OutcomeReport["bands"] {
  if (judged.length === 0) return [];
  const edges = evaluation?.champion.bands.flatMap(({ to }) => (to === null ? [] : [to])) ?? decilesOf(judged);
  return [null, ...edges].map((from, i) => {
    const to = edges[i] ?? null;
    const inside = judged.filter(
      ({ probability }) => (from === null || probability >= from) && (to === null || probability < to),
    );
    const { n, bads, probabilities } = knownOutcomes(inside);
    const expected = n === 0 ? null : probabilities.reduce((sum, probability) => sum + probability, 0) / n;
    return { from, to, decisions: inside.length, matured: n, expected, observed: badRateOf(bads, n) };
  });
}

const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

function decilesOf(judged: readonly JudgedDecision[]): number[] {
  const probabilities = judged.map(({ probability }) => probability);
  const least = probabilities.reduce((a, b) => Math.min(a, b));
  return cutoffsAtShares(probabilities, DECILES).filter((edge) => edge > least);
}

function notesOn(
  repeated: number,
  { n, bads }: { readonly n: number; readonly bads: number },
  dispositions: OutcomeReport["dispositions"],
): string[] {
  const unseen = unseenDispositions(dispositions);
  return [
    ...(n === 0 ? ["No outcome is known yet: nothing is said about calibration or discrimination."] : []),
    ...(n > 0 && bads === 0 ? [`All ${n} known outcomes are good: one class tells nothing about ranking.`] : []),
    ...(n > 0 && bads === n ? [`All ${n} known outcomes are bad: one class tells nothing about ranking.`] : []),
    ...(unseen.length > 0
      ? [`Outcomes are hardly known of ${unseen.join(", ")}: the numbers are about the others.`]
      : []),
    ...(repeated > 0 ? [`${repeated} further decisions about the same people in the same month are not counted.`] : []),
  ];
}
