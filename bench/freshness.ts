// From the moment a source sends an event to the moment a decision can read it. A batch is answered when all of it is
// durable and visible to the deciders, so the answer is that moment at the latest; that everything answered is there, in the
// log and for the deciders, is counted afterwards on the disk.

import { invariant } from "../src/base/index.ts";
import type { Bench, Figure, Result, Size } from "./bench.ts";
import { quantile } from "./bench.ts";
import { EventService, statementLines } from "./event-service.ts";

const TICK_MS = 10;
const RATES = [1_000, 10_000];
const seconds = { tiny: 1, small: 10 };

interface Freshness {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export const freshnessBench: Bench = {
  name: "freshness",
  work: "events sent over HTTP at a steady rate, a batch every 10 ms; from when a batch is due to when it is visible",
  async run(size: Size): Promise<Result> {
    const figures: Figure[] = [];
    const sent = await measured(seconds[size], (rate, { p50Ms, p99Ms }) => {
      const what = `${rate.toLocaleString("en")} events/s`;
      figures.push({ what: `${what}, half within`, value: p50Ms, unit: "ms" });
      figures.push({ what: `${what}, 99 in 100 within`, value: p99Ms, unit: "ms" });
    });
    const notes = ["The source, the service and its database share the machine."];
    return { figures, agreed: sent, notes };
  },
};

async function measured(forSeconds: number, tell: (rate: number, freshness: Freshness) => void): Promise<number> {
  const service = new EventService();
  try {
    await service.open();
    let sent = 0;
    for (const rate of RATES) {
      const events = rate * forSeconds;
      tell(rate, await steadily(service, sent, events, (rate * TICK_MS) / 1000));
      sent += events;
    }
    await service.kill("SIGTERM");
    const { ids, online } = await service.found();
    invariant(
      new Set(ids).size === sent && ids.length === sent && online === sent,
      `${sent} were sent, ${online} found`,
    );
    return sent;
  } finally {
    await service.close();
  }
}

/** Late answers do not make later batches wait: each is sent when it is due. */
async function steadily(service: EventService, from: number, events: number, batch: number): Promise<Freshness> {
  const bodies = Array.from({ length: events / batch }, (_, i) =>
    statementLines(from + i * batch, from + (i + 1) * batch),
  );
  const began = performance.now();
  const answers = bodies.map(async (body, i) => {
    const dueMs = began + i * TICK_MS;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
    const { accepted } = await service.post(body);
    invariant(accepted === batch, `${accepted} of ${batch} were accepted`);
    return performance.now() - dueMs;
  });
  const tookMs = await Promise.all(answers);
  return { p50Ms: quantile(tookMs, 0.5), p99Ms: quantile(tookMs, 0.99) };
}

if (import.meta.main) {
  const document: { [rate: string]: Freshness } = {};
  await measured(seconds.small, (rate, freshness) => {
    document[`${rate}PerSecond`] = freshness;
  });
  console.log(JSON.stringify(document));
}
