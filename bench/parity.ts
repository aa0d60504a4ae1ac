import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashPrefix, invariant } from "../src/base/index.ts";
import { type Walked, type World, walkRoads } from "../tests/parity/roads.ts";
import type { Bench, Result, Size } from "./bench.ts";

/** Worlds, one after the other, each with definitions and histories of its own. */
const worlds = { tiny: 1, small: 20, full: 105 };
const world = { entities: 200, instants: 8, features: 60 };
const tiny = { entities: 20, instants: 6, features: 30 };

/** Every value on four roads, bit for bit; nothing is raced. */
export const parityBench: Bench = {
  name: "parity",
  work: "random definitions over random histories: naive twin, kernel, table files and online store, bit for bit",
  run: async (size: Size, seed: string) => await walkWorlds(worlds[size], size === "tiny" ? tiny : world, seed),
  full: async (seed: string) => await walkWorlds(worlds.full, world, seed),
};

async function walkWorlds(count: number, size: Omit<World, "seed">, seed: string): Promise<Result> {
  const total = { values: 0, present: 0, differences: 0, first: null as string | null };
  const beganCpu = process.cpuUsage();
  for (let i = 0; i < count; i++) {
    const walked = await walkOne({ ...size, seed: hashPrefix(`${seed}/${i}`, 31) });
    total.values += walked.values;
    total.present += walked.present;
    total.differences += walked.differences;
    total.first ??= walked.first;
  }
  const { values, present, differences, first } = total;
  invariant(differences === 0, `${differences} of ${values} values differ; the first: ${first}`);
  const { user, system } = process.cpuUsage(beganCpu);
  const cpu = (user + system) / 1e6;
  return {
    figures: [
      { what: "values, each on four roads", value: values, unit: "values" },
      { what: "differences", value: differences, unit: "values" },
      { what: "present", value: (100 * present) / values, unit: "%" },
      { what: "values per CPU second, all roads", value: values / cpu, unit: "values/s" },
    ],
    agreed: values,
    notes: [`${count} worlds of ${size.entities} people, ${size.instants} instants and ${size.features} features.`],
    summary: { values, differences },
  };
}

async function walkOne(asked: World): Promise<Walked> {
  const folder = mkdtempSync(join(tmpdir(), "assay-bench-parity-"));
  try {
    return await walkRoads(folder, asked);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
