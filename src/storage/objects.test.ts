import { execFileSync, spawnSync } from "node:child_process";
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

// A real full disk: a tmpfs of 256 kB, mounted where no other process sees it.
const canMount = spawnSync("unshare", ["-Urm", "sh", "-c", `mount -t tmpfs -o size=256k none /mnt`]).status === 0;

it.skipIf(!canMount)(
  "stops at a full disk by name, keeps what was acknowledged and leaves nothing half-written",
  () => {
    const script = join(import.meta.dirname, "fixtures", "fill-disk.ts");
    const output = execFileSync(
      "unshare",
      ["-Urm", "sh", "-c", `mount -t tmpfs -o size=256k none /mnt && exec "$0" "$1" /mnt`, process.execPath, script],
      { encoding: "utf8" },
    );
    const { code, kept, readable, leftovers } = JSON.parse(output);
    expect(code).toBe("ASSAY_STORAGE_DISK_FULL");
    expect(kept).toBeGreaterThan(3);
    expect(readable).toBe(kept);
    expect(leftovers).toEqual([]);
  },
);
