// What a workspace's history says of a typical entity, for estimates: from the newest snapshot, the lateness that was noted and
// the size of the online store. Opens no engine that writes.

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { MICROS_PER_DAY } from "../base/index.ts";
import type { Counted } from "../catalogue/index.ts";
import type { Workspace } from "../workspace/index.ts";

/** null where nothing has been sealed. */
export async function countedIn(workspace: Workspace): Promise<Counted | null> {
  const history = await import("../history/index.ts");
  const folder = workspace.folder("history");
  const snapshot = await history.currentSnapshot(folder);
  if (snapshot === undefined) return null;
  const [statistics, typical, feeds, stored] = await Promise.all([
    history.tableStatistics(snapshot),
    history.typicalRows(snapshot),
    history.readLateness(folder),
    bytesIn(history.onlineFolder(folder)),
  ]);
  const spans = new Map(statistics.map(({ name, oldestAt, newestAt }) => [name, daysOf(oldestAt, newestAt)]));
  const rows = statistics.reduce((sum, each) => sum + each.rows, 0);
  return {
    loads: Object.fromEntries(
      typical.map(({ event, rowsPerEntity }) => [event, { rows: rowsPerEntity, days: spans.get(event) ?? 1 }]),
    ),
    bytesPerEvent: stored === null || rows === 0 ? null : stored / rows,
    sources: sourcesOf(feeds),
  };
}

/** At least one, so that a rate can be made of it. */
function daysOf(oldestAt: number | null, newestAt: number | null): number {
  return oldestAt === null || newestAt === null ? 1 : Math.max(1, (newestAt - oldestAt) / MICROS_PER_DAY);
}

async function bytesIn(folder: string): Promise<number | null> {
  const names = await readdir(folder).catch(() => null);
  if (names === null) return null;
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function sourcesOf(feeds: readonly { readonly event: string; readonly source: string }[]): Counted["sources"] {
  const byEvent = Map.groupBy(feeds, ({ event }) => event);
  return Object.fromEntries(
    [...byEvent].map(([event, all]) => [event, [...new Set(all.map(({ source }) => source))].sort()]),
  );
}
