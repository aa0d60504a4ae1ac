// Random definitions over random histories, on every road: late, tied, revised, retracted, at midnight and where clocks change.
// `npm run bench -- parity` walks ten million values; ASSAY_PARITY_SEED repeats a world.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { walkRoads } from "./roads.ts";

const seed = Number(process.env["ASSAY_PARITY_SEED"] ?? 20_051_003);

test("naive twin, kernel, table files and online store give one value", { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "assay-roads-"));
  try {
    const walked = await walkRoads(folder, { entities: 60, instants: 8, features: 40, seed });
    expect(walked).toMatchObject({ first: null, differences: 0, values: 60 * 8 * 40 });
    expect(walked.present / walked.values).toBeGreaterThan(0.3);
  } finally {
    await rm(folder, { recursive: true });
  }
});
