import type { Problem } from "../base/index.ts";
import type { EventTemplates } from "./row-template.ts";

/** A row of a file, a request or a document on its way to the door, or what its reader found wrong with it. */
export interface ReadRow {
  /** Counted from 1. */
  readonly row: number;
  readonly raw: unknown;
  readonly problem?: Problem;
  /** Where its parts came from, if a mapping or a fan-out made it. */
  readonly from?: EventTemplates;
}
