// A label to the function that judges one row: what happened after t, as far as it is known at a cut-off. Its aggregates run
// on the same compiled walks as features; only the judgement is here.
//
// The order of judgement keeps goods and bads comparable. While the window is open (or has not matured) the row is
// "immature" even where something bad is known already, for else early rows would hold bads and no goods. After that a bad
// is a bad whatever else happened; an unclear outcome, an ending and a lack of proof follow. Good is what is left: never
// without proof.

import { AssayError, calendarOf, type Problem } from "../base/index.ts";
import type { LabelNode, StreamNode, ValueNode, WindowNode } from "../define/index.ts";
import { checkLabel } from "./check-definition.ts";
import { instantiate, kernelSource } from "./emit-kernel.ts";
import type { EntityHistory, HistorySchema } from "./history.ts";
import { interned } from "./interning.ts";
import { operandsOf } from "./operations.ts";
import type { Plan } from "./plan.ts";
import { type NamedValue, planValues } from "./plan-values.ts";
import { windowKind } from "./windows/all.ts";
import type { Edge } from "./windows/window.ts";

export interface LabelOutcome {
  /** 1 bad, 0 good; null where the row has no outcome to learn from. */
  readonly value: 0 | 1 | null;
  readonly status: "good" | "bad" | "indeterminate" | "censored" | "notObserved" | "immature";
}

/** `(history, t, cut-off)`: events known at the cut-off count, others do not exist yet. */
export type CompiledLabel = (history: EntityHistory, t: number, cutOff: number) => LabelOutcome;

const outcomes: { readonly [S in LabelOutcome["status"]]: LabelOutcome } = {
  good: Object.freeze({ value: 0, status: "good" }),
  bad: Object.freeze({ value: 1, status: "bad" }),
  indeterminate: Object.freeze({ value: null, status: "indeterminate" }),
  censored: Object.freeze({ value: null, status: "censored" }),
  notObserved: Object.freeze({ value: null, status: "notObserved" }),
  immature: Object.freeze({ value: null, status: "immature" }),
};

function planLabel(label: LabelNode, schema: HistorySchema): Plan | Problem[] {
  const found = checkLabel(label, schema);
  if (found.length > 0) return found;
  return planValues({ kind: "label", name: label.name }, label.entity, partsOf(label), schema);
}

/** Compiles a label; one with problems is refused: the first of them is thrown as an `AssayError`. */
export function compileLabel(label: LabelNode, schema: HistorySchema): CompiledLabel {
  const plan = planLabel(label, schema);
  if (Array.isArray(plan)) throw new AssayError(plan[0]!);
  const evaluate = instantiate(plan, kernelSource(plan));
  const ends = endsOf(label);
  const after = label.observed.kind === "matures" ? label.observed.afterMicros : 0;
  const out = new Float64Array(plan.columns.length);
  const kinds = new Uint8Array(plan.columns.length);
  const place = (name: string): number => plan.columns.findIndex((column) => column.name === name);
  const [bad, unclear, ended, observed] = [place("bad"), place("unclear"), place("ended"), place("observed")];
  const holds = (column: number): boolean => column >= 0 && kinds[column] === 0 && out[column] !== 0;
  return (history, t, cutOff) => {
    if (ends.some((edge) => instantOf(edge, t) + after > cutOff)) return outcomes.immature;
    evaluate(history, t, cutOff, {}, out, kinds, 0);
    if (holds(bad)) return outcomes.bad;
    if (holds(unclear)) return outcomes.indeterminate;
    if (holds(ended)) return outcomes.censored;
    // What cannot be told is not shown to be good.
    if (kinds[bad] !== 0 || (unclear >= 0 && kinds[unclear] !== 0)) return outcomes.notObserved;
    return observed < 0 || holds(observed) ? outcomes.good : outcomes.notObserved;
  };
}

function partsOf(label: LabelNode): NamedValue[] {
  const parts: { name: string; value: ValueNode | null }[] = [
    { name: "bad", value: label.bad },
    { name: "unclear", value: label.unclear },
    { name: "ended", value: label.endedBy === null ? null : occursWithin(label.endedBy, windowsOf(label.bad)) },
    { name: "observed", value: label.observed.kind === "by" ? label.observed.value : null },
  ];
  return parts.flatMap(({ name, value }) => (value === null ? [] : [{ name, value }]));
}

function occursWithin(stream: StreamNode, windows: readonly WindowNode[]): ValueNode | null {
  const values = windows.map(
    (window): ValueNode => ({ kind: "aggregate", aggregate: "occurs", stream, row: null, window }),
  );
  return values.reduce<ValueNode | null>(
    (left, right) => (left === null ? right : { kind: "either", left, right }),
    null,
  );
}

function windowsOf(value: ValueNode): readonly WindowNode[] {
  const windows = interned<WindowNode>();
  const visit = (node: ValueNode): void => {
    if (node.kind === "aggregate") windows.place(node.window);
    else operandsOf(node).forEach(visit);
  };
  visit(value);
  return windows.items;
}

/** The later edges of every window the label looks through. */
function endsOf(label: LabelNode): readonly Edge[] {
  const ends = interned<Edge>();
  for (const { value } of partsOf(label)) {
    for (const window of windowsOf(value)) {
      const extent = windowKind(window).extent(window);
      if (extent.kind === "span") ends.place(extent.high);
    }
  }
  return ends.items;
}

function instantOf(edge: Edge, t: number): number {
  if (edge.kind === "offset") return t + edge.micros;
  if (edge.kind === "always") return Number.NEGATIVE_INFINITY;
  const calendar = calendarOf(edge.unit, edge.zone);
  return edge.kind === "period"
    ? calendar.start(calendar.periodOf(t) - edge.back)
    : calendar.start(calendar.firstFrom(t) + edge.ahead);
}
