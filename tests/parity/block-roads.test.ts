// Long histories in an online store that tells blocks, against the same rows laid out at once: random definitions, events that
// come late, tied, revised and taken back, texts enough to break the chain of codes, layouts told from the start or only
// afterwards, one store through all of it. Every value bit for bit.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MICROS_PER_HOUR } from "../../src/base/index.ts";
import {
  blockLayouts,
  type EntityHistory,
  evaluateWith,
  type HistoryEvent,
  type HistoryOf,
  isPlan,
  type Kernel,
  kernelOfPlan,
  kernelSource,
  layOutHistory,
  planFeatures,
  reachOf,
} from "../../src/compile/index.ts";
import type { FeatureSetNode } from "../../src/define/index.ts";
import { openOnlineStore } from "../../src/history/index.ts";
import { openOnlineReader } from "../../src/history/online-reader.ts";
import { featureSet, featureValues, request } from "./random-definitions.ts";
import { histories, instants, moments, schema } from "./random-histories.ts";

const seed = Number(process.env["ASSAY_PARITY_SEED"] ?? 20_260_112);
const folders: string[] = [];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "assay-blocks-"));
  folders.push(folder);
});
afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true });
});

function sample<T>(arbitrary: fc.Arbitrary<T>, count: number, of: number): T[] {
  return fc.sample(arbitrary, { numRuns: count, seed: of });
}

/** Many drawn histories of one person laid over each other, so that chunks fill; texts now and then of their own. */
function longHistory(entity: string, around: number, of: number): HistoryEvent[] {
  const events = sample(histories(around), 500, of).flatMap((drawn, i) =>
    (i % 50 === 0 ? drawn : settled(drawn)).map((event) => ({
      ...event,
      entity,
      eventId: `${i}-${event.eventId}`,
      fields: ownTexts(event, `${entity} ${i}`),
    })),
  );
  return events.filter(({ event }) => event !== "visit");
}

/** First revisions of what was never taken back: blocks of these can be passed. */
function settled(events: readonly HistoryEvent[]): HistoryEvent[] {
  const firsts = new Map(events.toReversed().map((event) => [`${event.source} ${event.eventId}`, event]));
  return [...firsts.values()].filter(({ retracted }) => !retracted);
}

function ownTexts({ event, fields }: HistoryEvent, text: string): HistoryEvent["fields"] {
  return event === "purchase" && text.length % 3 === 0 ? { ...fields, memo: text } : fields;
}

interface Asked {
  readonly kernel: Kernel;
  readonly reach: ReturnType<typeof reachOf>;
  readonly layouts: ReturnType<typeof blockLayouts>;
}

const askedOf = (of: number): Asked => asked(featureSet(sample(featureValues, 12, of)));

function asked(set: FeatureSetNode): Asked {
  const plan = planFeatures(set, schema, request);
  if (!isPlan(plan)) throw new Error(plan[0]!.rule);
  return { kernel: kernelOfPlan(plan, kernelSource(plan), ""), reach: reachOf(plan), layouts: blockLayouts(plan) };
}

/** The same history, counting the blocks whose rows a kernel reads. */
function counting(history: EntityHistory, needed: { blocks: number }): EntityHistory {
  for (const { blocks } of Object.values(history.events)) {
    if (blocks === undefined) continue;
    const [read, need] = [new Set<number>(), blocks.need.bind(blocks)];
    Object.assign(blocks, {
      need(block: number) {
        if (!read.has(block)) needed.blocks++;
        read.add(block);
        need(block);
      },
    });
  }
  return history;
}

const noVisits: HistoryOf = (_, id) => ({ entity: id, events: {} });

test("an online store that tells blocks gives the values of the rows", { timeout: 240_000 }, async () => {
  const people = Array.from({ length: 6 }, (_, i) => ({ name: `person-${i}`, around: moments[i]! }));
  const events = people.flatMap(({ name, around }, i) => longHistory(name, around, seed + i));
  const arrived = events
    .map((event, i) => ({ event, key: ((i * 7_919) % 1_009) + event.knownAt / 1e9 }))
    .sort((a, b) => a.event.knownAt - b.event.knownAt)
    .map(({ event }) => event);
  const sets = [0, 1, 2, 3].map((set) => askedOf(seed + set));
  let store = openOnlineStore(folder, schema);
  await store.tellBlocks(sets.slice(0, 2).flatMap(({ layouts }) => layouts));
  let [offset, blocks, values] = [0, 0, 0];
  const needed = { blocks: 0 };
  for (const [part, share] of [0.5, 0.8, 1].entries()) {
    const until = Math.floor(arrived.length * share);
    for (; offset < until; offset = Math.min(until, offset + 311)) {
      store.applyEvents({
        from: { partition: 0, offset },
        events: arrived.slice(offset, Math.min(until, offset + 311)),
      });
    }
    if (part === 1) await store.tellBlocks(sets.flatMap(({ layouts }) => layouts));
    await store.close();
    const reader = openOnlineReader(folder, schema);
    for (const { name, around } of people) {
      const rows = layOutHistory(
        name,
        arrived.slice(0, until).filter(({ entity }) => entity === name),
        schema,
      );
      for (const t of sample(instants(around), 20, seed + part)) {
        for (const { kernel, reach } of sets) {
          const since = Object.fromEntries(Object.entries(reach).map(([event, micros]) => [event, t - micros]));
          const roads = [
            () => rows,
            () => counting(reader.read([{ entity: name, events: kernel.events, packed: true }]).histories[0]!, needed),
            () => reader.read([{ entity: name, events: kernel.events, since }]).histories[0]!,
          ].map((historyOf) => {
            const [numbers, kinds] = [new Float64Array(kernel.columns.length), new Uint8Array(kernel.columns.length)];
            const history = historyOf();
            const asked = { amount: 12.5, start: t, birthday: 20_000 };
            evaluateWith(kernel, history, t, asked, noVisits, numbers, kinds, 0);
            for (const columns of Object.values(history.events)) blocks += columns.blocks?.count ?? 0;
            return { numbers: [...numbers], kinds: [...kinds] };
          });
          expect(roads[1]).toEqual(roads[0]);
          expect(roads[2]).toEqual(roads[0]);
          values += kernel.columns.length;
        }
      }
    }
    await reader.close();
    store = openOnlineStore(folder, schema);
  }
  await store.close();
  expect(values).toBeGreaterThan(15_000);
  expect(blocks).toBeGreaterThan(10_000);
  expect(needed.blocks / blocks).toBeLessThan(0.8);
});

/** How many different memos and shops, and rows, over all of history and over some of it. */
function textsAsked(): Asked {
  const stream = { kind: "stream", event: "purchase", entity: "borrower", filter: null } as const;
  const rows = [
    { kind: "field", field: "memo", type: { kind: "text" } },
    { kind: "field", field: "shop", type: { kind: "ref", entity: "merchant" } },
  ] as const;
  const windows = [{ kind: "ever" }, { kind: "fixed", micros: 40 * MICROS_PER_HOUR, skipMicros: 0 }] as const;
  const values = windows.flatMap((window) => [
    { kind: "aggregate", aggregate: "count", stream, row: null, window } as const,
    ...rows.map((row) => ({ kind: "aggregate", aggregate: "distinct", stream, row, window }) as const),
  ]);
  return asked(featureSet(values));
}

test("late events bring texts into the middle of a history, few of them or many", { timeout: 120_000 }, async () => {
  const { kernel, layouts } = textsAsked();
  const hours = 900;
  const purchase = (i: number, hour: number, memo: string): HistoryEvent => {
    const at = (hour + i / 100_000) * MICROS_PER_HOUR;
    const fields = { amount: i, memo, shop: `s${i % 9}`, when: at, taste: null };
    const of = { event: "purchase", entity: "ann", source: "core", eventId: `e${i}`, seq: null } as const;
    return { ...of, at, knownAt: at, retracted: false, fields };
  };
  for (const [texts, lateTexts] of [
    [4, 3],
    [90, 60],
    [300, 9],
  ] as const) {
    const home = mkdtempSync(join(tmpdir(), "assay-texts-"));
    folders.push(home);
    const store = openOnlineStore(home, schema);
    await store.tellBlocks(layouts);
    const reader = openOnlineReader(home, schema);
    const events: HistoryEvent[] = [];
    const add = (batch: readonly HistoryEvent[]) => {
      store.applyEvents({ from: { partition: 0, offset: events.length }, events: batch });
      events.push(...batch);
    };
    add(Array.from({ length: hours }, (_, i) => purchase(i, i, `m${Math.floor(i / 7) % texts}`)));
    for (let late = 0; late < 40; late++) {
      add([purchase(hours + late, (late * 379) % hours, `late ${late % lateTexts}`)]);
      const rows = layOutHistory("ann", events, schema);
      for (const hour of [hours, hours - 60, (late * 91) % hours]) {
        const answers = [rows, reader.read([{ entity: "ann", events: ["purchase"], packed: true }]).histories[0]!].map(
          (history) => {
            const numbers = new Float64Array(kernel.columns.length);
            kernel.evaluate(history, hour * MICROS_PER_HOUR, {}, numbers, new Uint8Array(numbers.length), 0);
            return [...numbers];
          },
        );
        expect([texts, late, hour, answers[1]]).toEqual([texts, late, hour, answers[0]]);
      }
    }
    await reader.close();
    await store.close();
  }
});
