// Online histories as a port: what the deciders read, derived from the log and rebuildable from snapshot and log. One
// writer; any number of readers in other processes. Adapters may answer at once or later, so callers await.

import type { Progress } from "../base/index.ts";
import type { EntityHistory, HistoryEvent } from "../compile/index.ts";
import type { Position } from "./event-log.ts";
import type { HeldEvent } from "./revision.ts";

export type Answer<T> = T | Promise<T>;

/** One entity and the event types wanted of it. */
export interface HistoryWanted {
  readonly entity: string;
  readonly events: readonly string[];
  /** As in `history`, by event (microseconds). */
  readonly since?: { readonly [event: string]: number };
  /** Rows may stay packed until a kernel needs them, which runs before anything is awaited or read. Absent: they are not. */
  readonly packed?: boolean;
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
  /**
   * With `since` (microseconds), rows before it may be left out: for what looks back from a later instant no further than
   * to there. Their columns then say `earlier`.
   */
  history(entity: string, events: readonly string[], since?: number): Answer<EntityHistory>;
  appliedUpTo(): Answer<Position>;
  close(): Promise<void>;
}

/** Accepted events as they stand in the log from `from` on. */
export interface EventBatch {
  readonly from: Position;
  readonly events: readonly HistoryEvent[];
}

/** One (entity, event type). */
export interface Group {
  readonly entity: string;
  readonly event: string;
}

/** What a source calls an event. */
export interface EventName {
  readonly source: string;
  readonly eventId: string;
}

export interface OnlineHistories extends OnlineReader {
  /** What is held under each name, for deduplication; contents as today's definitions tell them. */
  held(names: readonly EventName[]): Answer<(HeldEvent | undefined)[]>;
  /** Events and the position in one transaction. What was applied before is left out; a gap is our mistake. */
  applyEvents(batch: EventBatch): Answer<void>;
  /** Empties the store and fills it from `batches`, which reach up to `upTo`. */
  rebuild(batches: AsyncIterable<readonly HistoryEvent[]>, upTo: Position, progress?: Progress): Promise<void>;
  /** Takes entities away, and lays the groups of `replaced` anew from `events`: all that they have now. At once or not at all. */
  forget(entities: Iterable<string>, replaced: readonly Group[], events: readonly HistoryEvent[]): Answer<void>;
  /** True where the state cannot be trusted: a rebuild was cut short, or the machine went down while writing. */
  mustRebuild(): boolean;
}
