// Whether there is enough to learn from, and nothing that used to be there has gone missing.

import { adjustedForMany, sameShareP } from "../../evaluate/index.ts";
import { FALSE_ALARM_RATE, percent } from "../../monitoring/index.ts";
import type { ComparedColumns } from "./compared-columns.ts";
import { type Answer, cannotTell, type Declared } from "./gate.ts";

/** `columns`: why they could not be compared, where they could not. */
export interface DataGround {
  readonly rows: number;
  readonly positives: number;
  readonly columns: ComparedColumns | string;
}

export function data({ rows, positives, columns }: DataGround, declared: Declared<"data">): Answer {
  const { leastRows, leastBads, missingRise } = declared;
  const counts = { rows, bads: positives };
  if (rows < leastRows || positives < leastBads) {
    const sentence = `${rows} rows with ${positives} bads; ${leastRows} with ${leastBads} are asked for`;
    return cannotTell(sentence, counts);
  }
  if (typeof columns === "string") return cannotTell(`what is missing cannot be compared: ${columns}`, counts);
  const rises = risesOf(columns);
  const above = rises.filter(({ rise }) => rise > missingRise);
  const sure = above.filter(({ adjustedP }) => adjustedP <= FALSE_ALARM_RATE);
  const most = rises.reduce((worst, one) => Math.max(worst, one.rise), 0);
  const measured = { ...counts, rowsCompared: columns.rows, mostRise: most };
  if (above.length > 0) {
    const told = (sure.length > 0 ? sure : above)
      .map(({ name, now, before }) => `${name} is missing in ${percent(now)}, was ${percent(before)}`)
      .join("; ");
    if (sure.length > 0) return { verdict: "fail", sentence: told, measured };
    return cannotTell(`${told}: chance could have done it`, measured);
  }
  return { ...unmatchedOrPass(columns, `${rows} rows with ${positives} bads`), measured };
}

function unmatchedOrPass({ columns, unmatched, drawnOn, rows }: ComparedColumns, told: string) {
  if (columns.length === 0) return cannotTell(`${told}; no column could be compared with the champion's profile`);
  if (unmatched.length > 0) return cannotTell(`${told}; the champion's profile lacks ${unmatched.join(", ")}`);
  const sentence = `${told}; no column is missing more often than declared (${rows} ${drawnOn})`;
  return { verdict: "pass" as const, sentence };
}

function risesOf({ columns }: ComparedColumns) {
  const rises = columns.map(({ name, missing, nReference, nCurrent }) => {
    const [before, now] = [missing.reference, missing.current];
    const p = sameShareP({ hits: now * nCurrent, n: nCurrent }, { hits: before * nReference, n: nReference });
    return { name, before, now, rise: now - before, p };
  });
  const adjusted = adjustedForMany(rises.map(({ p }) => p));
  return rises.map((one, i) => ({ ...one, adjustedP: adjusted[i]! }));
}
