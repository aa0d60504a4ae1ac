// People leave the table files: every file that holds a row of theirs, or a reference to them, is written anew without, under
// a name of its own, and the next snapshot names the new ones. Only files whose bucket can hold them are looked into, and
// those of types with references.

import { join } from "node:path";
import { hashPrefix } from "../base/index.ts";
import type { HistoryEvent } from "../compile/index.ts";
import type { EventNode } from "../define/index.ts";
import { readTable } from "../storage/index.ts";
import { refFields, withoutRefs } from "./erased-rows.ts";
import { type PlacedEvent, placedTableEvents } from "./event-table.ts";
import type { Group } from "./online-histories.ts";
import type { Snapshot, SnapshotManifest, TableFile } from "./snapshot.ts";
import { syncTables, writeRun } from "./table-run.ts";

export interface TableHoldings {
  /** Rows of the people. */
  readonly events: number;
  /** Rows of others that refer to them. */
  readonly redacted: number;
}

/** What of the people is in the files of a snapshot. */
export async function tableHoldings(snapshot: Snapshot, people: ReadonlySet<string>): Promise<TableHoldings> {
  let [events, redacted] = [0, 0];
  for (const { node, file } of filesToLookInto(snapshot, people)) {
    const found = await holdingsOfFile(snapshot, node, file, people);
    events += found.events;
    redacted += found.redacted;
  }
  return { events, redacted };
}

export interface RewrittenTables {
  /** The same one where no file holds the people. */
  readonly manifest: SnapshotManifest;
  /** Whose events lost a reference. */
  readonly redacted: readonly Group[];
}

/** The files without the people, durable and not yet published. */
export async function tablesWithout(snapshot: Snapshot, people: ReadonlySet<string>): Promise<RewrittenTables> {
  const redacted = new Map<string, Group>();
  const replaced = new Map<string, TableFile | null>();
  for (const { node, file } of filesToLookInto(snapshot, people)) {
    const found = await holdingsOfFile(snapshot, node, file, people);
    if (found.events + found.redacted === 0) continue;
    const left = await rowsWithout(snapshot, node, file, people, redacted);
    const { bits, bucket } = file;
    const anew = left.length === 0 ? null : await writeRun({ folder: snapshot.folder, bits, bucket }, node, left);
    replaced.set(file.path, anew);
  }
  if (replaced.size === 0) return { manifest: snapshot.manifest, redacted: [] };
  await syncTables(
    snapshot.folder,
    [...replaced.values()].filter((file) => file !== null),
  );
  const events = Object.entries(snapshot.manifest.events).map(([name, { files, ...event }]) => {
    const left = files.map((file) => (replaced.has(file.path) ? replaced.get(file.path)! : file));
    return [name, { ...event, files: left.filter((file) => file !== null) }];
  });
  return {
    manifest: { ...snapshot.manifest, events: Object.fromEntries(events) },
    redacted: [...redacted.values()],
  };
}

/** All events that the files of a manifest hold of some groups. */
export async function eventsOfGroups(
  folder: string,
  manifest: SnapshotManifest,
  groups: readonly Group[],
): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for (const [name, of] of Map.groupBy(groups, ({ event }) => event)) {
    const entities = new Set(of.map(({ entity }) => entity));
    for (const { path, bits, bucket, schemaHash } of manifest.events[name]?.files ?? []) {
      if (![...entities].some((entity) => hashPrefix(entity, bits) === bucket)) continue;
      const table = await readTable([join(folder, path)], { where: isIn(["_entity"], entities) });
      events.push(...placedTableEvents(table, manifest.schemas[schemaHash]!).map(({ event }) => event));
    }
  }
  return events;
}

function filesToLookInto({ manifest }: Snapshot, people: ReadonlySet<string>) {
  const mayHold = ({ bits, bucket }: TableFile) => [...people].some((entity) => hashPrefix(entity, bits) === bucket);
  return Object.values(manifest.events).flatMap(({ files }) =>
    files
      .map((file) => ({ file, node: manifest.schemas[file.schemaHash]! }))
      .filter(({ file, node }) => mayHold(file) || refFields(node).length > 0),
  );
}

async function holdingsOfFile(
  { folder }: Snapshot,
  node: EventNode,
  { path }: TableFile,
  people: ReadonlySet<string>,
): Promise<TableHoldings> {
  const where = isIn(["_entity", ...refFields(node)], people);
  const { rows, columns: read } = await readTable([join(folder, path)], { columns: ["_entity"], where });
  const entities = (read["_entity"]?.values ?? []) as readonly string[];
  const events = entities.filter((entity) => people.has(entity)).length;
  return { events, redacted: rows - events };
}

/** A condition on rows in which one of the entities stands in one of the columns. */
function isIn(columns: readonly string[], entities: ReadonlySet<string>): string {
  const wanted = [...entities].map((entity) => `'${entity.replaceAll("'", "''")}'`).join(", ");
  return columns.map((name) => `t."${name}" in (${wanted})`).join(" or ");
}

async function rowsWithout(
  { folder }: Snapshot,
  node: EventNode,
  { path }: TableFile,
  people: ReadonlySet<string>,
  redacted: Map<string, Group>,
): Promise<PlacedEvent[]> {
  const left: PlacedEvent[] = [];
  for (const { event: held, offset } of placedTableEvents(await readTable([join(folder, path)]), node)) {
    if (people.has(held.entity)) continue;
    const event = withoutRefs(held, { [node.name]: node }, people);
    left.push({ event, offset });
    const { entity } = held;
    if (event !== held) redacted.set(`${entity}\u0000${node.name}`, { entity, event: node.name });
  }
  return left;
}
