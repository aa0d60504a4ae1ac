// A real service over ground that loops are worked on: HTTP, PostgreSQL, the log, a decider worker. Nothing is imitated, and
// it knows no more of the worker than what both find in the database.

import { join } from "node:path";
import type { Kysely } from "kysely";
import { fixedClock, type Hash, type Instant } from "../../src/base/index.ts";
import { openErasures } from "../../src/compliance/index.ts";
import {
  DeciderPool,
  DecisionService,
  type DecisionTables,
  eventDoor,
  migrations,
  RecordStore,
  replayDecision,
  runBundle,
} from "../../src/decisions/index.ts";
import type { EventNode } from "../../src/define/index.ts";
import { onlineFolder, openHistory } from "../../src/history/index.ts";
import { bakesOver, bundleObjects, openBook, readLoop } from "../../src/learning/index.ts";
import { openAlerts, openParityBook } from "../../src/monitoring/index.ts";
import { openRegistry } from "../../src/registry/index.ts";
import { openKeys, rights, type ServiceParts, startServer, watchingOver } from "../../src/server/index.ts";
import { directoryObjects, type Metadata, migrate, openMetadata } from "../../src/storage/index.ts";
import { openVault } from "../../src/vault/index.ts";

export interface ServedGround {
  readonly folder: string;
  readonly events: readonly EventNode[];
  /** Every request is decided at this moment. */
  readonly askedAt: Instant;
  readonly arrivedAt: Instant;
}

export interface Serving {
  readonly url: string;
  /** What a client with every right sends along. */
  readonly headers: { readonly authorization: string; readonly "content-type": string };
  readonly parts: ServiceParts;
  /** As Ctrl-C does: what is in flight is answered. */
  close(): Promise<void>;
}

export async function openServing(ground: ServedGround): Promise<Serving> {
  const metadata = await openMetadata(ground.folder);
  const parts = await openParts(ground, metadata);
  const running = await startServer(parts, { port: 0, host: "127.0.0.1" });
  const { token } = await (await openKeys(metadata)).createKey("clients", rights);
  return {
    url: running.url,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    parts,
    async close() {
      await running.close();
      await metadata.close();
    },
  };
}

async function openParts({ folder, events, ...at }: ServedGround, metadata: Metadata): Promise<ServiceParts> {
  const objects = directoryObjects(join(folder, "objects"));
  const registry = await openRegistry(metadata, objects);
  const vault = await openVault(metadata);
  await migrate(metadata.db, "decisions", migrations);
  const records = new RecordStore(metadata.db as Kysely<DecisionTables>, vault.personKeys);
  const schema = Object.fromEntries(events.map((event) => [event.name, event]));
  const arrival = fixedClock(at.arrivedAt);
  const history = await openHistory(join(folder, "history"), { schema, vault, clock: arrival });
  const pool = new DeciderPool({ onlineFolder: onlineFolder(history.folder), schema }, 1);
  const clock = fixedClock(at.askedAt);
  const parcelOf = async (hash: Hash) => {
    const document = await registry.bundle(hash);
    return { hash, document, objects: await bundleObjects(document, objects) };
  };
  const deciding = { pool, records, events: eventDoor(history), parcelOf, clock };
  const champion = async () => (await registry.released())?.hash ?? null;
  return {
    name: "lines",
    version: "test",
    metadata,
    registry,
    history,
    records,
    decisions: new DecisionService({ ...deciding, release: "test" }),
    clock,
    simulatedNow: null,
    parcelOf,
    async replay(id) {
      const stored = (await records.decision(id))!;
      return replayDecision(runBundle(await parcelOf(stored.decision.bundle)), stored);
    },
    watching: watchingOver(registry, await openAlerts(metadata, {}), await openParityBook(metadata)),
    loops: await openBook(metadata, { declaration: { bundle: "lines" }, clock: arrival, champion }),
    bakes: bakesOver(metadata),
    erasures: await openErasures(metadata, vault),
    erasing: {
      metadata,
      vault,
      records,
      registry,
      datasetsFolder: join(folder, "datasets"),
      sequencesFolder: join(folder, "sequences"),
      release: "test",
    },
    evidence: (pack) => readLoop(registry, pack),
    facts: { invented: [], caveats: [] },
    log: { level: "silent" },
  };
}
