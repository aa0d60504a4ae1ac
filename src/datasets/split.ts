import { hashPrefix } from "../base/index.ts";

export type SplitName = "train" | "validation" | "test";

export interface SplitRule {
  /** Enters the hash, so that another seed gives another split. */
  readonly seed: string;
  /** Shares of train and validation; the rest is test. */
  readonly train: number;
  readonly validation: number;
}

/** By entity, so that nobody is in two parts: SHA-256 of seed and id, as a share of 2^32. */
export function splitOf(entity: string, rule: SplitRule): SplitName {
  const share = hashPrefix(`${rule.seed}\n${entity}`, 32) / 2 ** 32;
  if (share < rule.train) return "train";
  return share < rule.train + rule.validation ? "validation" : "test";
}
