// Alerts: findings that last. One opens after as many reports with the finding as declared and closes after as many without
// it, so that a value at its bound does not flicker; somebody owns it, and whoever looks into it says so.

import type { Hash } from "../base/index.ts";
import type { Finding, MonitorReport } from "./report-document.ts";

/** `pending`: seen, not often enough yet. */
export type AlertState = "pending" | "open" | "acknowledged" | "closed";

export interface Alert {
  readonly id: string;
  /** The finding's key. */
  readonly key: string;
  readonly state: AlertState;
  readonly owner: string;
  /** As last seen. */
  readonly finding: Finding;
  readonly bundle: Hash;
  /** Reports that first and last showed it. */
  readonly firstReport: Hash;
  readonly lastReport: Hash;
  /** Consecutive reports with it, or, once it is open, without it. */
  readonly seen: number;
  readonly unseen: number;
  readonly acknowledged: { readonly person: string; readonly note: string; readonly at: number } | null;
  /** Microseconds since 1970, by the database's clock. */
  readonly openedAt: number | null;
  readonly closedAt: number | null;
}

export interface Alerts {
  /** Counts a report once, however often it is told; gives back the alerts whose state it changed. */
  observe(report: MonitorReport, hash: Hash): Promise<Alert[]>;
  /** Newest first; those neither pending nor closed where `open`. */
  alerts(options: { readonly open: boolean; readonly limit: number }): Promise<Alert[]>;
  /** Throws ASSAY_MONITORING_UNKNOWN_ALERT, or NOT_OPEN. */
  acknowledge(id: string, by: { readonly person: string; readonly note: string }): Promise<Alert>;
}
