import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { invariant, MICROS_PER_SECOND } from "../src/base/index.ts";
import {
  blockLayouts,
  compileKernel,
  type EntityHistory,
  type HistoryEvent,
  isPlan,
  layOutHistory,
  planFeatures,
} from "../src/compile/index.ts";
import { LOG_START, openOnlineStore } from "../src/history/index.ts";
import { openOnlineReader } from "../src/history/online-reader.ts";
import { type Bench, callMicros, type Figure, quantile, type Result, type Size } from "./bench.ts";
import { decidedAt, entityName, purchasesOf } from "./spending.ts";
import { schema, spendingHash, spendingSet } from "./window-features.ts";

const plan = {
  tiny: { eventsInAll: 3_000, calls: 60, counts: [6, 100, 1_000] },
  small: { eventsInAll: 400_000, calls: 4_000, counts: [6, 100, 1_000, 10_000] },
};
const BATCH = 2_000;
const TURNS = 20;
const planned = planFeatures(spendingSet, schema);
invariant(isPlan(planned), "the bench's features are right");
const layouts = blockLayouts(planned);

interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

interface Measured {
  /** Microseconds of one call. */
  readonly read: Quantiles;
  readonly arena: Quantiles;
  readonly updateMicros: number;
  readonly appliedPerSecond: number;
  readonly rebuiltPerSecond: number;
  readonly bytesPerEvent: number;
  readonly agreed: number;
}

/** What a decider does for one person, from LMDB and from an arena in its own memory. */
export const onlineBench: Bench = {
  name: "online",
  work: "60 features of one entity at t: history read from LMDB and computed, against histories in process; updates",
  async run(size: Size, seed: string): Promise<Result> {
    const { eventsInAll, calls, counts } = plan[size];
    const measured = new Map<number, Measured>();
    for (const events of counts) {
      const entities = Math.max(3, Math.floor(eventsInAll / events));
      measured.set(events, await inFolder((folder) => measure(folder, { entities, events, calls, seed })));
    }
    const figures = [...measured].flatMap(([events, each]) => figuresOf(events, each));
    const agreed = [...measured.values()].reduce((sum, each) => sum + each.agreed, 0);
    const notes = [
      "Wall microseconds of single calls in one thread; entities in random order.",
      `Updates in arrival order over all entities, ${BATCH} a transaction; rebuilt from whole entities; on disk after it.`,
    ];
    return { figures, agreed, notes, summary: summaryOf(measured) };
  },
};

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Load {
  readonly entities: number;
  readonly events: number;
  readonly calls: number;
  readonly seed: string;
}

async function measure(folder: string, load: Load): Promise<Measured> {
  const people = Array.from({ length: load.entities }, (_, i) => purchasesOf(entityName(i), load.events, load.seed));
  const arrived = people.flat().sort((a, b) => a.at - b.at);
  const appliedPerSecond = await inFolder((other) => applyAll(other, arrived));
  const { seconds, bytes } = await rebuild(folder, people);
  const read = await readAll(folder, people, load);
  const updateMicros = await updateOne(folder, people, load);
  const rebuiltPerSecond = arrived.length / seconds;
  return { ...read, updateMicros, appliedPerSecond, rebuiltPerSecond, bytesPerEvent: bytes / arrived.length };
}

async function applyAll(folder: string, events: readonly HistoryEvent[]): Promise<number> {
  const writer = openOnlineStore(folder, schema);
  await writer.tellBlocks(layouts);
  const began = performance.now();
  for (let offset = 0; offset < events.length; offset += BATCH) {
    writer.applyEvents({ from: { ...LOG_START, offset }, events: events.slice(offset, offset + BATCH) });
  }
  const seconds = (performance.now() - began) / 1000;
  await writer.close();
  return events.length / seconds;
}

async function rebuild(folder: string, people: readonly (readonly HistoryEvent[])[]) {
  const writer = openOnlineStore(folder, schema);
  await writer.tellBlocks(layouts);
  const offset = people.reduce((sum, { length }) => sum + length, 0);
  const began = performance.now();
  await writer.rebuild(batches(people), { ...LOG_START, offset });
  const seconds = (performance.now() - began) / 1000;
  await writer.close();
  return { seconds, bytes: statSync(join(folder, "histories.mdb")).size };
}

async function* batches(people: readonly (readonly HistoryEvent[])[]) {
  let batch: HistoryEvent[] = [];
  for (const events of people) {
    batch.push(...events);
    if (batch.length < 5 * BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/** A stride that is prime to any number of entities here: far from the order in which they were written. */
const personOf = (call: number, entities: number) => (call * 7_919) % entities;

async function readAll(folder: string, people: readonly (readonly HistoryEvent[])[], { entities, calls }: Load) {
  const reader = openOnlineReader(folder, schema);
  const kernel = compileKernel(spendingSet, schema, { meaningHash: spendingHash });
  const width = kernel.columns.length;
  const [fromStore, fromArena] = [new Float64Array(width), new Float64Array(width)];
  const kinds = new Uint8Array(width);
  const arena = people.map((events, i) => layOutHistory(entityName(i), events, schema));
  const names = people.map((_, i) => entityName(i));
  const compute = (history: EntityHistory, out: Float64Array) => kernel.evaluate(history, decidedAt, {}, out, kinds, 0);
  const asked = (call: number) => [{ entity: names[personOf(call, entities)]!, events: ["purchase"], packed: true }];
  const online = (call: number) => compute(reader.read(asked(call)).histories[0]!, fromStore);
  const inProcess = (call: number) => compute(arena[personOf(call, entities)]!, fromArena);
  let agreed = 0;
  for (let call = 0; call < Math.min(calls, entities); call++) {
    online(call);
    inProcess(call);
    const different = kernel.columns.findIndex((_, i) => !Object.is(fromStore[i], fromArena[i]));
    invariant(
      different < 0,
      `${kernel.columns[different]} of ${names[personOf(call, entities)]} is the same from both`,
    );
    agreed += width;
  }
  callMicros(calls, online);
  callMicros(calls, inProcess);
  const [fromStoreMicros, fromArenaMicros]: number[][] = [[], []];
  // In turns, so that a busy moment of the machine falls on both.
  for (let turn = 0; turn < TURNS; turn++) {
    const from = Math.floor((calls * turn) / TURNS);
    fromStoreMicros!.push(...callMicros(calls / TURNS, (call) => online(from + call)));
    fromArenaMicros!.push(...callMicros(calls / TURNS, (call) => inProcess(from + call)));
  }
  await reader.close();
  return { read: quantiles(fromStoreMicros!), arena: quantiles(fromArenaMicros!), agreed };
}

/** One event of one person, in a transaction of its own. */
async function updateOne(folder: string, people: readonly (readonly HistoryEvent[])[], { entities, calls }: Load) {
  const writer = openOnlineStore(folder, schema);
  let { offset } = writer.appliedUpTo();
  const micros = callMicros(Math.min(calls, 500), (call) => {
    const last = people[personOf(call, entities)]!.at(-1)!;
    const at = decidedAt + call * MICROS_PER_SECOND;
    const event = { ...last, at, knownAt: at, eventId: `new/${call}` };
    writer.applyEvents({ from: { ...LOG_START, offset: offset++ }, events: [event] });
  });
  await writer.close();
  return quantile(micros, 0.5);
}

function quantiles(micros: readonly number[]): Quantiles {
  return { p50: quantile(micros, 0.5), p99: quantile(micros, 0.99) };
}

function figuresOf(events: number, measured: Measured): Figure[] {
  const { read, arena, updateMicros, appliedPerSecond, rebuiltPerSecond, bytesPerEvent } = measured;
  const compared = (label: string, value: number, floor: number): Figure => {
    const peer = { what: "in process", value: floor, ratio: value / floor };
    return { what: `${events} events: read and compute, ${label}`, value, unit: "µs", peer };
  };
  return [
    compared("median", read.p50, arena.p50),
    compared("p99", read.p99, arena.p99),
    { what: `${events} events: one event applied, median`, value: updateMicros, unit: "µs" },
    { what: `${events} events: applied in batches`, value: appliedPerSecond, unit: "events/s" },
    { what: `${events} events: rebuilt`, value: rebuiltPerSecond, unit: "events/s" },
    { what: `${events} events: on disk`, value: bytesPerEvent, unit: "bytes an event" },
  ];
}

function summaryOf(measured: ReadonlyMap<number, Measured>) {
  const of = <T>(pick: (each: Measured) => T) =>
    Object.fromEntries([...measured].map(([events, each]) => [events, pick(each)]));
  return {
    updatesPerSecond: of(({ appliedPerSecond }) => appliedPerSecond),
    rebuiltPerSecond: of(({ rebuiltPerSecond }) => rebuiltPerSecond),
    readUs: of(({ read }) => read),
    arenaUs: of(({ arena }) => arena),
    ratioToArena: of(({ read, arena }) => read.p50 / arena.p50),
    bytesPerEvent: of(({ bytesPerEvent }) => bytesPerEvent),
    // A difference ends the run.
    mismatches: 0,
  };
}
