// One entity's history as the kernel reads it, and the one way to lay it out. The same arrays are filled from table files
// in back-fill workers and from the online store in the decider, so parity starts here.
//
// Every revision of every event is a row. `supersededAt` is worked out once, when the rows are laid out: the `knownAt` of
// the next revision of the same event. A row is visible at t when `knownAt <= t < supersededAt`, it is no retraction and
// `at < t`. That is contract 3 with no search: the latest known revision either shows or hides the event.

import type { EventNode } from "../define/index.ts";
import type { EventBlocks } from "./blocks.ts";

/** Rows of one event type, in total order: (at, source, seq, event id as bytes), then knownAt. */
export interface EventColumns {
  readonly length: number;
  /** Microseconds. */
  readonly at: Float64Array;
  readonly knownAt: Float64Array;
  /** `Infinity` where no later revision is held. */
  readonly supersededAt: Float64Array;
  /** 1 where the row takes the event back. */
  readonly retracted: Uint8Array;
  /** Where true, nothing is revised or retracted and knownAt never falls along the order: visibility is a prefix. */
  readonly prefixVisible: boolean;
  /** Unprotected fields by name, in stored integer units (see `FieldType`); NaN where absent. */
  readonly fields: { readonly [field: string]: Float64Array };
  /** The largest |value| of fields that somebody asked for (`largestIn`); nobody has where rows are laid out. */
  largest: { [field: string]: number } | undefined;
  /** Text and ref fields: code → text; codes are local to this object and never reach a value. */
  readonly dictionaries: { readonly [field: string]: readonly string[] };
  /** Set where the rows lie in blocks, whose rows need not be read; visibility is then told block by block. */
  readonly blocks?: EventBlocks;
  /** Set where rows before these were left out, one of which shows at any instant they are read for. */
  readonly earlier?: true;
}

export interface EntityHistory {
  readonly entity: string;
  /** By event name; a type the entity has no rows of may be absent. */
  readonly events: { readonly [event: string]: EventColumns };
}

/** A validated event as it stands in the log and in table files: one revision. */
export interface HistoryEvent {
  readonly event: string;
  readonly entity: string;
  readonly source: string;
  readonly eventId: string;
  /** From the source; null where it gives none. */
  readonly seq: number | null;
  readonly at: number;
  readonly knownAt: number;
  readonly retracted: boolean;
  /** Stored units; text fields as strings; absent fields as null. Never a protected field. */
  readonly fields: { readonly [field: string]: number | string | null };
}

export type HistorySchema = { readonly [event: string]: EventNode };
