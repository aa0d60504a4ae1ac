// Source of the walks that pass over blocks, and of what tells a block. Such a walk goes block by block, newest first: where
// the whole block lies in the window and every row of it shows, it adds the numbers told of it; where nothing is told, or a
// state cannot be told by numbers, it reads the rows. What was watched in rows is among the numbers, so the proof that plain
// doubles were exact covers rows that nobody read.

import { invariant } from "../base/index.ts";
import { type BlockLayout, passesBlocks, slotKey, summaryOf } from "./block-layout.ts";
import type { EdgeNames } from "./emit-edges.ts";
import { largestOf, type WalkNames, walkHead, walkNames } from "./emit-row.ts";
import {
  type EmittedScan,
  emitBody,
  emitRead,
  indented,
  liveSlots,
  proofsOf,
  type Slots,
  stateOfSlot,
  windowLoop,
} from "./emit-scan.ts";
import { textLiteral } from "./literal.ts";
import type { Plan, Scan } from "./plan.ts";

/** Where the numbers of one block stand. */
export interface BlockPlaces {
  /** How many numbers a block has. */
  readonly width: number;
  /** By `slotKey`. */
  readonly slots: ReadonlyMap<string, number>;
  /** The largest magnitude of a row expression, by its canonical JSON. */
  readonly largest: ReadonlyMap<string, number>;
}

export interface Telling {
  readonly source: string[];
  readonly places: BlockPlaces;
  /** Fields it reads. */
  readonly fields: readonly string[];
}

const COLUMNS = "const at = e.at, knownAt = e.knownAt, supersededAt = e.supersededAt, retracted = e.retracted;";
const EVERY_ROW = { last: null };

// ---------------------------------------------------------------- telling a block

/** `(columns, from, to, numbers, place) → void`: tells rows [from, to), each of which shows. */
export function emitTelling(layout: BlockLayout): Telling {
  const names = walkNames("plain", "rows");
  const slots = [...layout.slots.keys()];
  const body = emitBody(layout, EVERY_ROW, slots, names);
  const states = slots.map((slot) => stateOfSlot(layout, slot));
  const watched = watchedRows(names);
  const numbers = [
    ...states.flatMap((state, slot) => state.summary!.of(`s${slot}`)),
    ...[...watched.values()].map(largestOf),
  ];
  const source = [
    ...new Set(states.map((state, slot) => state.prelude?.(`s${slot}`, "plain") ?? "")),
    "return function tell(e, from, to, out, o) {",
    ...indented([
      COLUMNS,
      "const hidden = false, known = 0;",
      ...walkHead(names),
      ...states.map((state, slot) => state.begin(`s${slot}`, "plain")),
      "for (let i = to - 1; i >= from; i--) {",
      ...indented(body),
      "}",
      ...numbers.map((number, place) => `out[o + ${place}] = ${number};`),
    ]),
    "};",
  ];
  const fields = [...new Set([...names.columns.keys(), ...names.texts.keys()])];
  return { source, places: placesOf(layout, [...watched.keys()]), fields };
}

function placesOf(layout: BlockLayout, watched: readonly string[]): BlockPlaces {
  const slots = new Map<string, number>();
  let width = 0;
  for (const [slot, one] of layout.slots.entries()) {
    slots.set(slotKey(layout, slot), width);
    width += summaryOf(one)!.width;
  }
  const largest = new Map(watched.map((row) => [row, width++]));
  return { width, slots, largest };
}

/** Row expressions that are watched, by their canonical JSON, and their names. */
function watchedRows({ values, proofs }: WalkNames): Map<string, string> {
  return new Map([...values].filter(([, name]) => proofs.has(name)));
}

// ---------------------------------------------------------------- a walk

export interface Told {
  readonly hash: string;
  readonly places: BlockPlaces;
}

/** The walk of a plan whose slots are those in blocks; `told` where something is told of its event. */
export function emitBlockScan(plan: Plan, scan: Scan, name: string, edges: EdgeNames, told?: Told): EmittedScan {
  invariant(scan.match === undefined, "a walk by a text reads all rows");
  const names = walkNames("plain", "rows");
  const jumps = passesBlocks(scan) ? told : undefined;
  const loops = scan.windows.flatMap((_, index) => emitWindow(plan, scan, index, names, edges, jumps));
  const slots = liveSlots(plan, scan, 0);
  const proofs = proofsOf(plan, slots, names);
  const lines = [
    "const blocks = whole.blocks, e = blocks.rows, bounds = blocks.bounds;",
    COLUMNS,
    ...(jumps === undefined
      ? []
      : [`const told = blocks.told(${textLiteral(jumps.hash)}), toldBlocks = told.length / ${jumps.places.width};`]),
    "let hidden = true;",
    ...walkHead(names),
    ...slots.map((slot) => stateOfSlot(plan, slot).begin(`s${slot}`, "plain")),
    ...(scan.last === null ? [] : ["let taken = 0;"]),
    `const top = firstInBlocks(blocks, end, ${edges.source(scan.high)}) - 1;`,
    "let i = top, b = blockOf(blocks, top);",
    ...loops,
    `return ${proofs.length === 0 ? "true" : proofs.join(" && ")};`,
  ];
  const source = [`function ${name}(whole, t, known, end, none, v, k) {`, ...indented(lines), "}"];
  return { source, mayFail: proofs.length > 0 };
}

function emitWindow(
  plan: Plan,
  scan: Scan,
  index: number,
  names: WalkNames,
  edges: EdgeNames,
  told: Told | undefined,
): string[] {
  const slots = liveSlots(plan, scan, index);
  const { low, more, head } = windowLoop(plan, scan, index, edges);
  const within = low === null ? [] : [`at[i] >= ${low}`];
  // Rows first: what they watch is known by then.
  const body = emitBody(plan, scan, slots, names);
  const passing = told === undefined ? [] : emitPassing(plan, slots, names, told, low);
  return [
    ...head,
    `while (${["i >= 0", ...more].join(" && ")}) {`,
    ...indented([
      ...passing,
      "blocks.need(b);",
      "hidden = bounds[4 * b + 3] > known;",
      "const bottom = bounds[4 * b];",
      `for (; ${["i >= bottom", ...more, ...within].join(" && ")}; i--) {`,
      ...indented(body),
      "}",
      "if (i >= bottom) break;",
      "b--;",
    ]),
    "}",
    ...scan.windows[index]!.reads.map((step) => emitRead(plan, step, names.mode)),
  ];
}

/** Adds a whole block and goes on before it. */
function emitPassing(
  plan: Slots,
  slots: readonly number[],
  names: WalkNames,
  { places }: Told,
  low: string | null,
): string[] {
  const conditions = ["b < toldBlocks", "i === bounds[4 * b + 4] - 1", "bounds[4 * b + 3] <= known"];
  if (low !== null) conditions.push(`bounds[4 * b + 1] >= ${low}`);
  const placeOf = (slot: number) => places.slots.get(slotKey(plan, slot));
  const [told, untold] = [
    slots.filter((slot) => placeOf(slot) !== undefined),
    slots.filter((slot) => placeOf(slot) === undefined),
  ];
  if (told.length === 0) return [];
  const largest = [...watchedRows(names)].flatMap(([row, name]) => {
    const place = places.largest.get(row);
    return place === undefined
      ? []
      : [`if (${numberAt(place)} > ${largestOf(name)}) ${largestOf(name)} = ${numberAt(place)};`];
  });
  return [
    `if (${conditions.join(" && ")}) {`,
    ...indented([
      `const o = b * ${places.width};`,
      ...largest,
      ...told.flatMap((slot) => emitTold(plan, slot, placeOf(slot)!, names)),
      ...(untold.length === 0 ? [] : emitRows(plan, untold, names)),
      "i = bounds[4 * b] - 1; b--;",
      "continue;",
    ]),
    "}",
  ];
}

function emitTold(plan: Slots, slot: number, place: number, names: WalkNames): string[] {
  const summary = summaryOf(plan.slots[slot]!)!;
  const read = (number: number): string => numberAt(place + number);
  const merge = summary.merge(`s${slot}`, read, "plain");
  const untold = summary.untold?.(read);
  if (untold === undefined) return [merge];
  return [`if (${untold}) {`, ...indented(emitRows(plan, [slot], names)), "} else {", ...indented([merge]), "}"];
}

/** Adds a block's rows to some slots only. */
function emitRows(plan: Slots, slots: readonly number[], names: WalkNames): string[] {
  return [
    "blocks.need(b);",
    "hidden = false;",
    "for (let i = bounds[4 * b + 4] - 1, bottom = bounds[4 * b]; i >= bottom; i--) {",
    ...indented(emitBody(plan, EVERY_ROW, slots, names)),
    "}",
  ];
}

function numberAt(place: number): string {
  return `told[o + ${place}]`;
}
