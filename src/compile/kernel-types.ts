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
  /** The relations of the set, in order: what is read of the entity that each names. Empty for most. */
  readonly links: readonly { readonly entity: string; readonly kernel: Kernel }[];
  /** Who link `link` names at `t` by this history; null where nobody is linked. */
  resolve(history: EntityHistory, t: number, link: number): string | null;
  /**
   * Writes `columns.length` doubles to `out` and missing codes to `kinds` (0 = present), both from `offset`.
   * A missing value is NaN in `out`. `related` holds what the kernels of its links gave, one after the other; without links
   * none is needed. `evaluateWith` does all of it for whoever can read any history.
   */
  evaluate(
    history: EntityHistory,
    t: number,
    request: RequestValues,
    out: Float64Array,
    kinds: Uint8Array,
    offset: number,
    related?: RelatedValues,
  ): void;
}

/** Values of linked entities from `offset` on, and their missing codes. */
export interface RelatedValues {
  readonly numbers: Float64Array;
  readonly kinds: Uint8Array;
  readonly offset: number;
}
