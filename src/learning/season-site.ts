import type { Progress } from "../base/index.ts";
import type { Registry } from "../registry/index.ts";
import type { ObjectStore } from "../storage/index.ts";
import type { Vault } from "../vault/index.ts";

/** Where a season is worked: engines that somebody else opened, folders, and how much of the machine to use. */
export interface SeasonSite {
  readonly registry: Registry;
  readonly objects: ObjectStore;
  readonly vault: Vault;
  /** The interpreter with the training worker's libraries. */
  readonly python: string;
  /** A folder of the state by name: "datasets", "runs". */
  readonly folder: (name: string) => string;
  readonly workers: number;
  readonly threads: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** A running clock for costs, in microseconds; never a date. */
  readonly nowMicros: () => number;
}
