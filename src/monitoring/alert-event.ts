// What the outside is told of an alert: a CloudEvent 1.0. It is about data and models; whoever acknowledged it, and what they
// noted, stays here.

import { formatInstant } from "../base/index.ts";
import type { Alert } from "./alert.ts";

export type AlertChange = "opened" | "acknowledged" | "closed";

/** Structured mode: the JSON body of `application/cloudevents+json`. */
export interface AlertEvent {
  readonly specversion: "1.0";
  /** The same however often it is posted: receivers drop what they have seen. */
  readonly id: string;
  readonly source: "/assay/alerts";
  readonly type: `assay.alert.${AlertChange}`;
  /** The alert's id. */
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly data: Pick<Alert, "id" | "key" | "state" | "owner" | "finding" | "bundle" | "firstReport" | "lastReport">;
}

export function alertEvent(change: AlertChange, alert: Alert, at: number): AlertEvent {
  const { id, key, state, owner, finding, bundle, firstReport, lastReport } = alert;
  return {
    specversion: "1.0",
    id: `${id}-${change}`,
    source: "/assay/alerts",
    type: `assay.alert.${change}`,
    subject: id,
    time: formatInstant(at),
    datacontenttype: "application/json",
    data: { id, key, state, owner, finding, bundle, firstReport, lastReport },
  };
}
