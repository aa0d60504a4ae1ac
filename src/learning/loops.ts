// The book of loops: who asked for which, how far each is, what people said. One loop of a bundle is open at a time, held by
// the database, so that two never race.

import type { Halts } from "./halt.ts";
import type { Approval, LoopEntry, TriggerKind } from "./loop-document.ts";

export interface AskedLoop {
  readonly bundleName: string;
  readonly trigger: { readonly kind: TriggerKind; readonly why: string; readonly by: string };
  /** Microseconds. */
  readonly labelCutOff: number;
}

export interface Loops extends Halts {
  /** Throws ASSAY_LEARNING_LOOP_UNDER_WAY, HALTED, STOPPED, FROZEN, COOLING_DOWN or TOO_MANY_LOOPS, each with its way out. */
  ask(loop: AskedLoop): Promise<LoopEntry>;
  /** Newest first. */
  loops(limit: number): Promise<LoopEntry[]>;
  loop(id: string): Promise<LoopEntry | undefined>;
  /** A person's word on a paused loop. Throws ASSAY_LEARNING_UNKNOWN_LOOP or NOT_PAUSED. */
  answer(id: string, approval: Approval): Promise<LoopEntry>;
  /** Ends it at the next safe place, the champion serving on. Throws ASSAY_LEARNING_UNKNOWN_LOOP or LOOP_ENDED. */
  cancel(id: string, by: string): Promise<LoopEntry>;
}
