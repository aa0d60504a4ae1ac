import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fixedClock, invariant, MICROS_PER_DAY } from "../src/base/index.ts";
import { type History, LOG_START, openHistory, readNdjson, rebuildOnline } from "../src/history/index.ts";
import type { Bench, Figure, Result, Size } from "./bench.ts";
import { decidedAt, entityName, purchasesOf, sourceRow } from "./spending.ts";
import { schema } from "./window-features.ts";

const plan = { tiny: { entities: 20, events: 20 }, small: { entities: 1_000, events: 100 } };
const CALLER_ROWS = 100;
/** Days that purchases are spread over: the callers' rows follow the file's. */
const DAYS = 400;
/** One late event for so many that come in order. */
const LATE = 10;

/** Events through the door: accepted means durable in the log and visible to a decision. */
export const ingestBench: Bench = {
  name: "ingest",
  work: "events validated, deduplicated, durable in the log and applied to the online store; then sealed and rebuilt",
  async run(size: Size, seed: string): Promise<Result> {
    const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
    try {
      return await ingestIn(folder, plan[size], seed);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function ingestIn(folder: string, { entities, events }: (typeof plan)["small"], seed: string): Promise<Result> {
  const rowsOf = (round: string, each: number, daysBack: number) =>
    inArrivalOrder(entities, each, `${seed}/${round}`, daysBack * MICROS_PER_DAY);
  const [byFile, byCallers] = [rowsOf("file", events, DAYS), rowsOf("callers", events, 0)];
  const late = rowsOf("late", events / LATE, DAYS);
  const file = join(folder, "rows.ndjson");
  writeFileSync(file, byFile.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const options = { schema, vault: { store: async () => {} }, clock: fixedClock(decidedAt + MICROS_PER_DAY) };
  const history = await openHistory(join(folder, "history"), options);
  const figures: Figure[] = [];
  const rate = async (what: string, rows: number, work: () => Promise<number>): Promise<void> => {
    const began = performance.now();
    const cpu = process.cpuUsage();
    const done = await work();
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    invariant(done === rows, `${what}: ${done} of ${rows} rows`);
    figures.push({ what, value: rows / seconds, unit: "events/s" });
    figures.push({ what: `${what}, CPU`, value: (user + system) / rows, unit: "µs an event" });
  };
  const total = entities * events;
  const fromFile = () => history.ingestRows(readNdjson(createReadStream(file)), { source: "bench" });
  await rate("a file, in arrival order", total, async () => (await fromFile()).accepted);
  await rate("the same file again, all duplicates", total, async () => (await fromFile()).duplicates);
  await rate(`callers of ${CALLER_ROWS} rows, 16 in flight`, total, () => manyCallers(history, byCallers));
  await rate("the same with late events", late.length, () => manyCallers(history, late));
  const all = 2 * total + late.length;
  await rate("sealed into table files", all, async () => (await history.seal()).manifest.position.offset);
  const snapshot = await history.seal();
  await rate("online store rebuilt from table files", all, async () => {
    await rebuildOnline(history.online, snapshot, history.log, schema);
    return history.online.appliedUpTo().offset - LOG_START.offset;
  });
  const agreed = countHeld(history, entities, 2 * events + events / LATE);
  await history.close();
  return {
    figures,
    agreed,
    notes: ["Wall time in one process on a real disk; each group is synced before it is answered."],
  };
}

/** By time over all entities, as a source sends them. */
function inArrivalOrder(entities: number, events: number, seed: string, micros: number): object[] {
  const all = Array.from({ length: entities }, (_, i) => purchasesOf(entityName(i), events, seed)).flat();
  const rows = all
    .sort((a, b) => a.at - b.at)
    .map((event) => {
      const at = event.at - micros;
      return { ...event, at, knownAt: at, eventId: `${seed}/${event.eventId}` };
    });
  return rows.map(sourceRow);
}

async function manyCallers(history: History, rows: readonly object[]): Promise<number> {
  const requests: object[][] = [];
  for (let from = 0; from < rows.length; from += CALLER_ROWS) requests.push(rows.slice(from, from + CALLER_ROWS));
  let accepted = 0;
  const caller = async () => {
    for (let next = requests.shift(); next !== undefined; next = requests.shift()) {
      const answer = await history.ingest(next, { source: "bench" });
      accepted += answer.accepted;
    }
  };
  await Promise.all(Array.from({ length: 16 }, caller));
  return accepted;
}

/** Every entity holds each of its events once. */
function countHeld(history: History, entities: number, events: number): number {
  let held = 0;
  for (let i = 0; i < entities; i++) {
    const { length } = history.online.history(entityName(i), ["purchase"]).events["purchase"]!;
    invariant(length === events, `${entityName(i)} holds ${length} events`);
    held += length;
  }
  return held;
}
