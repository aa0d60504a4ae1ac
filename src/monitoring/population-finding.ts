// Where many values moved together and none is broken, other people are the plainest cause: that is told once, and the values
// become notices beside it.

import type { Finding, ValueDrift } from "./report-document.ts";
import { severityOf } from "./value-drift.ts";

export interface Population {
  readonly subject: Finding["subject"];
  readonly what: "features" | "fields";
  /** How many of them were looked at. */
  readonly of: number;
}

const LEAST = 3;

/** Whether so many of them moved that they are told as one. */
export function movedTogether(moved: number, of: number): boolean {
  return moved >= LEAST && moved * 2 >= of;
}

export function populationFinding(drifted: readonly ValueDrift[], { subject, what, of }: Population): Finding {
  const most = drifted.toSorted((a, b) => b.psi - a.psi);
  const named = most.slice(0, LEAST).map(({ name }) => name);
  return {
    key: `shiftedPopulation ${what}`,
    kind: "shiftedPopulation",
    severity: severityOf(most[0]!.psi),
    subject,
    effect: { measure: `share of ${what} that moved`, value: drifted.length / of },
    bound: { value: 0.5, method: `half of the ${what}, each beyond chance after correction and by a PSI of .1` },
    adjustedP: Math.max(...drifted.map(({ adjustedP }) => adjustedP)),
    sentence: `${drifted.length} of ${of} ${what} have moved together and none is broken: these are other people. Most moved: ${named.join(", ")}.`,
    wayOut: "Ask what changed in whom you address; check calibration by vintage; retrain once outcomes are known",
  };
}
