export type { ApplicationEvent, ApplicationEventName, ApplicationState } from "./application.ts";
export { applicationEntity, applicationEventNames, applicationEvents, foldApplication } from "./application.ts";
export { DeciderPool } from "./decider-pool.ts";
export type {
  AppendEvents,
  DecisionAnswer,
  DecisionRequest,
  DecisionServiceParts,
  OutgoingEvent,
} from "./decision-service.ts";
export { DecisionService } from "./decision-service.ts";
export type { BundleParcel, Evaluation, EvaluationRequest, RunningBundle } from "./evaluator.ts";
export { Evaluator, runBundle } from "./evaluator.ts";
export type { Envelope, Link } from "./record.ts";
export { chainHashOf, firstBreak, genesis, linkAfter, saltedHashOf } from "./record.ts";
export type { DecisionTables, NewRecord, PersonKeys, StoredDecision, Summary } from "./record-store.ts";
export { migrations, RecordStore } from "./record-store.ts";
export type { ReplayOutcome } from "./replay.ts";
export { askedMajorUnits, inputFromRecord, replayDecision } from "./replay.ts";
export type { AskedText } from "./request-fields.ts";
