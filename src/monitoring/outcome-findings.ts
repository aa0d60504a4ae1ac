// What known outcomes say against a bundle: its probabilities are off, or it tells good from bad worse than it did. Both need a
// size that matters and more than chance.

import { type Estimate, type EvaluationDocument, wilson } from "../evaluate/index.ts";
import { percent } from "./drift-findings.ts";
import type { KnownOutcomes } from "./judged-decisions.ts";
import { atLeast, atMost } from "./poisson-tail.ts";
import type { Finding, OutcomeReport } from "./report-document.ts";

/**
 * Expected over observed between 1/1.25 and 1.25 is called right: the bad rate of one vintage differs from the next by
 * as much with nothing wrong, and prices carry it.
 */
const MOST_OFF = 1.25;
/** Of the AUC: a tenth of the way from .8 down to .5. Who asks moves it by one or two hundredths with nothing wrong. */
const MOST_LOST = 0.03;
/** Standard errors: one report in two thousand shows such a loss by chance where there is none. */
const SURE = 3.29;
/** With fewer bads or goods, an AUC's standard error is itself a guess. */
const LEAST_OF_EACH = 25;
/** A probability of 0 is expected to be this much. */
const LEAST_EXPECTED = 1e-6;

const REVIEW = "Look at the vintages and bands of this report; if it lasts, learn again with these outcomes";

export function outcomeFindings(
  known: KnownOutcomes,
  report: Pick<OutcomeReport, "auc" | "dispositions">,
  evaluation: EvaluationDocument | null,
  falseAlarmRate: number,
): Finding[] {
  const found = [calibrationFinding(known, falseAlarmRate), discriminationFinding(known, report, evaluation)];
  return found.filter((finding) => finding !== null);
}

/** Bads against the sum of their probabilities; also where none was seen, when there is no ratio. */
function calibrationFinding({ n, bads, probabilities }: KnownOutcomes, falseAlarmRate: number): Finding | null {
  const expected = probabilities.reduce((sum, probability) => sum + Math.max(probability, LEAST_EXPECTED), 0);
  const more = bads > expected * MOST_OFF;
  if (n === 0 || (!more && bads * MOST_OFF >= expected)) return null;
  const tail = more ? atLeast(bads, expected * MOST_OFF) : atMost(bads, expected / MOST_OFF);
  const p = Math.min(1, 2 * tail);
  if (p > falseAlarmRate) return null;
  const { value, low, high } = wilson(bads, n);
  const direction = more ? "more" : "fewer";
  return {
    key: "calibration outcomes",
    kind: "calibration",
    severity: more ? "critical" : "warning",
    subject: { name: "the champion's probabilities" },
    effect: { measure: "observed over expected", value: bads / expected },
    bound: {
      value: more ? MOST_OFF : 1 / MOST_OFF,
      method: `within [1/${MOST_OFF}, ${MOST_OFF}]; Poisson tail at its nearer edge, two edges looked at`,
    },
    adjustedP: p,
    sentence: `${bads} of ${n} known outcomes are bad, ${direction} than the ${expected.toFixed(1)} expected: ${percent(value)} [${percent(low)}, ${percent(high)}] instead of ${percent(expected / n)}.`,
    wayOut: REVIEW,
  };
}

function discriminationFinding(
  { n, bads }: KnownOutcomes,
  { auc, dispositions }: Pick<OutcomeReport, "auc" | "dispositions">,
  evaluation: EvaluationDocument | null,
): Finding | null {
  const before = evaluation?.models.find(({ role }) => role === "champion")?.auc;
  if (before === undefined || !hasError(auc) || !hasError(before)) return null;
  if (Math.min(bads, n - bads) < LEAST_OF_EACH) return null;
  const lost = before.value - auc.value;
  const reach = SURE * Math.hypot(auc.standardError, before.standardError);
  if (lost <= MOST_LOST || lost <= reach) return null;
  const unseen = unseenDispositions(dispositions);
  const about = `AUC ${auc.value.toFixed(3)} on ${auc.n} known outcomes; the evaluation had ${before.value.toFixed(3)} on ${before.n}`;
  const among = `among others than ${unseen.join(", ")}, whose outcomes are hardly known, and an AUC within part of the applicants is lower by itself`;
  return {
    key: "discrimination outcomes",
    kind: "discrimination",
    severity: unseen.length > 0 ? "notice" : lost > 2 * MOST_LOST ? "critical" : "warning",
    subject: { name: "the champion's ranking" },
    effect: { measure: "AUC lost since the evaluation", value: lost },
    bound: { value: Math.max(MOST_LOST, reach), method: `${MOST_LOST}, and ${SURE} standard errors (DeLong 1988)` },
    adjustedP: null,
    sentence: unseen.length > 0 ? `${about}, but ${among}.` : `${about}.`,
    wayOut: REVIEW,
  };
}

type WithError = Estimate & { readonly value: number; readonly standardError: number };

function hasError(estimate: Estimate): estimate is WithError {
  return estimate.value !== null && estimate.standardError !== null;
}

/** Fewer of a disposition say nothing about whether it shows outcomes. */
const LEAST_DECISIONS = 20;

/** Dispositions with less than half the share of known outcomes that the best known one has. */
export function unseenDispositions(dispositions: OutcomeReport["dispositions"]): string[] {
  const enough = dispositions.filter(({ decisions }) => decisions >= LEAST_DECISIONS);
  const most = Math.max(0, ...enough.map(({ matured, decisions }) => matured / decisions));
  return enough
    .filter(({ matured, decisions }) => matured / decisions < most / 2)
    .map(({ disposition }) => disposition);
}
