// An application is an entity whose state is a fold over its own events; nobody stores the state as a truth of its own.

import type { EntityNode, EventNode, FieldNode } from "../define/index.ts";

const applicationEntity: EntityNode = { kind: "entity", name: "application" };

/** In the order of a life; the vocabulary of the architecture. */
export const applicationEventNames = [
  "received",
  "completed",
  "informationRequested",
  "verificationRequested",
  "verificationResulted",
  "reviewOpened",
  "decided",
  "offerPresented",
  "offerAccepted",
  "offerExpired",
  "withdrawn",
  "noticeIssued",
  "agreementSigned",
  "accountOpened",
] as const;
export type ApplicationEventName = (typeof applicationEventNames)[number];

const text: FieldNode = { type: { kind: "text" }, protection: "none", optional: true };

/** Every application event carries the decision it belongs to (where there is one) and a note: never a person's data. */
export const applicationEvents: readonly EventNode[] = applicationEventNames.map((name) => ({
  kind: "event",
  name: `application.${name}`,
  entity: applicationEntity.name,
  delayMicros: 0,
  fields: { decision: text, detail: text },
}));

export interface ApplicationEvent {
  readonly type: ApplicationEventName;
  /** Microseconds. */
  readonly at: number;
  readonly decision: string | null;
  readonly detail: string | null;
}

export interface ApplicationState {
  readonly status: "received" | "complete" | "inReview" | "decided" | "offered" | "accepted" | "withdrawn" | "opened";
  readonly decisions: readonly string[];
  readonly noticesIssued: number;
  /** Disposition of the latest decision. */
  readonly disposition: string | null;
}

const statusAfter: { readonly [name in ApplicationEventName]?: ApplicationState["status"] } = {
  received: "received",
  completed: "complete",
  reviewOpened: "inReview",
  decided: "decided",
  offerPresented: "offered",
  offerAccepted: "accepted",
  withdrawn: "withdrawn",
  accountOpened: "opened",
};

/** State after the events, which come in order. */
export function foldApplication(events: readonly ApplicationEvent[]): ApplicationState {
  let state: ApplicationState = { status: "received", decisions: [], noticesIssued: 0, disposition: null };
  for (const event of events) {
    state = {
      status: statusAfter[event.type] ?? state.status,
      decisions:
        event.type === "decided" && event.decision !== null ? [...state.decisions, event.decision] : state.decisions,
      noticesIssued: state.noticesIssued + (event.type === "noticeIssued" ? 1 : 0),
      disposition: event.type === "decided" ? event.detail : state.disposition,
    };
  }
  return state;
}
