// A report as a terminal shows it: the verdict, what was found and what to do, then the values that moved most.

import { percent } from "./drift-findings.ts";
import type { Finding, MonitorReport, ValueDrift } from "./report-document.ts";

const MOST_MOVED = 10;

export function printReport(report: MonitorReport): string[] {
  return [
    headline(report),
    ...report.findings.flatMap(findingLines),
    ...(report.features.length === 0 ? [] : ["", ...mostMoved(report.features)]),
    ...rateLines(report),
    ...outcomeLines(report),
    ...shadowLines(report),
  ];
}

export function headline({ decisions, verdict, findings, falseAlarmRate }: MonitorReport): string {
  const about = `${decisions.toLocaleString("en-US")} decisions`;
  const loud = findings.filter(({ severity }) => severity !== "notice").length;
  if (verdict === "findings") return `${about}: ${loud} ${loud === 1 ? "finding" : "findings"}.`;
  if (verdict === "tooFew") return `${about}: too few to tell whether anything has changed.`;
  return `${about}: no drift (a report with nothing to find alarms in at most ${percent(falseAlarmRate)} of cases).`;
}

function findingLines({ severity, kind, sentence, wayOut, subject }: Finding): string[] {
  const where = [
    subject.source === undefined ? null : `source ${subject.source}`,
    subject.firstPosition === undefined ? null : `from position ${subject.firstPosition}`,
  ].filter((part) => part !== null);
  return [
    `${severity.toUpperCase()} ${kind}: ${sentence}${where.length === 0 ? "" : ` (${where.join(", ")})`}`,
    `  ${wayOut}.`,
  ];
}

function mostMoved(features: readonly ValueDrift[]): string[] {
  const rows = features.toSorted((a, b) => b.psi - a.psi).slice(0, MOST_MOVED);
  const width = Math.max(...rows.map(({ name }) => name.length));
  return [
    `${"most moved".padEnd(width)}     PSI  chance  missing  verdict`,
    ...rows.map(
      ({ name, psi, psiCritical, missing, verdict }) =>
        `${name.padEnd(width)}  ${psi.toFixed(4)}  ${psiCritical.toFixed(4)}  ${percent(missing.current).padStart(7)}  ${verdict}`,
    ),
  ];
}

function rateLines({ rates, decisions }: MonitorReport): string[] {
  if (decisions === 0) return [];
  const told = rates.map(
    ({ name, reference, current }) => `${name} ${percent(current.value ?? 0)} (${percent(reference)})`,
  );
  return ["", `Rates now (profile): ${told.join(", ")}.`];
}

function outcomeLines({ outcomes }: MonitorReport): string[] {
  if (outcomes === null) return [];
  const { auc, calibration, matured, labelCutOff } = outcomes;
  const number = (value: number | null) => (value === null ? "unknown" : value.toFixed(3));
  return [
    `Outcomes by ${labelCutOff.slice(0, 10)}: ${matured.toLocaleString("en-US")} known; AUC ${number(auc.value)}, expected over observed ${number(calibration.expectedOverObserved.value)}.`,
  ];
}

function shadowLines({ shadow }: MonitorReport): string[] {
  if (shadow === null) return [];
  const { model, decisions, flipped, firstReasonAgrees } = shadow;
  const share = ({ value }: typeof flipped) => (value === null ? "unknown" : percent(value));
  return [
    `${model} beside it, on ${decisions.toLocaleString("en-US")} of them: ${share(flipped)} answered otherwise; the same first reason in ${share(firstReasonAgrees)} of those that both refuse.`,
  ];
}
