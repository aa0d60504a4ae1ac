// Source of one walk over the rows of one event type, newest first. One loop per window carries what was kept from the loop
// before it; after each loop the window's aggregates are read. The function answers whether plain doubles were exact; where
// they were not, the kernel calls the same walk in limbs.

import { missingCode } from "../base/index.ts";
import type { AggregateParameters } from "../define/index.ts";
import type { Finalised } from "./aggregates/aggregate.ts";
import { stateNamed } from "./aggregates/all.ts";
import type { EdgeNames } from "./emit-edges.ts";
import { largestOf, prove, RowEmitter, type WalkNames, walkHead, walkNames } from "./emit-row.ts";
import { comment, numberLiteral } from "./literal.ts";
import type { AggregateStep, Plan, Scan, ScanWindow } from "./plan.ts";
import { knownAggregate } from "./plan-values.ts";
import { unitsOfScale } from "./row.ts";
import { depthOf } from "./rows/all.ts";
import type { Mode, State } from "./state/state.ts";
import { windowKind } from "./windows/all.ts";

/** The lists of a plan that rows are added by. */
export type Slots = Pick<Plan, "streams" | "rows" | "slots">;

export interface EmittedScan {
  readonly source: string[];
  /** False where plain doubles are always exact, so that no second walk is needed. */
  readonly mayFail: boolean;
}

export function emitScan(plan: Plan, scan: Scan, name: string, mode: Mode, edges: EdgeNames): EmittedScan {
  const names = walkNames(mode);
  const loops = scan.windows.flatMap((window, index) => emitWindow(plan, scan, index, window, names, edges));
  const slots = liveSlots(plan, scan, 0);
  const proofs = proofsOf(plan, slots, names);
  const lines = [
    "const at = e.at, knownAt = e.knownAt, supersededAt = e.supersededAt, retracted = e.retracted;",
    "const hidden = !e.prefixVisible;",
    ...walkHead(names),
    ...slots.map((slot) => stateOfSlot(plan, slot).begin(`s${slot}`, mode)),
    scan.last === null ? "" : "let taken = 0;",
    `const top = firstFrom(at, end, ${edges.source(scan.high)}) - 1;`,
    scan.match === undefined ? "let i = top;" : "let i = code < 0 ? -1 : top;",
    ...loops,
    `return ${proofs.length === 0 ? "true" : proofs.join(" && ")};`,
  ].filter((line) => line !== "");
  return {
    source: [
      `function ${name}(e, t, known, end, none, v, k${scan.match === undefined ? "" : ", code"}) {`,
      ...indented(lines),
      "}",
    ],
    mayFail: proofs.length > 0,
  };
}

/** Conditions under which plain doubles were exact. */
export function proofsOf(plan: Slots, slots: readonly number[], { mode, proofs }: WalkNames): string[] {
  if (mode === "limbs") return [];
  const watched = [...proofs.values()].flatMap((conditions) => [...conditions]);
  const proven = slots.flatMap((slot) => stateOfSlot(plan, slot).provenBy?.(`s${slot}`) ?? []);
  return [...new Set([...watched, ...proven])];
}

export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function emitWindow(
  plan: Plan,
  scan: Scan,
  index: number,
  window: ScanWindow,
  names: WalkNames,
  edges: EdgeNames,
): string[] {
  const slots = liveSlots(plan, scan, index);
  const { low, more, head } = windowLoop(plan, scan, index, edges);
  return [
    ...head,
    `for (; ${["i >= 0", ...more, ...(low === null ? [] : [`at[i] >= ${low}`])].join(" && ")}; i--) {`,
    ...indented(emitBody(plan, scan, slots, names)),
    "}",
    ...window.reads.map((step) => emitRead(plan, step, names.mode)),
  ];
}

/** What a window's loop goes by: its earlier edge, if it has one, and what else must hold for it to go on. */
export function windowLoop(plan: Plan, scan: Scan, index: number, edges: EdgeNames) {
  const { until, window } = scan.windows[index]!;
  const settled = settledCondition(plan, liveSlots(plan, scan, index));
  const low = until.kind === "events" || until.low.kind === "always" ? null : `low${index}`;
  const taken = until.kind === "events" ? [`taken < ${(scan.last?.skip ?? 0) + until.count}`] : [];
  const more = [...taken, ...(settled === null ? [] : [`!(${settled})`])];
  const edge = low === null || until.kind === "events" ? [] : [`const ${low} = ${edges.source(until.low)};`];
  return { low, more, head: [comment(windowKind(window).sentence(window)), ...edge] };
}

/** Slots still kept from this window on: those that it or a longer one reads. */
export function liveSlots(plan: Plan, scan: Scan, from: number): number[] {
  const read = scan.windows
    .slice(from)
    .flatMap(({ reads }) => reads.flatMap((step) => aggregateStep(plan, step).slots));
  return [...new Set(read)].sort((a, b) => a - b);
}

function aggregateStep(plan: Plan, index: number): AggregateStep {
  return plan.steps[index] as AggregateStep;
}

/** Once every slot is settled, older rows cannot matter. */
function settledCondition(plan: Plan, slots: readonly number[]): string | null {
  const conditions = slots.map((slot) => stateOfSlot(plan, slot).settled?.(`s${slot}`, parametersOf(plan, slot)));
  return conditions.length === 0 || conditions.includes(undefined) ? null : conditions.join(" && ");
}

export function stateOfSlot(plan: Slots, slot: number): State {
  return stateNamed(plan.slots[slot]!.state);
}

function parametersOf(plan: Slots, slot: number): AggregateParameters {
  return plan.slots[slot]!.parameters ?? {};
}

function addition(plan: Slots, slot: number, value: string, mode: Mode): string {
  return stateOfSlot(plan, slot).add(`s${slot}`, rowSource(value), mode, parametersOf(plan, slot));
}

// ---------------------------------------------------------------- one row

export function emitBody(
  plan: Slots,
  scan: Pick<Scan, "last" | "match">,
  slots: readonly number[],
  names: WalkNames,
): string[] {
  const row = new RowEmitter(names);
  const lines = ["if (hidden && (knownAt[i] > known || supersededAt[i] <= known || retracted[i] !== 0)) continue;"];
  if (scan.match !== undefined) lines.push(`if (${row.column(scan.match.childField)}[i] !== code) continue;`);
  if (scan.last !== null) lines.push(...emitTaking(plan, scan.last, row));
  const groups = Map.groupBy(slots, (slot) => plan.slots[slot]!.stream);
  const additions = [...groups].flatMap(([stream, ofStream]) => {
    const added = emitAdditions(plan, ofStream, row, names);
    const filter = scan.last === null ? plan.streams[stream]!.filter : null;
    return filter === null ? added : [`if (${row.passes(filter)}) {`, ...indented(added), "}"];
  });
  return [...lines, ...row.lines, ...additions];
}

function emitTaking(plan: Slots, last: NonNullable<Scan["last"]>, row: RowEmitter): string[] {
  const { filter } = plan.streams[last.stream]!;
  const condition = filter === null ? [] : [`if (!${row.passes(filter)}) continue;`];
  // What the filter reads comes before it; what the slots read is emitted after.
  const reads = row.lines.splice(0);
  return [...reads, ...condition, "taken++;", ...(last.skip === 0 ? [] : [`if (taken <= ${last.skip}) continue;`])];
}

function emitAdditions(plan: Slots, slots: readonly number[], row: RowEmitter, names: WalkNames): string[] {
  const groups = Map.groupBy(slots, (slot) => plan.slots[slot]!.row);
  return [...groups].flatMap(([place, ofRow]) => {
    if (place === null) return ofRow.map((slot) => addition(plan, slot, "NaN", names.mode));
    const { row: expression } = plan.rows[place]!;
    const value = row.value(expression);
    for (const slot of ofRow) noteProof(stateOfSlot(plan, slot), value, depthOf(expression), names, row);
    const additions = ofRow.map((slot) => addition(plan, slot, value, names.mode));
    return [`if (${value} === ${value}) {`, ...indented(additions), "}"];
  });
}

function rowSource(value: string) {
  return { value, high: `${value}h`, low: `${value}l`, at: "at[i]" };
}

function noteProof(state: State, value: string, depth: number, names: WalkNames, row: RowEmitter): void {
  if (names.mode === "limbs") return;
  if (state.exactWhile !== undefined) {
    prove(names, value, state.exactWhile(largestOf(value), "(top - i)"));
    row.watch(value);
  }
  if (state.tellsApart === true && depth > 0) row.mustBeExact(value);
}

// ---------------------------------------------------------------- one value

export function emitRead(plan: Plan, index: number, mode: Mode): string {
  const step = aggregateStep(plan, index);
  const aggregate = knownAggregate(step.aggregate);
  const states = step.slots.map((slot) => stateOfSlot(plan, slot).read(`s${slot}`, mode, parametersOf(plan, slot)));
  const scale = step.row === null ? 0 : plan.rows[step.row]!.scale;
  return assignment(index, aggregate.finalise(states, unitsOfScale(scale), step.parameters ?? {}));
}

function assignment(index: number, { absent, value }: Finalised): string {
  const missing = absent.map(({ when, kind }) => {
    const code = kind === "nothing" || kind === "too few" ? "none" : numberLiteral(missingCode(kind));
    return `if (${when}) k[${index}] = ${code}; else `;
  });
  const present = `k[${index}] = 0; v[${index}] = ${value};`;
  return missing.length === 0 ? present : `${missing.join("")}{ ${present} }`;
}
