// Online histories as a port: what the deciders read, derived from the log and rebuildable from snapshot and log. One
// writer; any number of readers in other processes. Adapters may answer at once or later, so callers await.

import type { EntityHistory } from "../compile/index.ts";
import type { Position } from "./event-log.ts";
import type { HeldEvent } from "./revision.ts";
import type { IdentifiedEvent } from "./wire-event.ts";

export type Answer<T> = T | Promise<T>;

/** One entity and the event types wanted of it. */
export interface HistoryWanted {
  readonly entity: string;
  readonly events: readonly string[];
}

export interface HistoriesRead {
  /** Everything before this position had arrived when the histories were read. */
  readonly position: Position;
  /** In the order wanted. */
  readonly histories: readonly EntityHistory[];
}

export interface OnlineReader {
  /** Several histories from one consistent state, the newest there is. */
  read(wanted: readonly HistoryWanted[]): Answer<HistoriesRead>;
  history(entity: string, events: readonly string[]): Answer<EntityHistory>;
  appliedUpTo(): Answer<Position>;
  close(): Promise<void>;
}

/** Accepted events as they stand in the log from `from` on. */
export interface EventBatch {
  readonly from: Position;
  readonly events: readonly IdentifiedEvent[];
}

export interface OnlineHistories extends OnlineReader {
  /** What is held under each id (see `identify`), for deduplication. */
  held(ids: readonly string[]): Answer<(HeldEvent | undefined)[]>;
  /** Events and the position in one transaction. What was applied before is left out; a gap is our mistake. */
  applyEvents(batch: EventBatch): Answer<void>;
  /** Empties the store and fills it from `batches`, which reach up to `upTo`. */
  rebuild(batches: AsyncIterable<readonly IdentifiedEvent[]>, upTo: Position): Promise<void>;
  /** True where the state cannot be trusted: a rebuild was cut short, or the machine went down while writing. */
  mustRebuild(): boolean;
}
