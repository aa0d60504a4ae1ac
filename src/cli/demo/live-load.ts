// Applicants who keep coming while a loop lets a challenger in, or a release breaks: people of the example ask again and again,
// a few at a time, each time under a fresh key.

import { randomUUID } from "node:crypto";
import { askedOf } from "./decide-load.ts";
import type { DemoModule, DemoSpineRow } from "./demo-module.ts";
import type { ServiceClient } from "./service-client.ts";

const IN_FLIGHT = 4;

export interface LiveCounts {
  readonly count: number;
  readonly dropped: number;
}

export interface LiveLoad {
  /** Ends it, waits for what is in flight, and tells. */
  stop(): Promise<LiveCounts>;
}

export function startLiveLoad(client: ServiceClient, demo: DemoModule, rows: readonly DemoSpineRow[]): LiveLoad {
  const run = randomUUID();
  let [next, count, dropped, stopped] = [0, 0, 0, false];
  const applicant = async (): Promise<void> => {
    while (!stopped) {
      const i = next++;
      const asked = askedOf(demo, rows[i % rows.length]!);
      const answer = await client.post("/v1/decisions", asked, `${run}:${i}`).catch(() => undefined);
      await answer?.arrayBuffer();
      count++;
      if (answer?.ok !== true) dropped++;
    }
  };
  const applicants = Promise.all(Array.from({ length: IN_FLIGHT }, applicant));
  return {
    async stop() {
      stopped = true;
      await applicants;
      return { count, dropped };
    },
  };
}
