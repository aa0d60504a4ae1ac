// The slot plan: what to compute, decided before any of it is done, as frozen data that prints, hashes and compares. All
// parts refer to each other by their place in these lists. Nothing here says how: the generated source does.
//
// - a slot is one state over the rows of one stream and one row expression; aggregates share slots;
// - a scan is one walk over one event type, newest row first, through windows that share their later edge and nest;
// - a step is one value: an aggregate read at the end of a window, or an operation on earlier steps. Equal values are one step.

import type { MissingKind } from "../base/index.ts";
import type { AggregateParameters, FilterNode, PastDueNode, RowNode, TestNode, WindowNode } from "../define/index.ts";
import type { Edge } from "./windows/window.ts";

export interface Plan {
  readonly format: "assay.plan";
  readonly version: 1;
  readonly semantics: { readonly number: number; readonly timeZoneData: string };
  readonly of: { readonly kind: "features" | "label"; readonly name: string };
  readonly entity: string;
  /** Event names, sorted: what a store must hold. */
  readonly events: readonly string[];
  readonly streams: readonly PlannedStream[];
  readonly rows: readonly PlannedRow[];
  readonly slots: readonly Slot[];
  readonly scans: readonly Scan[];
  readonly steps: readonly Step[];
  /** In the order of the feature set. */
  readonly columns: readonly Column[];
  /** What is read of other entities. Absent where nothing is, so that plans from before relations keep their form. */
  readonly links?: readonly PlannedLink[];
}

/** One relation: who is linked, by a plan of one column over the set's own entity, and what is computed of them. */
export interface PlannedLink {
  readonly link: Plan;
  readonly values: Plan;
}

export interface PlannedStream {
  readonly event: string;
  readonly filter: FilterNode | null;
}

export interface PlannedRow {
  readonly event: string;
  readonly row: RowNode;
  /** Stored units are 10^-scale. */
  readonly scale: number;
}

export interface Slot {
  readonly stream: number;
  /** null: it keeps events, whatever they say. */
  readonly row: number | null;
  readonly state: string;
  /** Absent for states that take none. */
  readonly parameters?: AggregateParameters;
}

export interface Scan {
  readonly event: string;
  /** Where the walk begins, exclusive. */
  readonly high: Edge;
  /** Set where the windows count events of one stream and leave out the latest `skip`. */
  readonly last: { readonly stream: number; readonly skip: number } | null;
  /** Set where it takes only rows whose text is that of the latest row of another stream; absent elsewhere. */
  readonly match?: { readonly parent: number; readonly parentField: string; readonly childField: string };
  /** From the shortest to the longest. */
  readonly windows: readonly ScanWindow[];
}

export interface ScanWindow {
  readonly window: WindowNode;
  readonly until: { readonly kind: "edge"; readonly low: Edge } | { readonly kind: "events"; readonly count: number };
  /** Aggregate steps read when the walk gets here. */
  readonly reads: readonly number[];
}

export interface AggregateStep {
  readonly kind: "aggregate";
  readonly aggregate: string;
  readonly stream: number;
  readonly row: number | null;
  readonly slots: readonly number[];
  readonly window: WindowNode;
  /** Absent for aggregates that take none. */
  readonly parameters?: AggregateParameters;
}

/** `of` names the operands, left before right. */
export type OperationStep =
  | {
      readonly kind:
        | "over"
        | "minus"
        | "plus"
        | "product"
        | "greatest"
        | "least"
        | "both"
        | "either"
        | "log"
        | "absolute"
        | "choose"
        | "fresh";
      readonly of: readonly number[];
    }
  | {
      readonly kind: "clamp";
      readonly of: readonly number[];
      readonly atLeast: number | null;
      readonly atMost: number | null;
    }
  | { readonly kind: "literal"; readonly of: readonly number[]; readonly value: number }
  /** `unitMicros` is the length of one unit of what was asked. */
  | { readonly kind: "daysUntil"; readonly of: readonly number[]; readonly unitMicros: number }
  /** `place` counts the columns of all links, one after the other. */
  | { readonly kind: "related"; readonly of: readonly number[]; readonly place: number }
  | { readonly kind: "times"; readonly of: readonly number[]; readonly factor: number }
  | { readonly kind: "ifMissing"; readonly of: readonly number[]; readonly then: number }
  | { readonly kind: "is"; readonly of: readonly number[]; readonly test: TestNode }
  | {
      readonly kind: "daysPastDue";
      readonly of: readonly number[];
      readonly rule: PastDueNode;
    }
  | {
      readonly kind: "asked";
      readonly of: readonly number[];
      readonly request: string;
      readonly field: string;
      readonly optional: boolean;
    };

export type Step = AggregateStep | OperationStep;

export interface Column {
  readonly name: string;
  readonly step: number;
  /** The kinds it can be missing by, worked out from the plan. */
  readonly missing: readonly MissingKind[];
}

export function isAggregate(step: Step): step is AggregateStep {
  return step.kind === "aggregate";
}

/** The relation that a place belongs to, and the column there. */
export function linkedColumn(
  plan: Pick<Plan, "links">,
  place: number,
): { readonly link: PlannedLink; readonly column: Column } {
  let before = 0;
  for (const link of plan.links ?? []) {
    const column = link.values.columns[place - before];
    if (column !== undefined) return { link, column };
    before += link.values.columns.length;
  }
  throw new Error(`no related column ${place} in a plan`);
}
