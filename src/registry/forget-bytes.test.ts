import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { directoryObjects, type Metadata, type ObjectStore, openMetadata } from "../storage/index.ts";
import { openRegistry, type Registry } from "./index.ts";

let folder: string;
let metadata: Metadata;
let objects: ObjectStore;
let registry: Registry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-forget-bytes-"));
  metadata = await openMetadata(folder);
  objects = directoryObjects(join(folder, "objects"));
  registry = await openRegistry(metadata, objects);
});

afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

it("takes bytes away, keeps the row and the lineage, and takes the same bytes in no more", async () => {
  const bytes = Buffer.from('{"parties":{"applicant":"p-1"}}');
  const held = await registry.saveArtefact("spine", "lines", bytes);
  const kept = await registry.saveArtefact("spine", "lines", Buffer.from('{"parties":{"applicant":"p-10"}}'));
  await registry.saveLineage(kept, [{ hash: held, role: "spine" }]);
  expect(await registry.artefactsHolding("spine", ['"p-1"'])).toEqual([{ hash: held, name: "lines" }]);
  for (let time = 0; time < 2; time++)
    await registry.forgetBytes(held, { reason: "a person was erased", successor: kept });
  expect([await objects.has(held), await objects.has(kept)]).toEqual([false, true]);
  expect(await registry.artefactsHolding("spine", ['"p-1"'])).toEqual([]);
  const erased = { code: "ASSAY_REGISTRY_ERASED" };
  await expect(registry.artefact(held)).rejects.toMatchObject(erased);
  await expect(registry.saveArtefact("spine", "another", bytes)).rejects.toMatchObject(erased);
  expect((await registry.artefacts("spine")).map(({ hash }) => hash).sort()).toEqual([held, kept].sort());
  expect(await registry.parents(kept)).toEqual([{ hash: held, role: "spine" }]);
});

it("follows successors to what stands there now", async () => {
  const saved = (text: string) => registry.saveArtefact("spine", "chain", Buffer.from(text));
  const [first, second, third] = [await saved("first"), await saved("second"), await saved("third")];
  expect(await registry.standIn(first!)).toBe(first);
  await registry.forgetBytes(first!, { reason: "a person was erased", successor: second! });
  await registry.forgetBytes(second!, { reason: "a person was erased", successor: third! });
  expect(await registry.standIn(first!)).toBe(third);
  await registry.forgetBytes(third!, { reason: "a person was erased", successor: null });
  expect(await registry.standIn(first!)).toBeNull();
});
