import { chmod, copyFile, mkdtemp, readFile, rm, stat, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAssayError } from "../base/index.ts";
import { type Metadata, openMetadata } from "../storage/index.ts";
import { NOT_COLLECTED, openVault, TOO_FEW, type Vault } from "./index.ts";

let folder: string;
let metadata: Metadata;
let vault: Vault;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-vault-"));
  metadata = await openMetadata(folder);
  vault = await openVault(metadata);
});
afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

const entityType = "borrower";
const people = Array.from({ length: 240 }, (_, i) => ({
  entity: `b-${i}`,
  sex: i % 3 === 0 ? "1" : "2",
  // Code 5 is undocumented in the source; code 0 is rarer than the minimum.
  education: i < 3 ? "0" : i % 4 === 0 ? "5" : "2",
  age: String(21 + (i % 60)),
}));
const rowsOf = (field: "sex" | "education" | "age") =>
  people.map((person) => ({ entityType, entity: person.entity, field, value: person[field], at: 1 }));
const cellOf = (i: number) => (i % 2 === 0 ? "approved" : "declined");
const members = people.map(({ entity }, i) => ({ entity, cell: cellOf(i) }));

describe("attributes", () => {
  beforeAll(async () => {
    await vault.store([...rowsOf("sex"), ...rowsOf("education"), ...rowsOf("age")]);
  });

  function expected(group: (person: (typeof people)[number]) => string) {
    const answer: Record<string, Record<string, number>> = {};
    for (const [i, person] of people.entries()) {
      answer[group(person)] ??= {};
      const row = answer[group(person)]!;
      row[cellOf(i)] = (row[cellOf(i)] ?? 0) + 1;
    }
    return answer;
  }

  it("answers how many of each group are in each cell, and leaves undocumented codes as they are", async () => {
    expect(await vault.aggregate({ entityType, field: "sex", members })).toEqual(expected(({ sex }) => sex));
    const answer = await vault.aggregate({ entityType, field: "education", members });
    expect(answer).toEqual(expected(({ education }) => (education === "2" ? "2" : TOO_FEW)));
  });

  it("groups ages by bands, the rest outside", async () => {
    const bands = [
      { name: "under 40", from: 0, to: 40 },
      { name: "40 to 62", from: 40, to: 62 },
    ];
    const band = (age: number) => (age < 40 ? "under 40" : age < 62 ? "40 to 62" : "outside the bands");
    const answer = await vault.aggregate({ entityType, field: "age", bands, members });
    expect(answer).toEqual(expected(({ age }) => band(Number(age))));
    const overlapping = [bands[0]!, { name: "30 to 50", from: 30, to: 50 }];
    const refused = vault.aggregate({ entityType, field: "age", bands: overlapping, members });
    await expect(refused).rejects.toMatchObject({ code: "ASSAY_VAULT_BANDS" });
  });

  it("stores the same rows without change, and lets the later value win in any order", async () => {
    const before = await vault.aggregate({ entityType, field: "sex", members });
    await vault.store(rowsOf("sex"));
    expect(await vault.aggregate({ entityType, field: "sex", members })).toEqual(before);
    const later = rowsOf("sex").map((row) => ({ ...row, value: "9", at: 5 }));
    const field = "sexAmended";
    const renamed = (rows: typeof later) => rows.map((row) => ({ ...row, field }));
    await vault.store(renamed([...later, ...rowsOf("sex")]));
    await vault.store(renamed(rowsOf("sex")));
    expect(Object.keys(await vault.aggregate({ entityType, field, members }))).toEqual(["9"]);
  });

  it("keeps entity types apart and says of whom it knows nothing", async () => {
    const strangers = members.map(({ entity, cell }) => ({ entity: `${entity}x`, cell }));
    const answer = await vault.aggregate({ entityType, field: "sex", members: strangers });
    expect(Object.keys(answer)).toEqual([NOT_COLLECTED]);
    expect(Object.keys(await vault.aggregate({ entityType: "account", field: "sex", members }))).toEqual([
      NOT_COLLECTED,
    ]);
    expect(await vault.aggregate({ entityType, field: "sex", members: [] })).toEqual({});
  });

  it("gives no single person away", async () => {
    const alone = await vault.aggregate({ entityType, field: "sex", members: [{ entity: "b-0", cell: "b-0" }] });
    expect(alone).toEqual({ [TOO_FEW]: { [TOO_FEW]: 1 } });
    const each = members.map(({ entity }) => ({ entity, cell: entity }));
    const answer = await vault.aggregate({ entityType, field: "sex", members: each });
    expect(Object.values(answer).flatMap((row) => Object.keys(row))).toEqual([TOO_FEW, TOO_FEW]);
    const repeated = Array.from({ length: 50 }, () => ({ entity: "b-0", cell: "a" }));
    expect(await vault.aggregate({ entityType, field: "sex", members: repeated })).toEqual(
      await vault.aggregate({ entityType, field: "sex", members: repeated.slice(0, 1) }),
    );
    const twice = [...members, { entity: "b-0", cell: "elsewhere" }];
    await expect(vault.aggregate({ entityType, field: "sex", members: twice })).rejects.toMatchObject({
      code: "ASSAY_VAULT_TWO_CELLS",
    });
  });
});

describe("person keys", () => {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

  it("seals for thousands at once, and another process opens with the same workspace key", async () => {
    const entities = Array.from({ length: 3000 }, (_, i) => `person-${i % 1500}`);
    const sealed = await Promise.all(entities.map((entity, i) => vault.personKeys.seal(entity, Buffer.from(`${i}`))));
    const there = await openVault(metadata);
    await there.personKeys.prepare(entities);
    const opened = await Promise.all(sealed.map((bytes, i) => there.personKeys.open(entities[i]!, bytes)));
    expect(opened.map(text)).toEqual(entities.map((_, i) => `${i}`));
    const { rows } = await metadata.pool.query("select count(*) as keys from vault.person_key");
    expect(rows).toEqual([{ keys: 1500 }]);
  });

  it("makes one key when two processes seal for a new person at once", async () => {
    const there = await openVault(metadata);
    const both = await Promise.all([vault, there].map((each) => each.personKeys.seal("both", Buffer.from("x"))));
    for (const bytes of both)
      for (const each of [vault, there]) expect(text(await each.personKeys.open("both", bytes))).toBe("x");
  });

  it("cannot open what is another's, changed, or was never sealed", async () => {
    const sealed = await vault.personKeys.seal("one", Buffer.from("x"));
    await vault.personKeys.seal("two", Buffer.from("x"));
    await expect(vault.personKeys.open("two", sealed)).rejects.toMatchObject({ code: "ASSAY_VAULT_DAMAGED" });
    await expect(vault.personKeys.open("three", sealed)).rejects.toMatchObject({ code: "ASSAY_VAULT_NO_KEY" });
  });

  it("destroys a key for good, in every process that holds it", async () => {
    const there = await openVault(metadata);
    const sealed = await vault.personKeys.seal("erased", Buffer.from("x"));
    expect(text(await there.personKeys.open("erased", sealed))).toBe("x");
    await vault.personKeys.destroy("erased");
    const erased = { code: "ASSAY_VAULT_ERASED" };
    await expect(vault.personKeys.open("erased", sealed)).rejects.toMatchObject(erased);
    await expect(vault.personKeys.seal("erased", sealed)).rejects.toMatchObject(erased);
    await expect
      .poll(() =>
        there.personKeys
          .open("erased", sealed)
          .then(text, (error: unknown) => (isAssayError(error) ? error.code : "?")),
      )
      .toBe(erased.code);
    await vault.personKeys.destroy("erased");
    await vault.personKeys.destroy("never seen");
    await expect(vault.personKeys.seal("never seen", sealed)).rejects.toMatchObject(erased);
    const { rows } = await metadata.pool.query("select wrapped from vault.person_key where entity like 'erased%'");
    expect(rows).toEqual([{ wrapped: null }, { wrapped: null }]);
  });

  it("keeps its master key in a file of its own, and refuses a missing, foreign or readable one", async () => {
    const path = join(folder, "vault.key");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const stored = JSON.stringify((await metadata.pool.query("select * from vault.master_key")).rows);
    expect(stored).not.toContain((await readFile(path, "utf8")).split(" ")[1]!.trim());
    await copyFile(path, `${path}.kept`);
    const attempt = async () => (await openVault(metadata)).personKeys.seal("one", Buffer.from("x"));

    await chmod(path, 0o640);
    await expect(attempt()).rejects.toMatchObject({ code: "ASSAY_VAULT_MASTER_KEY_EXPOSED" });
    await unlink(path);
    await expect(attempt()).rejects.toMatchObject({ code: "ASSAY_VAULT_MASTER_KEY_MISSING" });
    for (const foreign of [`assay-vault-key-1 ${"ab".repeat(32)}\n`, "not a key\n"]) {
      await writeFile(path, foreign, { mode: 0o600 });
      await expect(attempt()).rejects.toMatchObject({ code: "ASSAY_VAULT_MASTER_KEY_WRONG" });
    }
    await copyFile(`${path}.kept`, path);
    await attempt();
  });
});
