// The reference profile of a bundle: what its values, scores, decisions and source fields looked like where it was made. It is
// evidence under a hash of its own, and every later report is read against it.

import type { Hash } from "../base/index.ts";
import type { ValueSketch } from "../evaluate/index.ts";

/** Numbers (amounts in major units, categories as their index, flags as 0 or 1) and how many were missing, by kind. */
export interface ColumnProfile {
  readonly sketch: ValueSketch;
  /** Missing kind → rows. */
  readonly missing: { readonly [kind: string]: number };
}

/** One field of one event type as one source sends it. */
export interface FieldProfile extends ColumnProfile {
  readonly source: string;
  readonly event: string;
  readonly field: string;
  /** Names of the categories, by index; null for other types. */
  readonly categories: readonly string[] | null;
  /** People whose events these are: events of one person resemble each other, so that people are what a test counts. */
  readonly entities: number;
}

/** How one source delivers one event type. Times in microseconds. */
export interface FeedProfile {
  readonly source: string;
  readonly event: string;
  readonly events: number;
  /** Declared on the event type. */
  readonly delayMicros: number;
  /** `knownAt` minus `at` minus the declared delay, negative where earlier than declared. */
  readonly lateness: ValueSketch;
  /** The longest time between two consecutive distinct `knownAt`, and from the last to the latest of any feed. */
  readonly longestGapMicros: number;
}

/** `assay.profile` version 1. */
export interface ProfileDocument {
  readonly format: "assay.profile";
  readonly version: 1;
  readonly name: string;
  readonly dataset: Hash;
  readonly snapshot: Hash;
  /** Values on the rows that models were fitted and calibrated on; decisions on those that none was fitted on. */
  readonly rows: { readonly values: number; readonly decisions: number };
  /** `role.feature` → profile. */
  readonly columns: { readonly [column: string]: ColumnProfile };
  /** `model.output` → sketch of the calibrated output, champion and shadow. */
  readonly outputs: { readonly [output: string]: ValueSketch };
  readonly dispositions: { readonly [disposition: string]: number };
  /** Reason name → adverse decisions that state it first. */
  readonly reasons: { readonly [reason: string]: number };
  readonly adverse: number;
  readonly fields: readonly FieldProfile[];
  readonly feeds: readonly FeedProfile[];
}
