// What each aggregate asks of its column and says of its answer. How it is computed is `compile`'s: a file there for each.

import type { MissingKind } from "../base/index.ts";
import type { AggregateName, FieldType, UnitNode } from "./nodes.ts";
import { unitOfField } from "./unit.ts";

export interface Trait {
  /** "classes" are categories, and yes or no. */
  readonly reads: "numbers" | "readable" | "anything" | "classes" | "yesOrNo";
  readonly unit: (row: FieldType | null) => UnitNode | null;
  readonly neverMissing: boolean;
  /** True where it reads all of history by itself, so that it needs no verb. */
  readonly allHistory: boolean;
  readonly alsoMissing: readonly MissingKind[];
}

const arithmetic: Trait = {
  reads: "numbers",
  unit: (row) => row && unitOfField(row),
  neverMissing: false,
  allHistory: false,
  alsoMissing: [],
};
const pick: Trait = { ...arithmetic, reads: "readable", allHistory: true };
const plain: Trait = { ...arithmetic, unit: () => ({ kind: "number" }) };
const counting: Trait = { ...plain, reads: "anything", neverMissing: true };
const streak: Trait = { ...plain, reads: "yesOrNo", neverMissing: true };
const elapsed: Trait = { ...pick, unit: () => ({ kind: "days" }) };
const gap: Trait = { ...elapsed, allHistory: false, alsoMissing: ["not applicable"] };

export const traits: { readonly [K in AggregateName]: Trait } = {
  count: counting,
  distinct: counting,
  occurs: { ...counting, unit: () => ({ kind: "boolean" }) },
  decayedCount: counting,
  daysSince: elapsed,
  daysSinceFirst: elapsed,
  meanGap: gap,
  maxGap: gap,
  sum: arithmetic,
  mean: arithmetic,
  min: arithmetic,
  max: arithmetic,
  percentile: arithmetic,
  decayedSum: arithmetic,
  stddev: { ...arithmetic, alsoMissing: ["not applicable"] },
  trend: { ...arithmetic, alsoMissing: ["not applicable"] },
  variance: { ...plain, alsoMissing: ["not applicable"] },
  latest: pick,
  first: pick,
  nth: { ...pick, alsoMissing: ["empty window"] },
  mode: { ...arithmetic, reads: "classes" },
  modeShare: { ...plain, reads: "classes" },
  longestStreak: streak,
  currentStreak: streak,
};
