import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kysely, sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DecisionTables, firstBreak, type Link, migrations, RecordStore } from "../../src/decisions/index.ts";
import { externalPostgres, type Metadata, migrate, openMetadata } from "../../src/storage/index.ts";
import { openVault, type Vault } from "../../src/vault/index.ts";
import { declined } from "./records.ts";

let folder: string;
let metadata: Metadata;
let vault: Vault;
let db: Kysely<DecisionTables>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-records-"));
  metadata = await openMetadata(folder);
  vault = await openVault(metadata);
  db = metadata.db as Kysely<DecisionTables>;
  await migrate(db, "decisions", migrations);
});
afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

const openStore = () => new RecordStore(db, vault.personKeys);

async function chainOf(writer: string): Promise<Link[]> {
  return (await openStore().links()).get(writer) ?? [];
}

async function contentOf(decisionId: string): Promise<string | undefined> {
  const { link } = (await linkOf(decisionId))!;
  for await (const { link: each, content } of openStore().contents()) if (each.chainHash === link) return content;
  return undefined;
}

async function linkOf(decisionId: string) {
  const found = db.selectFrom("decisions").select("chain_hash as link").where("decision_id", "=", decisionId);
  return await found.executeTakeFirst();
}

const codeOf = (error: unknown) => (error as { code?: unknown }).code;

describe("a record", () => {
  it("comes back as it was committed, with its notice and what it has to tell", async () => {
    const store = openStore();
    const record = declined("b-1");
    const link = await store.commit(record);
    const { decision } = record;
    expect(await store.decision(decision.decisionId)).toEqual({
      decision,
      decisionText: record.decisionText,
      envelope: record.envelope,
      link,
      intact: true,
    });
    expect(await store.notice(decision.decisionId)).toEqual(record.notice);
    expect(await store.requestOf(record.idempotencyKey)).toMatchObject({ decision_id: decision.decisionId });
    const [told] = await store.waitingOutbox(10);
    expect(told!.events).toEqual(record.outbox);
    await store.markForwarded([told!.id]);
    expect(await store.waitingOutbox(10)).toEqual([]);
  });

  it("is linked with those committed at the same time into one whole chain", async () => {
    const store = openStore();
    const links = await Promise.all(Array.from({ length: 300 }, (_, i) => store.commit(declined(`b-${i % 7}`))));
    expect(links.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    const chain = await chainOf(store.writer);
    expect(chain).toEqual(links);
    expect(firstBreak(chain)).toBeNull();
    const { rows } = await sql<{ transactions: number }>`
      select count(distinct xmin::text)::int as transactions from decisions where writer = ${store.writer}`.execute(db);
    expect(rows[0]!.transactions).toBeLessThan(20);
  });

  it("that is refused fails alone: its neighbours in the group are committed, the chain has no gap", async () => {
    const store = openStore();
    await store.commit(declined("b-1", "taken"));
    const records = Array.from({ length: 9 }, (_, i) => declined("b-1", i === 4 ? "taken" : undefined));
    const outcomes = await Promise.allSettled(records.map((record) => store.commit(record)));
    expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual(records.map((_, i) => i !== 4));
    expect(codeOf((outcomes[4] as PromiseRejectedResult).reason)).toBe("23505");
    const chain = await chainOf(store.writer);
    expect(chain.length).toBe(9);
    expect(firstBreak(chain)).toBeNull();
    const kept = await db
      .selectFrom("decisions")
      .select("decision_id")
      .where("decision_id", "=", records[4]!.decision.decisionId)
      .execute();
    expect(kept).toEqual([]);
  });

  it("of a person who was erased is refused by name, and nobody else's", async () => {
    const store = openStore();
    await store.commit(declined("b-erased-before"));
    await vault.personKeys.destroy("b-erased-before");
    const outcomes = await Promise.allSettled([
      store.commit(declined("b-2")),
      store.commit(declined("b-erased-before")),
      store.commit(declined("b-3")),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(codeOf((outcomes[1] as PromiseRejectedResult).reason)).toBe("ASSAY_VAULT_ERASED");
    expect(firstBreak(await chainOf(store.writer))).toBeNull();
  });
});

describe("the chain", () => {
  it("is one a writer, for two that write at once", async () => {
    const [one, other] = [openStore(), openStore()];
    await Promise.all(Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? one : other).commit(declined("b-1"))));
    for (const { writer } of [one, other]) {
      const chain = await chainOf(writer);
      expect(chain.length).toBe(30);
      expect(firstBreak(chain)).toBeNull();
    }
  });

  it("still holds after a person's key was destroyed, whose content then is erased and not altered", async () => {
    const store = openStore();
    const gone = declined("b-gone");
    await Promise.all([store.commit(declined("b-1")), store.commit(gone), store.commit(declined("b-1"))]);
    expect(await contentOf(gone.decision.decisionId)).toBe("intact");
    await vault.personKeys.destroy("b-gone");
    expect(await contentOf(gone.decision.decisionId)).toBe("erased");
    await expect(store.decision(gone.decision.decisionId)).rejects.toThrow("ASSAY_VAULT_ERASED");
    await expect(store.notice(gone.decision.decisionId)).rejects.toThrow("ASSAY_VAULT_ERASED");
    expect(firstBreak(await chainOf(store.writer))).toBeNull();
  });

  it("names content of which one stored bit was altered", async () => {
    const store = openStore();
    const record = declined("b-1");
    await store.commit(record);
    await sql`update decisions set sealed = set_bit(sealed, 400, 1 - get_bit(sealed, 400))
      where decision_id = ${record.decision.decisionId}`.execute(db);
    expect(await contentOf(record.decision.decisionId)).toBe("altered");
  });

  it("is left as it stands where a connection broke, and another begins: what was acknowledged is there once", async () => {
    const store = openStore();
    const acknowledged = new Map<string, Link>();
    const failed: string[] = [];
    const commit = async (): Promise<void> => {
      const record = declined("b-1");
      const { decisionId } = record.decision;
      await store.commit(record).then(
        (link) => acknowledged.set(decisionId, link),
        () => failed.push(decisionId),
      );
    };
    const killer = new pg.Client(metadata.connectionString);
    await killer.connect();
    for (let round = 0; round < 12; round++) {
      const commits = Array.from({ length: 20 }, commit);
      await killer.query("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()");
      await Promise.all(commits);
    }
    await killer.end();
    await commit();
    expect(failed.length).toBeGreaterThan(0);
    const links = await store.links();
    const kept = new Map([...links.values()].flat().map((link) => [link.chainHash, link]));
    for (const link of acknowledged.values()) expect(kept.get(link.chainHash)).toEqual(link);
    for (const chain of links.values()) expect(firstBreak(chain)).toBeNull();
  });

  it("goes on after a commit whose answer was lost: the record is there once, and its key tells", async () => {
    const wire = await cuttableWire(metadata.connectionString);
    const over = await externalPostgres(wire.connectionString, folder);
    const store = new RecordStore(over.db as Kysely<DecisionTables>, vault.personKeys);
    const [before, lost, after] = [declined("b-1"), declined("b-1"), declined("b-1")];
    await store.commit(before);
    wire.cutAtNextAnswer();
    await expect(store.commit(lost)).rejects.toThrow();
    await store.commit(after);
    expect(await store.requestOf(lost.idempotencyKey)).toMatchObject({ decision_id: lost.decision.decisionId });
    for (const { decision } of [before, lost, after]) expect(await contentOf(decision.decisionId)).toBe("intact");
    for (const chain of (await store.links()).values()) expect(firstBreak(chain)).toBeNull();
    await over.close();
    await wire.close();
  });
});

/** A way to the database on which an answer can get lost: what was asked was done by then. */
async function cuttableWire(connectionString: string) {
  const address = new URL(connectionString);
  const socket = `${address.searchParams.get("host")}/.s.PGSQL.${address.port}`;
  let cutting = false;
  const server = createServer((client) => {
    const database = connect(socket);
    client.pipe(database).on("error", () => client.destroy());
    client.on("error", () => database.destroy());
    database.on("close", () => client.destroy());
    database.on("data", (answer) => {
      if (!cutting) client.write(answer);
      else {
        cutting = false;
        database.destroy();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    connectionString: `postgresql://${address.username}@127.0.0.1:${port}/postgres`,
    cutAtNextAnswer() {
      cutting = true;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

describe("a checkpoint", () => {
  it("changes with any head and follows the one before", async () => {
    const store = openStore();
    await store.commit(declined("b-1"));
    const first = await store.checkpoint();
    await store.commit(declined("b-1"));
    const hashes = [first, await store.checkpoint(), await store.checkpoint()];
    expect(new Set(hashes).size).toBe(3);
  });
});
