// Kinds of findings and severities as people call them.

import type { FindingKind, Severity } from "../../../monitoring/index.ts";
import type { Html } from "../html.ts";
import { tag } from "../layout.ts";

const KINDS: { readonly [kind in FindingKind]: string } = {
  drift: "A value moved",
  missing: "More is missing",
  unseenCategory: "An unseen category",
  vanishedCategory: "A category vanished",
  brokenUnit: "A unit changed",
  outOfRange: "Values out of range",
  lateFeed: "A feed is late",
  staleFeed: "A feed has stopped",
  shiftedPopulation: "Other people",
  scoreShift: "The score moved",
  dispositions: "Decisions moved",
  reasonMix: "Reasons moved",
  calibration: "Calibration",
  discrimination: "Discrimination",
  fairness: "Fairness",
  shadow: "The shadow disagrees",
  latency: "Latency",
  parity: "Served values differ",
};

export function kindWords(kind: FindingKind): string {
  return KINDS[kind];
}

export function severityTag(severity: Severity): Html {
  return tag(severity, severity);
}
