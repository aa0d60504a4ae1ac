// LISTEN on a connection of its own, outside the pool. A broken connection is made anew; since notifications sent
// meanwhile are lost, the listener is then told to look for itself.

import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

const RETRY_MS = 500;

/** Resolves once listening; the returned function stops it. */
export async function followChannel(
  connectionString: string,
  channel: string,
  heard: (payload: string | undefined) => void,
): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  let client: pg.Client | undefined;

  const listen = async (): Promise<void> => {
    const next = new pg.Client({ connectionString });
    next.on("notification", (message) => heard(message.payload ?? ""));
    next.on("error", () => {});
    await next.connect();
    await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    next.once("end", () => void reconnect());
    client = next;
    if (stopping.signal.aborted) await next.end();
  };

  const reconnect = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await sleep(RETRY_MS, undefined, { signal: stopping.signal, ref: false });
        await listen();
        return heard(undefined);
      } catch {
        // Either stopping, which the loop sees, or the server is not back yet.
      }
    }
  };

  await listen();
  return async () => {
    stopping.abort();
    await client?.end();
  };
}
