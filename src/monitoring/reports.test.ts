import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openRegistry, type Registry } from "../registry/index.ts";
import { directoryObjects, type Metadata, openMetadata } from "../storage/index.ts";
import { foundFinding, foundReport } from "./fixtures/found-report.ts";
import { keepReport, keptReports, readReport } from "./reports.ts";

let folder: string;
let metadata: Metadata;
let registry: Registry;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-reports-"));
  metadata = await openMetadata(folder);
  registry = await openRegistry(metadata, directoryObjects(join(folder, "objects")));
});
afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

it("come back as they were kept, newest first, as many as asked", async () => {
  const reports = [1, 2, 3].map((decisions) => foundReport([foundFinding(`x${decisions}`)], { decisions }));
  const hashes = [];
  for (const report of reports) hashes.push(await keepReport(registry, "lines", report));
  expect(await readReport(registry, hashes[0]!)).toEqual(reports[0]);
  const kept = await keptReports(registry, 2);
  expect(kept.map(({ hash, report }) => [hash, report.decisions])).toEqual([
    [hashes[2], 3],
    [hashes[1], 2],
  ]);
  expect(kept[0]!.savedAt).toBeGreaterThanOrEqual(kept[1]!.savedAt);
});

it("are one where they say the same", async () => {
  const report = foundReport([], { decisions: 9 });
  expect(await keepReport(registry, "lines", report)).toBe(await keepReport(registry, "lines", report));
});

it("of another version are refused by name", async () => {
  const hash = await registry.saveDocument("monitor", "lines", { ...foundReport([]), version: 2 });
  await expect(readReport(registry, hash)).rejects.toMatchObject({ code: "ASSAY_MONITORING_UNKNOWN_VERSION" });
});
