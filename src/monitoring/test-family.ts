// The tests of one report. It promises one false-alarm rate and has four parts that look for themselves (values, feeds, outcomes,
// groups), so each may spend a quarter (Bonferroni); within a part the tests are one family (Benjamini and Hochberg).

import { adjustedForMany } from "../evaluate/index.ts";
import type { MonitoringDeclaration } from "./declaration.ts";

/** Chance of any alarm in a report where nothing has changed. */
export const FALSE_ALARM_RATE = 0.01;

const PARTS = 4;

/** What one part of a report may spend. */
export function partRate({ falseAlarmRate = FALSE_ALARM_RATE }: MonitoringDeclaration): number {
  return falseAlarmRate / PARTS;
}

interface Tested {
  readonly p: number;
}

export interface TestFamily {
  readonly features: readonly Tested[];
  readonly outputs: readonly Tested[];
  readonly dispositions: Tested | null;
  readonly reasons: Tested | null;
}

/** Adjusted p-values in the family's own shape; what was not tested has 1. */
export function adjustOrder({ features, outputs, dispositions, reasons }: TestFamily) {
  const single = [dispositions, reasons].filter((one) => one !== null);
  const adjusted = adjustedForMany([...features, ...outputs, ...single].map(({ p }) => p));
  const rest = adjusted.slice(features.length + outputs.length);
  const next = (tested: Tested | null) => (tested === null ? 1 : rest.shift()!);
  return {
    features: adjusted.slice(0, features.length),
    outputs: adjusted.slice(features.length, features.length + outputs.length),
    dispositions: next(dispositions),
    reasons: next(reasons),
  };
}
