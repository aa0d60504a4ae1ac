// Neighbouring scores gathered into bins of about equal count. Rows of one score are never parted, so a
// table does not depend on the order of rows.

import { invariant } from "../base/index.ts";
import type { Column } from "./columns.ts";
import { type Ladder, ladder, type Rung } from "./ranking.ts";

export interface Bin {
  /** Least and greatest score. */
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly bads: number;
  /** Sum of the scores. */
  readonly sum: number;
}

/** At most `count` bins, ascending; a rung falls where its middle row falls among equal parts of the rows. */
export function equalBins(scores: Column, labels: Column, count: number): Bin[] {
  invariant(Number.isInteger(count) && count > 0, "a count of bins is a positive whole number");
  const rows = scores.length;
  return gathered(ladder(scores, labels), (rung) => Math.floor((count * (rung.from + rung.to - 1)) / (2 * rows)));
}

function gathered({ rungs }: Ladder, place: (rung: Rung) => number): Bin[] {
  const bins: Bin[] = [];
  let lastPlace = -1;
  for (const rung of rungs) {
    const at = place(rung);
    if (at === lastPlace) bins.push(joined(bins.pop()!, rung));
    else bins.push(joined({ from: rung.score, to: rung.score, n: 0, bads: 0, sum: 0 }, rung));
    lastPlace = at;
  }
  return bins;
}

function joined(bin: Bin, rung: Rung): Bin {
  const n = rung.goods + rung.bads;
  return { from: bin.from, to: rung.score, n: bin.n + n, bads: bin.bads + rung.bads, sum: bin.sum + rung.score * n };
}
