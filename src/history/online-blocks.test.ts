// What is told of blocks lies on disk beside the chunks, and its layouts in the store's list: both are held by a golden file.
// A change of either needs another version, and a reader for the old.

import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { blockLayoutHash, blockLayouts, compileTeller, isPlan, layOutHistory, planFeatures } from "../compile/index.ts";
import type { FeatureSetNode, ValueNode } from "../define/index.ts";
import { purchaseEvent, removeTemporaryFolders, schema, temporaryFolder } from "./fixture.ts";
import { ToldView, writeToldBlocks } from "./online-blocks.ts";
import { viewsOf } from "./online-column.ts";
import { openEnvironment } from "./online-environment.ts";
import { openOnlineStore } from "./online-store.ts";

afterAll(removeTemporaryFolders);

const golden = JSON.parse(readFileSync(new URL("golden/told-blocks-1.json", import.meta.url), "utf8")) as {
  readonly layout: Parameters<typeof blockLayoutHash>[0];
  readonly hash: string;
  readonly bytes: string;
};

const DAY = 86_400_000_000;
const stream = { kind: "stream", event: "purchase", entity: "borrower", filter: null } as const;
const amount = { kind: "field", field: "amount", type: { kind: "money", currency: "USD", scale: 2 } } as const;
const merchant = { kind: "field", field: "merchant", type: { kind: "ref", entity: "merchant" } } as const;
const window = { kind: "fixed", micros: 30 * DAY, skipMicros: 0 } as const;
const values: readonly ValueNode[] = [
  { kind: "aggregate", aggregate: "count", stream, row: null, window },
  { kind: "aggregate", aggregate: "stddev", stream, row: amount, window },
  { kind: "aggregate", aggregate: "latest", stream, row: amount, window },
  { kind: "aggregate", aggregate: "distinct", stream, row: merchant, window },
];
const set: FeatureSetNode = {
  kind: "features",
  name: "golden",
  entity: "borrower",
  features: values.map((value, i) => ({
    name: `v${i}`,
    feature: { value, unit: { kind: "number" }, missing: [], worse: null },
  })),
};

function plannedLayout() {
  const plan = planFeatures(set, schema);
  if (!isPlan(plan)) throw new Error(plan[0]!.rule);
  return blockLayouts(plan)[0]!;
}

function toldBytes(): Buffer {
  const rows = Array.from({ length: 7 }, (_, i) => purchaseEvent("ann", `p${i}`, i * DAY));
  const columns = layOutHistory("ann", rows, schema).events["purchase"]!;
  const teller = compileTeller(golden.layout);
  const numbers = new Float64Array(2 * teller.width);
  teller.tell(columns, 0, 3, numbers, 0);
  teller.tell(columns, 3, 7, numbers, teller.width);
  const bounds = [
    { rows: 3, leastAt: 0, greatestAt: 2 * DAY, shownFrom: 2 * DAY },
    { rows: 4, leastAt: 3 * DAY, greatestAt: 6 * DAY, shownFrom: Number.POSITIVE_INFINITY },
  ];
  const chunk = (number: number, block: number) => {
    return { chunk: number, layoutId: 3, chained: number > 4, handsOn: true, blocks: [bounds[block]!] };
  };
  return writeToldBlocks([chunk(4, 0), chunk(9, 1)], [{ layout: 2, width: teller.width, numbers }]);
}

function viewOf(bytes: Uint8Array): ToldView {
  const views = viewsOf(new ArrayBuffer((bytes.length + 7) & -8));
  views.bytes.set(bytes);
  return new ToldView(views, 0);
}

test("a layout of blocks is version 1, and found again by its hash", () => {
  expect(plannedLayout()).toEqual(golden.layout);
  expect(blockLayoutHash(plannedLayout())).toBe(golden.hash);
});

test("what is told is written as it was, and read", () => {
  expect(toldBytes().toString("hex")).toBe(golden.bytes);
  const view = viewOf(Buffer.from(golden.bytes, "hex"));
  expect([view.chunks, view.blocks, view.firstChained, view.revised]).toEqual([2, 2, 0, true]);
  expect([0, 1].map((i) => [view.chunk(i), view.layoutId(i), view.firstBlock(i), view.chained(i)])).toEqual([
    [4, 3, 0, false],
    [9, 3, 1, true],
  ]);
  expect([view.chunkOf(0), view.chunkOf(1), view.numbersAt(7)]).toEqual([0, 1, -1]);
  const bounds = view.doubles.subarray(view.boundsAt(), view.boundsAt() + 9);
  expect([...bounds]).toEqual([0, 0, 2 * DAY, 2 * DAY, 3, 3 * DAY, 6 * DAY, Number.POSITIVE_INFINITY, 7]);
  expect([...view.doubles.subarray(view.numbersAt(2))].slice(0, 2)).toEqual([3, 3]);
});

test("another version is refused by name", () => {
  const bytes = Buffer.from(golden.bytes, "hex");
  bytes[0] = 2;
  expect(() => viewOf(bytes)).toThrow(/ASSAY_HISTORY_UNKNOWN_VERSION.*version 2 of told blocks/);
});

test("who is forgotten leaves nothing told behind", async () => {
  const folder = temporaryFolder();
  const store = openOnlineStore(folder, schema);
  await store.tellBlocks([plannedLayout()]);
  const events = Array.from({ length: 900 }, (_, i) => purchaseEvent("ann", `p${i}`, i * DAY));
  store.applyEvents({ from: { partition: 0, offset: 0 }, events });
  const [ann] = store.read([{ entity: "ann", events: ["purchase"], packed: true }]).histories;
  expect(ann!.events["purchase"]!.blocks!.count).toBeGreaterThan(2);
  store.forget(["ann"], [], []);
  await store.close();
  const { root, chunks } = openEnvironment(folder, { readOnly: true });
  expect([...chunks.getKeys()]).toEqual([]);
  await root.close();
});
