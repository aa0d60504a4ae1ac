// The one writer of history, as decisions need it: applications are received and outcomes told by the same door as any
// other event, and an application that came before is known again.

import type { BlockLayout } from "../compile/index.ts";
import type { History } from "../history/index.ts";
import { type OutgoingEvent, SOURCE } from "./told-events.ts";

export interface EventDoor {
  /** Resolves when the events are durable and the deciders can read them; what the log holds already is left out. */
  append(events: readonly OutgoingEvent[]): Promise<void>;
  /** When each application was received, in microseconds; undefined for one that the log has not heard of. */
  receivedAt(applications: readonly string[]): Promise<readonly (number | undefined)[]>;
  /** Resolves when long histories can be read for kernels with these layouts of blocks without unpacking all of them. */
  tellBlocks(layouts: readonly BlockLayout[]): Promise<void>;
}

const RECEIVED = "application.received";

export function eventDoor({ ingest, online }: Pick<History, "ingest" | "online">): EventDoor {
  return {
    async append(events) {
      const { quarantined } = await ingest(events, { source: SOURCE });
      const refused = quarantined[0];
      if (refused !== undefined) {
        throw new Error(`the log refused ${events[refused.row - 1]?.eventId}: ${refused.code}`);
      }
    },
    tellBlocks: async (layouts) => await online.tellBlocks(layouts),
    async receivedAt(applications) {
      const wanted = applications.map((entity) => ({ entity, events: [RECEIVED] }));
      const { histories } = online.read(wanted);
      return histories.map(({ events }) => events[RECEIVED]?.at[0]);
    },
  };
}
