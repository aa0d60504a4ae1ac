import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { objectStoreConformance } from "./objects.conformance.ts";
import { directoryObjects } from "./objects.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-objects-"));
});
afterAll(() => rm(folder, { recursive: true }));

objectStoreConformance("directory", async () => directoryObjects(await mkdtemp(join(folder, "store-"))));

it("lays objects out as ab/cdef and leaves no temporary files", async () => {
  const store = await mkdtemp(join(folder, "layout-"));
  const hash = await directoryObjects(store).put(Buffer.from("abc"));
  expect(await readdir(store)).toEqual([hash.slice(0, 2)]);
  expect(await readdir(join(store, hash.slice(0, 2)))).toEqual([hash.slice(2)]);
});

it("refuses bytes that no longer hash to their name, and put heals them", async () => {
  const store = await mkdtemp(join(folder, "damaged-"));
  const objects = directoryObjects(store);
  const hash = await objects.put(Buffer.from("what was kept"));
  const path = join(store, hash.slice(0, 2), hash.slice(2));
  await writeFile(path, "what was KEPT");
  await expect(objects.get(hash)).rejects.toMatchObject({ code: "ASSAY_STORAGE_WRONG_HASH" });
  await truncate(path, 4);
  await expect(objects.get(hash)).rejects.toMatchObject({ code: "ASSAY_STORAGE_WRONG_HASH" });
  await objects.put(Buffer.from("what was kept"));
  expect(await readFile(path, "utf8")).toBe("what was kept");
});
