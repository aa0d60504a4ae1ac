// What Prometheus reads at /metrics. Labels are patterns, dispositions and arms, never ids.

import { monitorEventLoopDelay } from "node:perf_hooks";
import type { FastifyInstance } from "fastify";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Disposition } from "../policy/index.ts";
import { observeLateness } from "./lateness-metrics.ts";
import type { ServiceParts } from "./service-parts.ts";
import { observeWatching } from "./watching-metrics.ts";

const LATENCY_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const LOOP_RESOLUTION_MS = 20;

export interface Metrics {
  decided(made: { readonly disposition: Disposition; readonly arm: string }): void;
  ingested(accepted: number, duplicates: number): void;
  releaseFailed(): void;
  rolloutFailed(): void;
  outboxFailed(): void;
  text(): Promise<string>;
  readonly contentType: string;
  close(): void;
}

export function openMetrics(
  app: FastifyInstance,
  parts: Pick<ServiceParts, "decisions" | "history" | "watching" | "loops" | "records">,
): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  loop.enable();
  observeRequests(app, registers);
  observeRooms(parts, loop, registers);
  observeWatching(parts, registers);
  observeLateness(parts, registers);
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const decisions = counter("assay_decisions_total", "Decisions made, by disposition and arm", ["disposition", "arm"]);
  const events = counter("assay_events_total", "Events taken, by what became of them", ["outcome"]);
  const releases = counter("assay_release_failures_total", "Releases that this process could not follow");
  const rollouts = counter("assay_rollout_failures_total", "Rollouts that this process could not follow");
  const outbox = counter("assay_outbox_failures_total", "Rounds in which decisions could not be told to the log");
  return {
    decided: ({ disposition, arm }) => decisions.inc({ disposition, arm }),
    ingested(accepted, duplicates) {
      events.inc({ outcome: "accepted" }, accepted);
      events.inc({ outcome: "duplicate" }, duplicates);
    },
    releaseFailed: () => releases.inc(),
    rolloutFailed: () => rollouts.inc(),
    outboxFailed: () => outbox.inc(),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    close: () => loop.disable(),
  };
}

function observeRequests(app: FastifyInstance, registers: Registry[]): void {
  const latency = new Histogram({
    name: "assay_request_seconds",
    help: "Time from a request's arrival to its answer",
    labelNames: ["method", "route", "status"],
    buckets: LATENCY_SECONDS,
    registers,
  });
  app.addHook("onResponse", async ({ method, routeOptions }, { statusCode, elapsedTime }) => {
    latency.observe({ method, route: routeOptions.url ?? "unknown", status: statusCode }, elapsedTime / 1000);
  });
}

/** Numbers that other rooms keep are read when asked for. */
function observeRooms(
  { decisions, history }: Pick<ServiceParts, "decisions" | "history">,
  loop: ReturnType<typeof monitorEventLoopDelay>,
  registers: Registry[],
): void {
  new Counter({
    name: "assay_quarantined_total",
    help: "Rows in quarantine, by code",
    labelNames: ["code"],
    registers,
    collect() {
      this.reset();
      for (const [code, count] of Object.entries(history.quarantine.counts().byCode)) this.inc({ code }, count);
    },
  });
  new Gauge({
    name: "assay_ingest_waiting_events",
    help: "Events that are durable in the log and not yet before the deciders",
    registers,
    collect() {
      this.set(history.waiting());
    },
  });
  new Gauge({
    name: "assay_quarantine_open",
    help: "Rows in quarantine that nobody has mended, by code",
    labelNames: ["code"],
    registers,
    collect() {
      this.reset();
      for (const [code, count] of Object.entries(history.quarantine.openCounts().byCode)) this.set({ code }, count);
    },
  });
  new Counter({
    name: "assay_shadow_failures_total",
    help: "Shadow scores that failed",
    registers,
    collect() {
      this.reset();
      this.inc(decisions.shadowFailures);
    },
  });
  new Gauge({
    name: "assay_rollout_share",
    help: "Share of applicants that a challenger decides for, by stage; none where no rollout is under way",
    labelNames: ["stage"],
    registers,
    collect() {
      this.reset();
      const under = decisions.rollout;
      if (under !== null) this.set({ stage: under.stage }, under.shareBasisPoints / 10_000);
    },
  });
  new Gauge({
    name: "assay_event_loop_lag_seconds",
    help: "Delay of the event loop since the last reading",
    labelNames: ["quantile"],
    registers,
    collect() {
      for (const quantile of [50, 99, 100]) this.set({ quantile: quantile / 100 }, loop.percentile(quantile) / 1e9);
      loop.reset();
    },
  });
}
