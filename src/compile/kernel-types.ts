import type { EntityHistory } from "./history.ts";

/** Fields of the request in major units, by name; what `asked` nodes read. */
export type RequestValues = { readonly [field: string]: number };

/** A feature set compiled: `(history, t, request) → values`. Synchronous, allocation-free per row, no clock. */
export interface Kernel {
  readonly set: string;
  readonly entity: string;
  readonly columns: readonly string[];
  readonly meaningHash: string;
  /** The generated source, for `explain` and for people. */
  readonly source: string;
  /** Event names the kernel reads: what a store must hold. */
  readonly events: readonly string[];
  /**
   * Writes `columns.length` doubles to `out` and missing codes to `kinds` (0 = present), both from `offset`.
   * A missing value is NaN in `out`.
   */
  evaluate(
    history: EntityHistory,
    t: number,
    request: RequestValues,
    out: Float64Array,
    kinds: Uint8Array,
    offset: number,
  ): void;
}
