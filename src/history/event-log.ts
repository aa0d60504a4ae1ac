// The event log as a port: an ordered, durable transport of opaque records. It knows nothing of events, histories or
// files; an adapter keeps records in the order acknowledged and gives back exactly those. Retention is bounded: the
// truth moves into table files when it is sealed, and the log may then be trimmed up to there.

/** Where a record stands: `offset` counts records of a partition from 0. */
export interface Position {
  readonly partition: number;
  readonly offset: number;
}

/** Half open: `[from, to)`. */
export interface LogRange {
  readonly from: Position;
  readonly to: Position;
}

/** Consecutive records; `from` is the position of the first. */
export interface LogBatch {
  readonly from: Position;
  readonly records: readonly Uint8Array[];
}

export interface EventLog {
  /**
   * Resolves when all records are durable; concurrent calls share one sync. On failure none of these records will ever
   * be read. Throws ASSAY_HISTORY_LOG_FULL (goes on once there is space), LOG_FAILED, LOG_CLOSED, RECORD_SIZE.
   */
  append(records: readonly Uint8Array[]): Promise<LogRange>;
  /** Acknowledged records from `from` up to `to` (by default the head at the time of the call), in order. */
  read(from: Position, to?: Position): AsyncIterable<LogBatch>;
  /** One past the last acknowledged record. */
  head(): Position;
  /** The first record still held. */
  oldest(): Position;
  /** Begins a new segment, so that all records before it can be forgotten; gives the position where it begins. Nobody may append meanwhile. */
  roll(): Promise<Position>;
  /** Forgets whole segments of records before `before`; what is held afterwards begins at `oldest()`. */
  trim(before: Position): Promise<void>;
  close(): Promise<void>;
}

export const LOG_START: Position = { partition: 0, offset: 0 };
