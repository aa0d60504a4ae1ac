import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { invariant, MICROS_PER_SECOND } from "../src/base/index.ts";
import { compileKernel, type EntityHistory } from "../src/compile/index.ts";
import { identified, LOG_START, openOnlineStore } from "../src/history/index.ts";
import { openOnlineReader } from "../src/history/online-reader.ts";
import { type Bench, callMicros, type Figure, quantile, type Result, type Size } from "./bench.ts";
import { decidedAt, entityName, historiesOf, purchasesOf } from "./spending.ts";
import { schema, spendingHash, spendingSet } from "./window-features.ts";

const plan = { tiny: { eventsInAll: 3_000, calls: 60 }, small: { eventsInAll: 200_000, calls: 4_000 } };

/** What a decider does for one person, from LMDB and from an arena in its own memory. */
export const onlineBench: Bench = {
  name: "online",
  work: "60 features of one entity at t: history read from LMDB and computed, against histories in process; and one update",
  async run(size: Size, seed: string): Promise<Result> {
    const { eventsInAll, calls } = plan[size];
    const figures: Figure[] = [];
    let agreed = 0;
    for (const events of [6, 100, 1_000]) {
      const entities = Math.min(5_000, Math.max(3, Math.floor(eventsInAll / events)));
      const measured = await measure(entities, events, calls, seed);
      figures.push(...measured.figures);
      agreed += measured.agreed;
    }
    return { figures, agreed, notes: ["Wall microseconds of single calls in one thread; entities in random order."] };
  },
};

async function measure(entities: number, events: number, calls: number, seed: string) {
  const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
  try {
    return await measureIn(folder, entities, events, calls, seed);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureIn(folder: string, entities: number, events: number, calls: number, seed: string) {
  const writer = openOnlineStore(folder, schema);
  let offset = 0;
  for (let entity = 0; entity < entities; entity++) {
    const batch = purchasesOf(entityName(entity), events, seed).map(identified);
    writer.applyEvents({ from: { ...LOG_START, offset }, events: batch });
    offset += batch.length;
  }
  const bytesPerEvent = statSync(join(folder, "histories.mdb")).size / offset;
  const reader = openOnlineReader(folder, schema);
  const kernel = compileKernel(spendingSet, schema, { meaningHash: spendingHash });
  const width = kernel.columns.length;
  const [fromStore, fromArena] = [new Float64Array(width), new Float64Array(width)];
  const kinds = new Uint8Array(width);
  const arena = new Map(historiesOf(entities, events, seed).map((history) => [history.entity, history]));
  // A stride that is prime to any number of entities here: far from the order in which they were written.
  const name = (call: number) => entityName((call * 7_919) % entities);
  const compute = (history: EntityHistory, out: Float64Array) => kernel.evaluate(history, decidedAt, {}, out, kinds, 0);
  const online = (call: number) => compute(reader.history(name(call), ["purchase"]), fromStore);
  const inProcess = (call: number) => compute(arena.get(name(call))!, fromArena);
  let agreed = 0;
  for (let call = 0; call < Math.min(calls, entities); call++) {
    online(call);
    inProcess(call);
    const different = kernel.columns.findIndex((_, i) => !Object.is(fromStore[i], fromArena[i]));
    invariant(different < 0, `${kernel.columns[different]} of ${name(call)} is the same from both`);
    agreed += width;
  }
  callMicros(calls, online);
  callMicros(calls, inProcess);
  const [lmdb, arenaMicros] = [callMicros(calls, online), callMicros(calls, inProcess)];
  const updates = callMicros(Math.min(calls, 500), (call) => {
    const [last] = purchasesOf(name(call), 1, `${seed}/new`);
    const event = { ...last!, at: decidedAt + call * MICROS_PER_SECOND, eventId: `new/${call}` };
    const known = { ...event, knownAt: event.at };
    writer.applyEvents({ from: { ...LOG_START, offset: offset++ }, events: [identified(known)] });
  });
  await reader.close();
  await writer.close();
  return { figures: figuresOf(events, { lmdb, arenaMicros, updates, bytesPerEvent }), agreed };
}

interface Measured {
  readonly lmdb: readonly number[];
  readonly arenaMicros: readonly number[];
  readonly updates: readonly number[];
  readonly bytesPerEvent: number;
}

function figuresOf(events: number, { lmdb, arenaMicros, updates, bytesPerEvent }: Measured): Figure[] {
  const compared = (share: number, label: string): Figure => {
    const [value, floor] = [quantile(lmdb, share), quantile(arenaMicros, share)];
    const peer = { what: "in process", value: floor, ratio: value / floor };
    return { what: `${events} events: read and compute, ${label}`, value, unit: "µs", peer };
  };
  return [
    compared(0.5, "median"),
    compared(0.99, "p99"),
    { what: `${events} events: one event applied, median`, value: quantile(updates, 0.5), unit: "µs" },
    { what: `${events} events: on disk`, value: bytesPerEvent, unit: "bytes an event" },
  ];
}
