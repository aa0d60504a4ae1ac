// Vintages: decisions by the month they were made in, each with how much of it has an outcome, so that a young vintage is read
// as young and not as good.

import { formatInstant } from "../base/index.ts";
import { type JudgedDecision, knownOutcomes, outcomeEstimates } from "./judged-decisions.ts";
import type { VintageRow } from "./report-document.ts";

/** Month of a decision by its UTC calendar: `2005-10`. */
export function vintageOf(t: number): string {
  return formatInstant(t).slice(0, "2005-10".length);
}

/** Oldest first. */
export function vintageRows(judged: readonly JudgedDecision[]): VintageRow[] {
  const byMonth = Map.groupBy(judged, ({ t }) => vintageOf(t));
  return [...byMonth]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([vintage, decisions]) => {
      const known = knownOutcomes(decisions);
      const counts = { decisions: decisions.length, matured: known.n, maturity: known.n / decisions.length };
      return { vintage, ...counts, ...outcomeEstimates(known) };
    });
}
