// What the doors stand on. The rooms are opened by whoever starts the service; this room only translates HTTP to them.

import type { DestinationStream, Level } from "pino";
import type { Clock, Hash, Instant } from "../base/index.ts";
import type { ErasureSite, Erasures } from "../compliance/index.ts";
import type { BundleParcel, DecisionService, RecordStore, ReplayOutcome } from "../decisions/index.ts";
import type { Catalogue } from "../define/index.ts";
import type { History } from "../history/index.ts";
import type { Bakes, LoopDocument, Loops } from "../learning/index.ts";
import type { RecordedValue } from "../policy/index.ts";
import type { Registry } from "../registry/index.ts";
import type { Metadata } from "../storage/index.ts";
import type { Watching } from "./watching.ts";

export interface ServiceParts {
  /** Of the workspace, for people. */
  readonly name: string;
  /** Release of Assay, such as `0.1.0`. */
  readonly version: string;
  readonly metadata: Metadata;
  readonly registry: Registry;
  readonly history: Pick<
    History,
    | "folder"
    | "forget"
    | "holdingsOf"
    | "ingestRows"
    | "lateness"
    | "log"
    | "online"
    | "quarantine"
    | "reached"
    | "resubmit"
    | "seal"
    | "waiting"
    | "close"
  >;
  readonly decisions: DecisionService;
  readonly records: RecordStore;
  /** The clock that decisions are made by. */
  readonly clock: Clock;
  /** Where that clock is simulated, its instant; pages say so. */
  readonly simulatedNow: Instant | null;
  /** A bundle with every object that it names. Throws ASSAY_REGISTRY_UNKNOWN_BUNDLE. */
  parcelOf(bundle: Hash): Promise<BundleParcel>;
  /** Decides again from the record, which is there. */
  replay(decisionId: string): Promise<ReplayOutcome>;
  /** Values of an entity at `t`, by the bundle in use; without it there is no such door. */
  featuresOf?(entity: { readonly type: string; readonly id: string }, t: Instant): Promise<readonly EntityFeatures[]>;
  readonly watching: Watching;
  readonly loops: Loops;
  /** Erasures that were asked for, and what carrying them out needs beside history. */
  readonly erasures: Erasures;
  readonly erasing: Omit<ErasureSite, "history">;
  /** Releases by hand that were watched. */
  readonly bakes: Pick<Bakes, "bakes">;
  /** The evidence pack of a loop. Throws ASSAY_REGISTRY_UNKNOWN_DOCUMENT. */
  evidence(pack: Hash): Promise<LoopDocument>;
  /** Of the workspace, for the catalogue; without them it holds the features of the bundle in force alone. */
  readonly definitions?: Catalogue;
  /** What the workspace's data does not hold and had to be invented, and what a reader must know. */
  readonly facts: { readonly invented: readonly string[]; readonly caveats: readonly string[] };
  /** What a demo measured about itself; pages show it. */
  story?(): Promise<unknown>;
  readonly log: { readonly level: Level | "silent" /** Standard error by default. */; readonly to?: DestinationStream };
}

/** One feature set of an entity. */
export interface EntityFeatures {
  readonly set: string;
  readonly meaningHash: Hash;
  readonly values: { readonly [feature: string]: RecordedValue };
}
