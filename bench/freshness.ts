// From the moment a source sends an event to the moment a decision can read it. Batches are answered when they are durable;
// what the deciders see is read from the store by another process, over and over, so that a batch counts as seen at the
// first look at which it was there. That everything sent is in the log and before the deciders, once, is counted afterwards.

import { setTimeout as sleep } from "node:timers/promises";
import { invariant } from "../src/base/index.ts";
import type { OnlineReader } from "../src/history/index.ts";
import type { Bench, Figure, Result, Size } from "./bench.ts";
import { quantile } from "./bench.ts";
import { EventService, statementLines } from "./event-service.ts";

const TICK_MS = 10;
const LOOK_MS = 1;
const RATES = [1_000, 10_000] as const;
const seconds = { tiny: 1, small: 10 };

interface Freshness {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export const freshnessBench: Bench = {
  name: "freshness",
  work: "events sent over HTTP at a steady rate, a batch every 10 ms; from when a batch is due to when another process sees it",
  async run(size: Size): Promise<Result> {
    const { sent, byRate } = await measured(seconds[size]);
    const figures = [...byRate].flatMap(([rate, { p50Ms, p99Ms }]): Figure[] => [
      { what: `${rate.toLocaleString("en")} events/s, half within`, value: p50Ms, unit: "ms" },
      { what: `${rate.toLocaleString("en")} events/s, 99 in 100 within`, value: p99Ms, unit: "ms" },
    ]);
    const notes = ["The source, the service, its database and the looking process share the machine."];
    return { figures, agreed: sent, notes };
  },
};

async function measured(forSeconds: number) {
  const service = new EventService();
  try {
    await service.open();
    const byRate = new Map<number, Freshness>();
    // The store must be there before anybody looks.
    let sent = (await service.post(statementLines(0, 1))).accepted;
    const reader = service.reader();
    for (const rate of RATES) {
      const events = rate * forSeconds;
      byRate.set(rate, await steadily({ service, reader, from: sent, events, batch: (rate * TICK_MS) / 1000 }));
      sent += events;
    }
    await reader.close();
    await service.kill("SIGTERM");
    const { ids, online } = await service.found();
    const once = new Set(ids).size === sent && ids.length === sent && online === sent;
    invariant(once, `${sent} were sent, ${ids.length} logged, ${online} found`);
    return { sent, byRate };
  } finally {
    await service.close();
  }
}

interface Sending {
  readonly service: EventService;
  readonly reader: OnlineReader;
  readonly from: number;
  readonly events: number;
  /** Events sent at once. */
  readonly batch: number;
}

/** Late answers do not make later batches wait: each is sent when it is due. */
async function steadily({ service, reader, from, events, batch }: Sending): Promise<Freshness> {
  const bodies = Array.from({ length: events / batch }, (_, i) =>
    statementLines(from + i * batch, from + (i + 1) * batch),
  );
  const looks = new Looks(reader);
  const looking = looks.until(from + events);
  const began = performance.now();
  const sent = bodies.map(async (body, i) => {
    const dueMs = began + i * TICK_MS;
    await sleep(Math.max(0, dueMs - performance.now()));
    const { accepted, position } = await service.post(body);
    invariant(accepted === batch, `${accepted} of ${batch} were accepted`);
    return { dueMs, offset: position.offset };
  });
  const batches = await Promise.all(sent);
  await looking;
  const tookMs = batches.map(({ dueMs, offset }) => looks.seenMs(offset) - dueMs);
  return { p50Ms: quantile(tookMs, 0.5), p99Ms: quantile(tookMs, 0.99) };
}

/** When the deciders' view of history was first seen to reach where. */
class Looks {
  readonly #reader: OnlineReader;
  readonly #seen: { readonly atMs: number; readonly offset: number }[] = [];

  constructor(reader: OnlineReader) {
    this.#reader = reader;
  }

  async until(offset: number): Promise<void> {
    for (let reached = 0; reached < offset; await sleep(LOOK_MS)) {
      // As a decider reads: one consistent state, and the position that it stands at.
      const { position } = await this.#reader.read([{ entity: "e0", events: ["statement"] }]);
      if (position.offset > reached) this.#seen.push({ atMs: performance.now(), offset: position.offset });
      reached = position.offset;
    }
  }

  seenMs(offset: number): number {
    const look = this.#seen.find((one) => one.offset >= offset);
    invariant(look !== undefined, `position ${offset} was seen`);
    return look.atMs;
  }
}

if (import.meta.main) {
  const { byRate } = await measured(seconds.small);
  const [slow, fast] = RATES.map((rate) => byRate.get(rate)!);
  console.log(JSON.stringify({ ...fast, [`at${RATES[0]}PerSecond`]: slow }));
}
