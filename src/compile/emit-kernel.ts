// The source of a whole kernel, put together from its walks and operations, and made into a function.

import { calendarOf, invariant, missingCode } from "../base/index.ts";
import { edgeNames } from "./emit-edges.ts";
import { codeOf, emitMatch } from "./emit-match.ts";
import { emitScan, indented, stateOfSlot } from "./emit-scan.ts";
import type { EntityHistory, EventColumns } from "./history.ts";
import type { RelatedValues, RequestValues } from "./kernel-types.ts";
import { isKnown } from "./layout.ts";
import { comment, numberLiteral, textLiteral } from "./literal.ts";
import { operationCalls, operationSource } from "./operations.ts";
import { compilePastDue } from "./past-due.ts";
import { isAggregate, type Plan, type Scan } from "./plan.ts";
import { knownAggregate } from "./plan-values.ts";
import { rowCalls } from "./rows/all.ts";

/** `known` is what the reader knows up to: t for features, the cut-off for labels. */
export type Evaluate = (
  history: EntityHistory,
  t: number,
  known: number,
  request: RequestValues,
  out: Float64Array,
  kinds: Uint8Array,
  offset: number,
  related?: RelatedValues,
) => void;

/** A JavaScript function body that takes `calls` and returns an `Evaluate`. */
export function kernelSource(plan: Plan): string {
  const edges = edgeNames(plan);
  const walks = plan.scans.map((scan, index) => {
    const plain = emitScan(plan, scan, `scan${index}`, "plain", edges);
    const exact = plain.mayFail ? emitScan(plan, scan, `scan${index}exact`, "limbs", edges).source : [];
    const match = scan.match === undefined ? [] : emitMatch(plan, scan.match, `match${index}`);
    return { scan, mayFail: plain.mayFail, source: [...plain.source, ...exact, ...match] };
  });
  return [
    '"use strict";',
    comment(`${plan.of.kind} ${plan.of.name} of ${plan.entity}`),
    `const { ${Object.keys(callsOf(plan)).join(", ")} } = calls;`,
    `const v = new Float64Array(${plan.steps.length}), k = new Uint8Array(${plan.steps.length});`,
    `const columns = [${plan.columns.map(({ step }) => step).join(", ")}];`,
    ...edges.prelude(),
    ...statePreludes(plan),
    ...walks.flatMap(({ source }) => source),
    "return function evaluate(history, t, known, request, out, kinds, offset, related) {",
    ...indented([
      ...(plan.links === undefined ? [] : ["if (related === undefined) noRelated();"]),
      ...edges.refresh(),
      ...emitEvents(plan),
      ...emitCalls(plan, walks),
      ...emitOperations(plan),
      ...emitColumns(),
    ]),
    "};",
    "",
  ].join("\n");
}

function statePreludes(plan: Plan): string[] {
  const modes = ["plain", "limbs"] as const;
  const preludes = plan.slots.flatMap((_, slot) =>
    modes.map((mode) => stateOfSlot(plan, slot).prelude?.(`s${slot}`, mode) ?? ""),
  );
  return [...new Set(preludes)].filter((line) => line !== "");
}

function emitEvents(plan: Plan): string[] {
  return plan.events.flatMap((event, index) => [
    `const e${index} = history.events[${textLiteral(event)}] ?? NO_ROWS;`,
    `const end${index} = ${plan.of.kind === "label" ? "rowsKnown" : "rowsBefore"}(e${index}, t, known);`,
    `const none${index} = anyKnown(e${index}, end${index}, known) ? ${numberLiteral(missingCode("empty window"))} : ${numberLiteral(missingCode("no history"))};`,
  ]);
}

function emitCalls(plan: Plan, walks: readonly { scan: Scan; mayFail: boolean }[]): string[] {
  return walks.map(({ scan: { event, match }, mayFail }, index) => {
    const e = plan.events.indexOf(event);
    // Where there is no parent at all, there is no history; where it has no rows, the window is empty.
    const p = match === undefined ? e : plan.events.indexOf(plan.streams[match.parent]!.event);
    const code = match === undefined ? "" : `, match${index}(e${p}, end${p}, t, known, e${e})`;
    const operands = `(e${e}, t, known, end${e}, none${p}, v, k${code})`;
    return mayFail ? `if (!scan${index}${operands}) scan${index}exact${operands};` : `scan${index}${operands};`;
  });
}

function emitOperations(plan: Plan): string[] {
  return plan.steps.flatMap((step, index) => (isAggregate(step) ? [] : [operationSource(step, index)]));
}

function emitColumns(): string[] {
  return [
    "for (let c = 0; c < columns.length; c++) {",
    "  const step = columns[c];",
    "  kinds[offset + c] = k[step];",
    "  out[offset + c] = k[step] === 0 ? v[step] + 0 : NaN;",
    "}",
  ];
}

// ---------------------------------------------------------------- what the source calls

type Calls = { readonly [name: string]: unknown };

function callsOf(plan: Plan): Calls {
  const ofStates = plan.slots.map((_, slot) => stateOfSlot(plan, slot).calls ?? {});
  const ofAggregates = plan.steps.map((step) =>
    isAggregate(step) ? (knownAggregate(step.aggregate).calls ?? {}) : {},
  );
  const passes = plan.steps.flatMap((step, index) =>
    step.kind === "daysPastDue" ? [[`pastDue${index}`, compilePastDue(step.rule)] as const] : [],
  );
  return Object.assign(
    Object.fromEntries(passes),
    { calendarOf, codeOf, firstFrom, rowsBefore, rowsKnown, anyKnown, noColumn, NO_ROWS },
    rowCalls,
    ...ofStates,
    ...ofAggregates,
    ...plan.steps.map((step) => (isAggregate(step) ? {} : operationCalls(step))),
    plan.links === undefined ? {} : { noRelated },
  ) as Calls;
}

/** Makes a kernel's function out of source: `kernelSource(plan)`, unless a test has put a fault into it. */
export function instantiate(plan: Plan, source: string): Evaluate {
  // Compiling source is what this room is for; nothing of a definition enters it but checked literals (see literal.ts).
  const make = new Function("calls", source) as (calls: Calls) => Evaluate;
  return make(callsOf(plan));
}

const NO_ROWS: EventColumns = Object.freeze({
  length: 0,
  at: new Float64Array(0),
  knownAt: new Float64Array(0),
  supersededAt: new Float64Array(0),
  retracted: new Uint8Array(0),
  prefixVisible: true,
  fields: Object.freeze({}),
  dictionaries: Object.freeze({}),
});

/** A type without rows has no columns; rows without a column the plan reads are not what `layOutHistory` makes. */
export function noColumn(columns: EventColumns, field: string): Float64Array {
  invariant(columns.length === 0, `${columns.length} rows without column "${field}"`);
  return NO_ROWS.at;
}

function noRelated(): never {
  invariant(false, "a kernel with links was asked without the values of who is linked: see evaluateWith");
}

/** How many of the first `end` instants of an ascending column lie before `instant`. */
export function firstFrom(column: Float64Array, end: number, instant: number): number {
  if (end === 0 || column[end - 1]! < instant) return end;
  let low = 0;
  let high = end - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[middle]! < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows before t; where visibility is a prefix, only those known. */
function rowsBefore(columns: EventColumns, t: number, known: number): number {
  return Math.min(firstFrom(columns.at, columns.length, t), rowsKnown(columns, t, known));
}

function rowsKnown(columns: EventColumns, _t: number, known: number): number {
  // The next instant after `known`: instants are whole.
  return columns.prefixVisible ? firstFrom(columns.knownAt, columns.length, known + 1) : columns.length;
}

function anyKnown(columns: EventColumns, end: number, known: number): boolean {
  if (columns.earlier) return true;
  if (columns.prefixVisible) return end > 0;
  for (let row = end - 1; row >= 0; row--) if (isKnown(columns, row, known)) return true;
  return false;
}
