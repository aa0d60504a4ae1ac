// The worker's sources and the versions it is locked to, as one hash: a changed trainer is another run.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Hash, hashBytes, hashJson } from "../base/index.ts";

/** The folder that holds `assay_trainer/`: what PYTHONPATH names. */
export const trainerHome = fileURLToPath(new URL("../../python", import.meta.url));

export async function trainerHash(): Promise<Hash> {
  const names = (await readdir(join(trainerHome, "assay_trainer"))).filter((name) => name.endsWith(".py")).sort();
  const paths = ["requirements.lock", ...names.map((name) => join("assay_trainer", name))];
  const hashes = paths.map(async (path) => [path, hashBytes(await readFile(join(trainerHome, path)))] as const);
  return hashJson(await Promise.all(hashes));
}
