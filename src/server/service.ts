import type { FastifyInstance } from "fastify";
import type { Keys } from "./keys.ts";
import type { Metrics } from "./metrics.ts";
import type { OutboxLoop } from "./outbox-loop.ts";
import type { Frame } from "./pages/layout.ts";
import type { ReleasedBundle } from "./released-bundle.ts";
import type { ServiceParts } from "./service-parts.ts";
import type { WriteWatch } from "./write-watch.ts";

/** What the routes of one running service share. */
export interface Service {
  readonly app: FastifyInstance;
  /** What every page is drawn in. */
  readonly frame: Frame;
  readonly parts: ServiceParts;
  readonly keys: Keys;
  readonly metrics: Metrics;
  readonly outbox: OutboxLoop;
  readonly released: ReleasedBundle;
  readonly writes: WriteWatch;
}
