// Kernels over blocks against kernels over rows and the naive twin: random definitions and histories, blocks of 1 to 9 rows,
// every value bit for bit. Rows that were not needed are garbage here, so whoever reads one is found out.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type BlockTeller,
  blockLayouts,
  compileTeller,
  type EntityHistory,
  type EventColumns,
  evaluateWith,
  type HistoryEvent,
  isPlan,
  kernelOfPlan,
  kernelSource,
  layOutHistory,
  planFeatures,
  shownFrom,
} from "../../src/compile/index.ts";
import type { FeatureSetNode } from "../../src/define/index.ts";
import { type SceneDrawn, scenes } from "./compare.ts";
import { featureSet, featureValues, request } from "./random-definitions.ts";
import { schema } from "./random-histories.ts";

const runs = Number(process.env["ASSAY_PARITY_RUNS"] ?? 120);
const seed = process.env["ASSAY_PARITY_SEED"];
const repeat = seed === undefined ? {} : { seed: Number(seed) };

interface Counted {
  blocks: number;
  needed: number;
}

/** Rows in memory, cut into blocks of `rowsEach`, the newest shorter; told by all the tellers given, but for that one. */
function inBlocks(columns: EventColumns, tellers: readonly BlockTeller[], rowsEach: number): EventColumns {
  const { length, at } = columns;
  const count = Math.ceil(length / rowsEach);
  const bounds = new Float64Array(4 * count + 1);
  for (let block = 0; block < count; block++) {
    const [from, to] = [block * rowsEach, Math.min((block + 1) * rowsEach, length)];
    bounds.set([from, at[from]!, at[to - 1]!, shownFrom(columns, from, to)], 4 * block);
  }
  bounds[4 * count] = length;
  const numbers = new Map(tellers.map((teller) => [teller.hash, numbersOf(teller, columns, bounds, rowsEach)]));
  const told = (hash: string): Float64Array => numbers.get(hash) ?? NONE;
  return { ...columns, prefixVisible: false, blocks: { count, bounds, rows: columns, need: () => {}, told } };
}

/** Of the blocks that are full. */
function numbersOf({ width, tell }: BlockTeller, columns: EventColumns, bounds: Float64Array, rowsEach: number) {
  const numbers = new Float64Array(width * Math.floor(columns.length / rowsEach));
  for (let block = 0; block * width < numbers.length; block++) {
    if (bounds[4 * block + 3] === Number.POSITIVE_INFINITY) continue;
    tell(columns, bounds[4 * block]!, bounds[4 * block + 4]!, numbers, block * width);
  }
  return numbers;
}

const NONE = new Float64Array(0);

/** The same rows, unreadable until their block is needed. */
function packed(columns: EventColumns, counted: Counted): EventColumns {
  const blocks = columns.blocks!;
  const { rows, bounds, count } = blocks;
  const garbage = (column: Float64Array) => new Float64Array(column.length).fill(-7);
  const fields = Object.fromEntries(Object.entries(rows.fields).map(([name, column]) => [name, garbage(column)]));
  const lent = { at: garbage(rows.at), knownAt: garbage(rows.knownAt), supersededAt: garbage(rows.supersededAt) };
  const unread = { ...rows, ...lent, retracted: new Uint8Array(rows.length).fill(1), fields };
  const needed = new Set<number>();
  counted.blocks += count;
  const need = (block: number): void => {
    if (needed.has(block)) return;
    needed.add(block);
    counted.needed++;
    for (let row = bounds[4 * block]!; row < bounds[4 * block + 4]!; row++) {
      for (const name of ["at", "knownAt", "supersededAt", "retracted"] as const) unread[name][row] = rows[name][row]!;
      for (const [name, column] of Object.entries(fields)) column[row] = rows.fields[name]![row]!;
    }
  };
  return { ...columns, blocks: { ...blocks, rows: unread, need } };
}

/** The first value that blocks change. */
function firstChange(
  set: FeatureSetNode,
  scene: SceneDrawn,
  rowsEach: number,
  counted: Counted = { blocks: 0, needed: 0 },
  spoil: (source: string) => string = (source) => source,
): string | null {
  const plan = planFeatures(set, schema, request);
  if (!isPlan(plan)) throw new Error(plan[0]!.rule);
  const plain = kernelOfPlan(plan, kernelSource(plan), "");
  const kernel = kernelOfPlan(plan, spoil(kernelSource(plan)), "");
  const tellers = blockLayouts(plan).map(compileTeller);
  const width = kernel.columns.length;
  const [rows, blocks] = [new Float64Array(width), new Float64Array(width)];
  const [rowKinds, blockKinds] = [new Uint8Array(width), new Uint8Array(width)];
  for (const events of scene.histories) {
    const history = layOutHistory("borrower-1", events, schema);
    const historyOf = (_: string, id: string) => layOutHistory(id, scene.merchants.get(id) ?? [], schema);
    for (const t of scene.instants) {
      const cut = Object.entries(history.events).map(([event, columns]) => {
        const ofEvent = tellers.filter((teller) => teller.event === event);
        return [event, packed(inBlocks(columns, ofEvent, rowsEach), counted)];
      });
      const inPieces: EntityHistory = { ...history, events: Object.fromEntries(cut) };
      evaluateWith(plain, history, t, scene.asked, historyOf, rows, rowKinds, 0);
      evaluateWith(kernel, inPieces, t, scene.asked, historyOf, blocks, blockKinds, 0);
      for (const [place, name] of kernel.columns.entries()) {
        if (Object.is(rows[place], blocks[place]) && rowKinds[place] === blockKinds[place]) continue;
        const said = `${blocks[place]} (${blockKinds[place]}) by blocks of ${rowsEach}, ${rows[place]} (${rowKinds[place]}) by rows`;
        return `${name} at ${t}: ${said}: ${JSON.stringify(set.features[place])}`;
      }
    }
  }
  return null;
}

const drawn = fc.array(featureValues, { minLength: 12, maxLength: 30, size: "max" });

test("blocks of any size change no value", { timeout: 60_000 + 100 * runs }, () => {
  const counted = { blocks: 0, needed: 0 };
  const property = fc.property(drawn, scenes, fc.integer({ min: 1, max: 9 }), (values, scene, rowsEach) => {
    expect(firstChange(featureSet(values), scene, rowsEach, counted)).toBeNull();
  });
  fc.assert(property, { numRuns: runs, ...repeat });
  expect(counted.needed).toBeLessThan(counted.blocks);
});

const faults: readonly { readonly name: string; readonly source: (source: string) => string }[] = [
  {
    name: "a block at a window's edge is taken whole",
    source: (source) => source.replaceAll(/ && bounds\[4 \* b \+ 1\] >= low\d+\)/g, ")"),
  },
  {
    name: "a block is taken before all of it is known",
    source: (source) => source.replaceAll("&& bounds[4 * b + 3] <= known", ""),
  },
  {
    name: "a block is taken from its middle",
    source: (source) => source.replaceAll("i === bounds[4 * b + 4] - 1 && ", ""),
  },
  {
    name: "rows of an unproven block are taken to show",
    source: (source) => source.replaceAll("bounds[4 * b + 3] > known", "false"),
  },
  {
    name: "the block before is told",
    source: (source) => source.replaceAll("const o = b * ", "const o = Math.max(b - 1, 0) * "),
  },
  { name: "rows are read unasked", source: (source) => source.replaceAll("blocks.need(b);", "") },
  {
    name: "what blocks watched is forgotten",
    source: (source) => source.replaceAll(/if \(told\[o \+ \d+\] > x\d+max\) .*/g, ""),
  },
];
const cases = fc.sample(fc.tuple(drawn, scenes, fc.integer({ min: 1, max: 4 })), { numRuns: 120, seed: 7 });

for (const { name, source } of faults) {
  test(`noticed: ${name}`, () => {
    const noticed = cases.some(
      ([values, scene, rowsEach]) => firstChange(featureSet(values), scene, rowsEach, undefined, source) !== null,
    );
    expect(noticed).toBe(true);
  });
}

test("noticed: more texts than a block can tell are left out", () => {
  const events = Array.from({ length: 200 }, (_, i): HistoryEvent => {
    const of = { event: "purchase", entity: "borrower-1", source: "core", eventId: `e${i}`, seq: null } as const;
    const fields = { amount: null, memo: `memo ${i}`, shop: "s", when: i, taste: null };
    return { ...of, at: i, knownAt: i, retracted: false, fields };
  });
  const stream = { kind: "stream", event: "purchase", entity: "borrower", filter: null } as const;
  const row = { kind: "field", field: "memo", type: { kind: "text" } } as const;
  const set = featureSet([{ kind: "aggregate", aggregate: "distinct", stream, row, window: { kind: "ever" } }]);
  const scene = { histories: [events], merchants: new Map(), instants: [70, 150, 300], asked: {} };
  expect(firstChange(set, scene, 5)).toBeNull();
  const spoil = (source: string) => source.replaceAll(/if \(told\[o \+ \d+\] !== 0\) \{/g, "if (false) {");
  expect(firstChange(set, scene, 5, undefined, spoil)).toContain("by blocks of 5");
});
