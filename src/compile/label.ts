// A label to the function that judges one row: what happened after t, as far as it is known at a cut-off. Its aggregates run
// on the same compiled walks as features; only the judgement is here.
//
// The order of judgement keeps goods and bads comparable. What never belonged is out before anything else. While the window is
// open (or has not matured) the row is "immature" even where something bad is known already, for else early rows would hold
// bads and no goods. After that a bad is a bad whatever else happened; an unclear outcome, an ending and a lack of proof
// follow. Good is what is left: never without proof.

import { AssayError, type Problem } from "../base/index.ts";
import {
  endingsOf,
  type LabelNode,
  partsOf,
  type StreamNode,
  type ValueNode,
  type WindowNode,
} from "../define/index.ts";
import { checkLabel } from "./check-definition.ts";
import { edgeInstant } from "./edge-instant.ts";
import { instantiate, kernelSource } from "./emit-kernel.ts";
import type { EntityHistory, HistorySchema } from "./history.ts";
import { interned } from "./interning.ts";
import type { Plan } from "./plan.ts";
import { type NamedValue, planValues } from "./plan-values.ts";
import { windowKind } from "./windows/all.ts";
import { type Edge, NOW } from "./windows/window.ts";

export interface LabelOutcome {
  /** 1 bad, 0 good; null where the row has no outcome to learn from. */
  readonly value: 0 | 1 | null;
  readonly status: "good" | "bad" | "indeterminate" | "censored" | "excluded" | "notObserved" | "immature";
  /** The name of the exclusion or of the ending, where it has one. */
  readonly reason: string | null;
}

/** `(history, t, cut-off)`: events known at the cut-off count, others do not exist yet. */
export type CompiledLabel = (history: EntityHistory, t: number, cutOff: number) => LabelOutcome;

const outcome = (status: LabelOutcome["status"], reason: string | null = null): LabelOutcome =>
  Object.freeze({ value: status === "good" ? 0 : status === "bad" ? 1 : null, status, reason });

const outcomes = {
  good: outcome("good"),
  bad: outcome("bad"),
  indeterminate: outcome("indeterminate"),
  notObserved: outcome("notObserved"),
  immature: outcome("immature"),
};

function planLabel(label: LabelNode, schema: HistorySchema): Plan | Problem[] {
  const found = checkLabel(label, schema);
  if (found.length > 0) return found;
  return planValues({ kind: "label", name: label.name }, label.entity, namedParts(label), schema);
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
  const [bad, unclear, observed] = [place("bad"), place("unclear"), place("observed")];
  const excluded = columnsFrom(plan, "exclude.", "excluded");
  const ended = columnsFrom(plan, "ended.", "censored");
  const holds = (column: number): boolean => column >= 0 && kinds[column] === 0 && out[column] !== 0;
  const firstOf = (columns: readonly NamedColumn[]) => columns.find(({ column }) => holds(column))?.outcome;
  return (history, t, cutOff) => {
    const open = ends.some((edge) => edgeInstant(edge, t) + after > cutOff);
    if (open && excluded.length === 0) return outcomes.immature;
    evaluate(history, t, cutOff, {}, out, kinds, 0);
    const exclusion = firstOf(excluded);
    if (exclusion !== undefined) return exclusion;
    if (open) return outcomes.immature;
    if (holds(bad)) return outcomes.bad;
    if (holds(unclear)) return outcomes.indeterminate;
    const ending = firstOf(ended);
    if (ending !== undefined) return ending;
    // What cannot be told is not shown to be good.
    if (kinds[bad] !== 0 || (unclear >= 0 && kinds[unclear] !== 0)) return outcomes.notObserved;
    return observed < 0 || holds(observed) ? outcomes.good : outcomes.notObserved;
  };
}

interface NamedColumn {
  readonly column: number;
  readonly outcome: LabelOutcome;
}

function columnsFrom(plan: Plan, prefix: string, status: LabelOutcome["status"]): NamedColumn[] {
  return plan.columns.flatMap(({ name }, column) => {
    if (!name.startsWith(prefix)) return [];
    const reason = name.slice(prefix.length);
    return [{ column, outcome: outcome(status, reason === "" ? null : reason) }];
  });
}

function namedParts(label: LabelNode): NamedValue[] {
  const windows = windowsOf(label.bad);
  const parts: { name: string; value: ValueNode | null }[] = [
    { name: "bad", value: label.bad },
    { name: "unclear", value: label.unclear },
    ...(label.exclude ?? []).map(({ name, value }) => ({ name: `exclude.${name}`, value })),
    ...endingsOf(label).map(({ name, stream }) => ({
      name: `ended.${name ?? ""}`,
      value: occursWithin(stream, windows),
    })),
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
    else if (node.kind === "daysPastDue") windows.place(node.window ?? { kind: "ever" });
    else partsOf(node).forEach(visit);
  };
  visit(value);
  return windows.items;
}

/** The later edges of every window the label looks ahead through. */
function endsOf(label: LabelNode): readonly Edge[] {
  const ends = interned<Edge>();
  for (const { value } of namedParts(label)) {
    for (const window of windowsOf(value)) {
      const kind = windowKind(window);
      const extent = kind.extent(window);
      if (extent.kind === "span") ends.place(kind.looks === "ahead" ? extent.high : NOW);
    }
  }
  return ends.items;
}
