// What is told of a block of rows, so that a plan's walks can add it without reading them: the states of a plan over one event
// type that can tell a block by a few numbers. Frozen data with a hash, because a store keeps such numbers by layout and plans
// made later must find theirs.

import { canonicalJson, hashJson } from "../base/index.ts";
import { stateNamed } from "./aggregates/all.ts";
import { frozen, interned } from "./interning.ts";
import { isAggregate, type Plan, type PlannedRow, type PlannedStream, type Scan, type Slot } from "./plan.ts";
import type { State, Summary } from "./state/state.ts";

export interface BlockLayout {
  readonly format: "assay.blocks";
  readonly version: 1;
  readonly semantics: Plan["semantics"];
  readonly event: string;
  readonly streams: readonly PlannedStream[];
  readonly rows: readonly PlannedRow[];
  readonly slots: readonly Slot[];
}

/** The plan with those states in its slots that walk over blocks. */
export function planInBlocks(plan: Plan): Plan {
  return { ...plan, slots: plan.slots.map((slot) => ({ ...slot, state: inBlocks(stateNamed(slot.state)).name })) };
}

function inBlocks(state: State): State {
  return state.inBlocks ?? state;
}

/** Whether a walk can pass over blocks: what counts rows, or picks them by a text, cannot. */
export function passesBlocks({ last, match }: Scan): boolean {
  return last === null && match === undefined;
}

/** One per event type of which something can be told, in the order of their names. */
export function blockLayouts(plan: Plan): BlockLayout[] {
  const within = planInBlocks(plan);
  return plan.events.flatMap((event) => {
    const slots = toldSlots(within, event);
    return slots.length === 0 ? [] : [layoutOfSlots(within, event, slots)];
  });
}

export function blockLayoutHash(layout: BlockLayout): string {
  return hashJson(layout);
}

function toldSlots(plan: Plan, event: string): number[] {
  const scans = plan.scans.filter((scan) => scan.event === event && passesBlocks(scan));
  const read = scans.flatMap(({ windows }) => windows.flatMap(({ reads }) => reads));
  const slots = read.flatMap((index) => {
    const step = plan.steps[index]!;
    return isAggregate(step) ? step.slots : [];
  });
  return [...new Set(slots)].filter((slot) => summaryOf(plan.slots[slot]!) !== undefined).sort((a, b) => a - b);
}

export function summaryOf({ state }: Slot): Summary | undefined {
  return stateNamed(state).summary;
}

function layoutOfSlots(plan: Plan, event: string, places: readonly number[]): BlockLayout {
  const [streams, rows, slots] = [interned<PlannedStream>(), interned<PlannedRow>(), interned<Slot>()];
  for (const place of places) {
    const { stream, row, ...rest } = plan.slots[place]!;
    const ownStream = streams.place(plan.streams[stream]!);
    slots.place({ ...rest, stream: ownStream, row: row === null ? null : rows.place(plan.rows[row]!) });
  }
  const { semantics } = plan;
  const lists = { streams: streams.items, rows: rows.items, slots: slots.items };
  return frozen({ format: "assay.blocks", version: 1, semantics, event, ...lists });
}

/** What a slot keeps, whatever the plan or layout it is in. */
export function slotKey(plan: Pick<Plan, "streams" | "rows" | "slots">, slot: number): string {
  const { stream, row, ...rest } = plan.slots[slot]!;
  return canonicalJson([plan.streams[stream], row === null ? null : plan.rows[row], rest]);
}
