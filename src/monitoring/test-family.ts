// The tests of one report as one family.

import { adjustedForMany } from "../evaluate/index.ts";

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
