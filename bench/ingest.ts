import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fixedClock, invariant, MICROS_PER_DAY, seededRandom } from "../src/base/index.ts";
import { type History, LOG_START, openHistory, readNdjson, rebuildOnline } from "../src/history/index.ts";
import type { Bench, Figure, Result, Size } from "./bench.ts";
import { EventService, statementLines } from "./event-service.ts";
import { decidedAt, entityName, purchasesOf, sourceRow } from "./spending.ts";
import { schema } from "./window-features.ts";

interface Plan {
  readonly entities: number;
  readonly events: number;
  /** Over HTTP, to a service that is killed so many times meanwhile. */
  readonly http: number;
  readonly kills: number;
}

const plan: { readonly [size in Size]: Plan } = {
  tiny: { entities: 20, events: 20, http: 400, kills: 1 },
  small: { entities: 1_000, events: 100, http: 60_000, kills: 3 },
};
const REQUEST_ROWS = 1_000;
const IN_FLIGHT = 4;
const CALLER_ROWS = 100;
/** Days that purchases are spread over: the callers' rows follow the file's. */
const DAYS = 400;
/** One late event for so many that come in order. */
const LATE = 10;

/** Events through the door: accepted means durable in the log, applied means visible to a decision. */
export const ingestBench: Bench = {
  name: "ingest",
  work: "events validated, deduplicated, durable in the log and applied to the online store; then sealed and rebuilt",
  async run(size: Size, seed: string): Promise<Result> {
    const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
    try {
      const inProcess = await ingestIn(folder, plan[size], seed);
      const http = await overHttp(plan[size], seed);
      const { figures, agreed, notes } = inProcess;
      return { figures: [...figures, ...http.figures], agreed: agreed + http.agreed, notes: [...notes, ...http.notes] };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function ingestIn(folder: string, { entities, events }: Plan, seed: string): Promise<Result> {
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

/** Requests of a thousand rows, some in flight, first to a service that lives, then to one that is killed. */
async function overHttp({ http: rows, kills }: Plan, seed: string): Promise<Result> {
  const service = new EventService();
  try {
    await service.open();
    await sendAll(service, requestsOf(0, REQUEST_ROWS));
    const requests = requestsOf(REQUEST_ROWS, REQUEST_ROWS + rows);
    const reader = service.reader();
    const before = (await reader.appliedUpTo()).offset;
    const began = performance.now();
    const answered = await sendAll(service, requests);
    const seconds = (performance.now() - began) / 1000;
    while ((await reader.appliedUpTo()).offset < before + rows) await new Promise((resolve) => setTimeout(resolve, 1));
    const appliedSeconds = (performance.now() - began) / 1000;
    await reader.close();
    invariant(answered.length === rows, `${answered.length} of ${rows} rows were answered`);
    const acknowledged = new Set(answered);
    const random = seededRandom(`${seed}/kills`);
    let sent = rows + REQUEST_ROWS;
    for (let kill = 0; kill < kills; kill++) {
      const more = requestsOf(sent, sent + rows / (kills * 2));
      const killed = sendAll(service, more, acknowledged).catch(() => []);
      await new Promise((resolve) => setTimeout(resolve, random.integer(400)));
      await service.kill("SIGKILL");
      await killed;
      await service.start();
      await sendAll(service, more, acknowledged);
      sent += rows / (kills * 2);
    }
    await service.kill("SIGTERM");
    const { ids, online } = await service.found();
    const there = new Set(ids);
    const lost = [...acknowledged].filter((id) => !there.has(id)).length + (there.size - online);
    const doubled = ids.length - there.size;
    return {
      figures: [
        { what: "over HTTP, durable", value: rows / seconds, unit: "events/s" },
        { what: "over HTTP, visible to another process", value: rows / appliedSeconds, unit: "events/s" },
        { what: "lost by kill -9 while they came", value: lost, unit: "events" },
        { what: "doubled by sending them again", value: doubled, unit: "events" },
      ],
      agreed: there.size,
      notes: [`Over HTTP: requests of ${REQUEST_ROWS} rows, ${IN_FLIGHT} in flight, the client on the same machine.`],
    };
  } finally {
    await service.close();
  }
}

interface EventsRequest {
  readonly body: Buffer;
  readonly ids: readonly string[];
}

function requestsOf(from: number, to: number): EventsRequest[] {
  const requests: EventsRequest[] = [];
  for (let at = from; at < to; at += REQUEST_ROWS) {
    const end = Math.min(to, at + REQUEST_ROWS);
    const ids = Array.from({ length: end - at }, (_, i) => `s${at + i}`);
    requests.push({ body: statementLines(at, end), ids });
  }
  return requests;
}

/** Ids that were answered, in order; also noted one by one, for whoever kills the service. */
async function sendAll(
  service: EventService,
  requests: readonly EventsRequest[],
  acknowledged = new Set<string>(),
): Promise<string[]> {
  const left = [...requests];
  const answered: string[] = [];
  const sender = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { accepted, duplicates } = await service.post(next.body);
      invariant(accepted + duplicates === next.ids.length, `${accepted} of ${next.ids.length} rows were accepted`);
      answered.push(...next.ids);
      for (const id of next.ids) acknowledged.add(id);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, sender));
  return answered;
}

const NAMES: { readonly [figure: string]: string } = {
  "a file, in arrival order": "fileEventsPerSecond",
  "online store rebuilt from table files": "rebuildEventsPerSecond",
  "over HTTP, durable": "httpAcceptedPerSecond",
  "over HTTP, visible to another process": "httpAppliedPerSecond",
  "lost by kill -9 while they came": "lostAfterKill",
  "doubled by sending them again": "doubledAfterKill",
};

if (import.meta.main) {
  const { figures } = await ingestBench.run("small", "7");
  const named = figures.flatMap(({ what, value }) => (what in NAMES ? [[NAMES[what], Math.round(value)]] : []));
  console.log(JSON.stringify(Object.fromEntries(named)));
}
