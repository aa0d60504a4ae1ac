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

/** Events through the door: accepted means durable in the log and visible to a decision. */
export const ingestBench: Bench = {
  name: "ingest",
  work: "events validated, deduplicated, durable in the log and applied to the online store; then sealed and rebuilt",
  sizes: ["tiny", "small"],
  async run(size: Size, seed: string): Promise<Result> {
    const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
    try {
      return await ingestIn(folder, plan[size === "tiny" ? "tiny" : "small"], seed);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function ingestIn(folder: string, { entities, events }: (typeof plan)["small"], seed: string): Promise<Result> {
  const rowsOf = (round: string) => inArrivalOrder(entities, events, `${seed}/${round}`);
  const [byFile, byCallers] = [rowsOf("file"), rowsOf("callers")];
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
  await rate("sealed into table files", 2 * total, async () => (await history.seal()).manifest.position.offset);
  const snapshot = await history.seal();
  await rate("online store rebuilt from table files", 2 * total, async () => {
    await rebuildOnline(history.online, snapshot, history.log, schema);
    return history.online.appliedUpTo().offset - LOG_START.offset;
  });
  const agreed = await countHeld(history, entities, events);
  await history.close();
  return {
    figures,
    agreed,
    notes: ["Wall time in one process on a real disk; each group is synced before it is answered."],
  };
}

/** By time over all entities, as a source sends them. */
function inArrivalOrder(entities: number, events: number, seed: string): object[] {
  const all = Array.from({ length: entities }, (_, i) => purchasesOf(entityName(i), events, seed)).flat();
  const named = all.sort((a, b) => a.at - b.at).map((event) => ({ ...event, eventId: `${seed}/${event.eventId}` }));
  return named.map(sourceRow);
}

async function manyCallers(history: History, rows: readonly object[]): Promise<number> {
  const requests: object[][] = [];
  for (let from = 0; from < rows.length; from += CALLER_ROWS) requests.push(rows.slice(from, from + CALLER_ROWS));
  let accepted = 0;
  const caller = async () => {
    for (let next = requests.shift(); next !== undefined; next = requests.shift()) {
      accepted += (await history.ingest(next, { source: "bench" })).accepted;
    }
  };
  await Promise.all(Array.from({ length: 16 }, caller));
  return accepted;
}

/** Every entity holds each of its events once. */
async function countHeld(history: History, entities: number, events: number): Promise<number> {
  let held = 0;
  for (let i = 0; i < entities; i++) {
    const { length } = history.online.history(entityName(i), ["purchase"]).events["purchase"]!;
    invariant(length === 2 * events, `${entityName(i)} holds ${length} events`);
    held += length;
  }
  return held;
}
