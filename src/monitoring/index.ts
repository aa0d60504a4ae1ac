export type { Alert, AlertState, Alerts } from "./alert.ts";
export type { AlertEvent } from "./alert-event.ts";
export { openAlerts } from "./alerts.ts";
export type { DecisionsCompared } from "./decision-claims.ts";
export { compareDecisions } from "./decision-claims.ts";
export type { MonitoringDeclaration } from "./declaration.ts";
export type { ReportPart, ReportRequest } from "./draw-report.ts";
export { drawReport } from "./draw-report.ts";
export { percent } from "./drift-findings.ts";
export type { Drill, Drilled } from "./drill.ts";
export { scaleField } from "./drill.ts";
export type { FairnessRequest } from "./fairness-report.ts";
export { drawFairness } from "./fairness-report.ts";
export type { FeedRequest } from "./feed-report.ts";
export { drawFeeds } from "./feed-report.ts";
export type { EventProfiles } from "./field-profile.ts";
export { drawFieldProfiles } from "./field-profile.ts";
export { fieldReaders } from "./field-readers.ts";
export type { Forwarded } from "./forward-alerts.ts";
export { forwardAlerts } from "./forward-alerts.ts";
export type { OutcomeDecision } from "./judged-decisions.ts";
export type { OutcomesRequest } from "./outcomes.ts";
export { drawOutcomes } from "./outcomes.ts";
export type { ParityBook } from "./parity-book.ts";
export { openParityBook } from "./parity-book.ts";
export { headline, printReport } from "./print-report.ts";
export type { ProfileRequest } from "./profile.ts";
export { columnProfile, drawProfile, readProfile } from "./profile.ts";
export type { ColumnProfile, FeedProfile, FieldProfile, ProfileDocument } from "./profile-document.ts";
export type {
  CountDrift,
  DriftVerdict,
  FairnessReport,
  FeedReport,
  FeedState,
  FieldDrift,
  Finding,
  FindingKind,
  LatencyReport,
  MonitorReport,
  OutcomeReport,
  ParityRound,
  RateDrift,
  Severity,
  ShadowReport,
  ValueDrift,
  VintageRow,
} from "./report-document.ts";
export type { KeptReport } from "./reports.ts";
export { keepReport, keptReports, readReport } from "./reports.ts";
export type { Opinion, SecondOpinion } from "./shadow-report.ts";
export { shareEstimate } from "./share-estimate.ts";
export { FALSE_ALARM_RATE, partRate } from "./test-family.ts";
export { compareCounts, compareValue, driftVerdict, PSI_ACT, PSI_WATCH } from "./value-drift.ts";
export type { Webhook } from "./webhook.ts";
export { webhookOver } from "./webhook.ts";
