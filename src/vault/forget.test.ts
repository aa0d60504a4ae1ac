import { createSecretKey } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Metadata, openMetadata } from "../storage/index.ts";
import { tombstoneOf } from "./forget.ts";
import { openVault, type Vault } from "./index.ts";

let folder: string;
let metadata: Metadata;
let vault: Vault;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-vault-forget-"));
  metadata = await openMetadata(folder);
  vault = await openVault(metadata);
});

afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

const PERSON = "person-with-an-unmistakable-id";
const row = (entity: string) => ({ entityType: "borrower", entity, field: "sex", value: `value of ${entity}`, at: 1 });

/** Every row of every table of the room, as text. */
async function everything(): Promise<string> {
  const tables = await metadata.pool.query<{ table_name: string }>(
    "select table_name from information_schema.tables where table_schema = 'vault' order by 1",
  );
  const texts = [];
  for (const { table_name } of tables.rows) {
    const { rows } = await metadata.pool.query<{ row: string }>(
      `select t::text as row from vault."${table_name}" as t`,
    );
    texts.push(...rows.map((one) => one.row));
  }
  return texts.join("\n");
}

it("forgets attributes, key and id, and leaves a tombstone that no one who has the database can read", async () => {
  await vault.store([row(PERSON), row("another")]);
  const sealed = await vault.personKeys.seal(PERSON, Buffer.from("x"));
  const others = await vault.personKeys.seal("another", Buffer.from("y"));
  expect(await vault.holdingsOf(PERSON)).toEqual({ attributes: 1, keys: 1 });
  expect(await everything()).toContain(PERSON);
  const there = await openVault(metadata);
  for (let time = 0; time < 2; time++) await vault.forget(PERSON);
  expect(await everything()).not.toContain(PERSON);
  expect(await vault.holdingsOf(PERSON)).toEqual({ attributes: 0, keys: 0 });
  for (const each of [vault, there, await openVault(metadata)]) {
    await expect.poll(() => each.erased([PERSON, "another"])).toEqual(new Set([PERSON]));
    const erased = { code: "ASSAY_VAULT_ERASED" };
    await expect(each.personKeys.seal(PERSON, sealed)).rejects.toMatchObject(erased);
    await expect(each.personKeys.open(PERSON, sealed)).rejects.toMatchObject(erased);
    await expect(each.personKeys.open(await each.tombstoneOf(PERSON), sealed)).rejects.toMatchObject(erased);
    expect(Buffer.from(await each.personKeys.open("another", others)).toString()).toBe("y");
  }
  expect(await vault.holdingsOf("another")).toEqual({ attributes: 1, keys: 1 });
  expect(await everything()).not.toContain(PERSON);
});

it("gives the tombstones of version 1 for ever", () => {
  const master = createSecretKey(Buffer.alloc(32, 7));
  expect(tombstoneOf(master, "borrower-1")).toBe(GOLDEN);
});

const GOLDEN = "erased-4aed7952e05fcef7dcb21736bb4f3b3921298c033d0153016d2a5025cb84f4e0";
