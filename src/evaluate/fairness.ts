// Adverse impact ratios from counts. Protected attributes never arrive here by row: the vault answers with totals by group,
// and these are all that enters. Groups, references, the meaning of "favourable" and the least cell are declared beforehand.

import { invariant, type Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import { RATIO_METHOD, ratioOfShares } from "./ratio.ts";

export interface GroupCount {
  readonly n: number;
  /** `null` where too few were, or were not, to be told. */
  readonly favourable: number | null;
}

export interface StageCounts {
  /** Where in the process: `decision`, `offer`, … */
  readonly stage: string;
  /** What counts as favourable, in words: `approved as asked`. */
  readonly favourable: string;
  /** The group that others are compared with. */
  readonly reference: string;
  /** Groups, and references, with fewer people than this get no ratio. */
  readonly minimumCell: number;
  readonly groups: { readonly [group: string]: GroupCount };
}

export interface FairnessRow {
  readonly stage: string;
  readonly group: string;
  readonly reference: string;
  readonly favourable: string;
  readonly n: number;
  readonly nReference: number;
  /** `null` in a cell that is too small. */
  readonly rate: number | null;
  readonly referenceRate: number | null;
  /** Adverse impact ratio: rate over the reference's rate, with 95 % limits and the p-value of equal rates. */
  readonly air: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly pValue: number | null;
  /** Favourable outcomes by which the group falls short of the reference's rate; never below 0. */
  readonly shortfall: number | null;
  readonly method: string;
  readonly note?: string;
}

/** What makes counts unfit for a fairness table, for a door that takes them from a user. */
export function checkStage(counts: StageCounts): Problem[] {
  const found: Problem[] = [];
  if (!Object.hasOwn(counts.groups, counts.reference)) {
    found.push(problems.UNKNOWN_REFERENCE(`stage "${counts.stage}"`, { reference: counts.reference }));
  }
  for (const [group, { n, favourable }] of Object.entries(counts.groups)) {
    if (isCount(n) && (favourable === null || (isCount(favourable) && favourable <= n))) continue;
    found.push(problems.IMPOSSIBLE_COUNT(`group "${group}" of stage "${counts.stage}"`, { n, favourable }));
  }
  return found;
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

/** One row for each stage and group other than its reference, in the order given. */
export function fairnessTable(stages: readonly StageCounts[]): FairnessRow[] {
  return stages.flatMap(rowsOf);
}

function rowsOf(counts: StageCounts): FairnessRow[] {
  invariant(checkStage(counts).length === 0, `counts of stage "${counts.stage}" are possible`);
  const reference = counts.groups[counts.reference]!;
  return Object.entries(counts.groups)
    .filter(([group]) => group !== counts.reference)
    .map(([group, count]) => ({
      stage: counts.stage,
      group,
      reference: counts.reference,
      favourable: counts.favourable,
      n: count.n,
      nReference: reference.n,
      ...compared(count, reference, counts.minimumCell),
      method: RATIO_METHOD,
    }));
}

type Compared = Pick<FairnessRow, "rate" | "referenceRate" | "air" | "low" | "high" | "pValue" | "shortfall" | "note">;

function compared(group: GroupCount, reference: GroupCount, minimumCell: number): Compared {
  const [own, other] = [shareOf(group, minimumCell), shareOf(reference, minimumCell)];
  const [rate, referenceRate] = [own?.rate ?? null, other?.rate ?? null];
  const none = { rate, referenceRate, air: null, low: null, high: null, pValue: null, shortfall: null };
  if (own === null || other === null) return { ...none, note: "too few" };
  const ratio = ratioOfShares(own, other);
  if (ratio === undefined) return { ...none, note: "no favourable outcome in the reference group" };
  const { value: air, low, high, pValue } = ratio;
  return {
    rate,
    referenceRate,
    air,
    low,
    high,
    pValue,
    shortfall: Math.max(0, other.rate * own.n - own.hits),
  };
}

function shareOf({ n, favourable }: GroupCount, minimumCell: number) {
  const known = favourable !== null && n >= Math.max(1, minimumCell);
  return known ? { n, hits: favourable, rate: favourable / n } : null;
}

export interface CutoffCounts extends Omit<StageCounts, "groups"> {
  /** By cut-off: how many of each group would be favoured if decided there. */
  readonly cutoffs: readonly { readonly cutoff: number; readonly groups: StageCounts["groups"] }[];
}

export interface CutoffFairnessRow extends FairnessRow {
  readonly cutoff: number;
}

/** The same comparison at each cut-off, so that a choice of cut-off can be seen beside those not taken. */
export function airAtCutoffs({ cutoffs, ...declared }: CutoffCounts): CutoffFairnessRow[] {
  return cutoffs.flatMap(({ cutoff, groups }) => rowsOf({ ...declared, groups }).map((row) => ({ cutoff, ...row })));
}
