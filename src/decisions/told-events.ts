// What a decision means for its application, as events for the log. Event ids come from applications and decisions, so
// telling twice is telling once.

import { formatInstant } from "../base/index.ts";
import type { DecisionPart } from "../policy/index.ts";

/** An event for the log, as the ingest door takes it. */
export interface OutgoingEvent {
  readonly event: string;
  readonly entity: string;
  readonly source: string;
  readonly eventId: string;
  readonly at: string;
  readonly fields: { readonly [name: string]: string };
}

/** Under which decisions speak to the log. */
export const SOURCE = "assay.decisions";

/** `at` in microseconds. */
export function receivedEvent(application: string, request: string, at: number): OutgoingEvent {
  return told(application, "received", at, `${application}:received`, { detail: request });
}

/** Told after the commit; `at` in microseconds. */
export function outcomeEvents(decision: DecisionPart, at: number): OutgoingEvent[] {
  const { application, decisionId } = decision;
  const ofDecision = (name: string, detail: string) =>
    told(application, name, at, `${decisionId}:${name}`, { decision: decisionId, detail });
  const events = [ofDecision("completed", "complete as received"), ofDecision("decided", decision.disposition)];
  if (decision.disposition === "refer") events.push(ofDecision("reviewOpened", "referred by policy"));
  if (decision.offered !== null) events.push(ofDecision("offerPresented", decision.disposition));
  if (decision.adverse) events.push(ofDecision("noticeIssued", "adverse action"));
  return events;
}

function told(
  application: string,
  name: string,
  at: number,
  eventId: string,
  fields: OutgoingEvent["fields"],
): OutgoingEvent {
  return { event: `application.${name}`, entity: application, source: SOURCE, eventId, at: formatInstant(at), fields };
}
