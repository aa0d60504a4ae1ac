import type { Hash } from "../base/index.ts";
import type { SplitName, SplitRule } from "./split.ts";

/** `assay.dataset` version 1: what a training set is made of; its hash names it. */
export interface DatasetManifest {
  readonly format: "assay.dataset";
  readonly version: 1;
  readonly name: string;
  /** Hash of the spine's rows. */
  readonly spine: Hash;
  readonly spineRows: number;
  /** Snapshot of history that values were read from. */
  readonly snapshot: Hash;
  readonly label: { readonly name: string; readonly meaningHash: Hash; readonly cutOff: string };
  /** Role → feature set and its meaning hash. */
  readonly features: { readonly [role: string]: { readonly set: string; readonly meaningHash: Hash } };
  /** `role.feature`, in order. */
  readonly columns: readonly string[];
  readonly rows: number;
  readonly positives: number;
  /** Rows left out, by why. */
  readonly dropped: { readonly [reason: string]: number };
  readonly split: { readonly rule: SplitRule; readonly rows: { readonly [split in SplitName]: number } };
  readonly file: { readonly sha256: Hash; readonly bytes: number };
}
