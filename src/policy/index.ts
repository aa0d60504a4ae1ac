export { type LoadedBundle, loadBundle } from "./bundle.ts";
export type { BundleDocument, BundledModel, JurisdictionPack } from "./bundle-document.ts";
export { decide, type ShadowOutput, scoreShadow } from "./decide.ts";
export type {
  DecideInput,
  DecisionPart,
  Disposition,
  ReasonComponent,
  RecordedValue,
  StatedReason,
  TracedRead,
  TracedRule,
} from "./decision.ts";
export { jurisdictionPack } from "./jurisdiction.ts";
export { type Notice, type NoticeDeadline, noticeOf } from "./notice.ts";
export { type PersonVerdict, personDecision } from "./person-decision.ts";
export { printDecision } from "./print-decision.ts";
export { approvalCutoff } from "./rules.ts";
