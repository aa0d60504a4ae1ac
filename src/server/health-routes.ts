// Whether the process lives, whether it can decide, and its numbers.

import { z } from "zod";
import { addDoor } from "./door.ts";
import type { Service } from "./service.ts";
import { hash } from "./wire/words.ts";

const tag = "Health";
const NOT_READY = 503;
const DATABASE_MS = 2_000;

const readiness = z.object({
  ready: z.boolean(),
  database: z.boolean(),
  bundle: hash.nullable().meta({ description: "In use by this process" }),
  history: z.string().nullable().meta({ description: "Why it takes no writes; null where it does" }),
  waitingEvents: z.int().meta({ description: "Durable in the log and not yet before the deciders" }),
});

export function healthRoutes(service: Service): void {
  const { app, metrics } = service;
  const live = {
    method: "GET",
    path: "/health/live",
    access: "open",
    tag,
    summary: "The process answers",
    answer: z.object({ live: z.boolean() }),
  } as const;
  addDoor(app, live, async () => ({ live: true }));
  const ready = {
    method: "GET",
    path: "/health/ready",
    access: "open",
    tag,
    summary: "It can decide: database reachable, a bundle in use, history writable",
    answer: readiness,
    alsoStatus: NOT_READY,
  } as const;
  addDoor(app, ready, async ({ reply }) => {
    const answer = await readinessOf(service);
    void reply.status(answer.ready ? 200 : NOT_READY);
    return answer;
  });
  const options = { config: { access: "read" }, schema: { hide: true } } as const;
  app.get("/metrics", options, async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}

async function readinessOf({ parts, writes }: Service): Promise<z.output<typeof readiness>> {
  const [database, history] = await Promise.all([isReachable(parts.metadata.pool), writes.fault()]);
  const bundle = parts.decisions.currentBundle?.hash ?? null;
  const waitingEvents = parts.history.waiting();
  return { ready: database && bundle !== null && history === null, database, bundle, history, waitingEvents };
}

async function isReachable(pool: Service["parts"]["metadata"]["pool"]): Promise<boolean> {
  const answered = pool.query("select 1").then(
    () => true,
    () => false,
  );
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), DATABASE_MS).unref());
  return await Promise.race([answered, late]);
}
