// Where loops are worked: what somebody else opened, and the doors to what runs beside the worker. Everything durable that a
// loop shares with the service is behind `registry` and `records`.

import type { Hash } from "../base/index.ts";
import type { BuiltDataset } from "../datasets/index.ts";
import type { RecordStore, ServedSpan } from "../decisions/index.ts";
import type { Snapshot } from "../history/index.ts";
import type { Registry } from "../registry/index.ts";
import type { Book } from "./book.ts";
import type { LearningDeclaration } from "./declaration.ts";
import type { JudgeRequest } from "./judge-season.ts";
import type { GateResult, GuardrailLook } from "./loop-document.ts";
import type { SeasonPlan } from "./plan-season.ts";
import type { SeasonSite } from "./season-site.ts";
import type { Waits } from "./waits.ts";

/** The decisions of one side. */
export type Side = ServedSpan & { readonly bundle: Hash };

export interface LoopJudge {
  /** Every declared gate, champion and challenger on the same ground. */
  gates(asked: {
    readonly champion: Hash;
    readonly challenger: Hash;
    readonly dataset: BuiltDataset;
    readonly snapshot: Snapshot;
    readonly season: SeasonSite;
  }): Promise<readonly GateResult[]>;
  /** Every declared guardrail. */
  look(asked: {
    readonly stage: GuardrailLook["stage"];
    readonly challenger: Side;
    readonly control: Side;
  }): Promise<GuardrailLook>;
}

export interface LoopSite {
  readonly plan: SeasonPlan;
  /** With every default filled in. */
  readonly declaration: LearningDeclaration;
  readonly registry: Registry;
  readonly records: Pick<RecordStore, "served" | "countServed" | "keptHead" | "failures">;
  readonly book: Book;
  readonly waits: Waits;
  readonly judge: LoopJudge;
  /** All but the signal, which each step has of its own. */
  readonly season: Omit<SeasonSite, "registry" | "signal">;
  /** Whom and how a challenger is evaluated on. */
  readonly judgement: (dataset: BuiltDataset) => Pick<JudgeRequest, "within" | "fairness">;
  /** Everything that has arrived, as table files. */
  readonly seal: (signal: AbortSignal) => Promise<Snapshot>;
  /** Throws ASSAY_LEARNING_SNAPSHOT_LOST. */
  readonly snapshot: (hash: Hash) => Promise<Snapshot>;
  readonly pollMillis: number;
  /** The longest that a step which waits for nobody may take. */
  readonly stepMinutes: number;
  /** Aborted when the worker ends: what is under way is then left as it is, for the next worker. */
  readonly stopping: AbortSignal;
}

/** Who releases and rolls back for a loop. */
export const LOOP_RELEASER = "assay work";

const PATIENCE_MINUTES = 60;

export function patienceMicros({ declaration }: Pick<LoopSite, "declaration">): number {
  return (declaration.patienceMinutes ?? PATIENCE_MINUTES) * 60_000_000;
}
