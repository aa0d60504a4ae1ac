import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { metadataConformance } from "./metadata.conformance.ts";
import { externalPostgres, type Metadata, openMetadata } from "./metadata.ts";

let folder: string;
let keeper: Metadata;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-metadata-"));
  keeper = await openMetadata(folder);
});
afterAll(async () => {
  await keeper.close();
  await rm(folder, { recursive: true });
});

metadataConformance("embedded PostgreSQL", () => openMetadata(folder));

metadataConformance("PostgreSQL behind an address", async () => externalPostgres(await otherDatabase(), folder));

let made: Promise<string> | undefined;
function otherDatabase(): Promise<string> {
  made ??= keeper.pool.query("create database shared").then(() => {
    return keeper.connectionString.replace("/postgres?", "/shared?");
  });
  return made;
}

it("names a database that does not answer, without its password", async () => {
  const attempt = externalPostgres("postgresql://someone:secret@127.0.0.1:1/none", folder);
  await expect(attempt).rejects.toMatchObject({ code: "ASSAY_STORAGE_UNREACHABLE" });
  await expect(attempt).rejects.not.toThrow("secret");
});
