// What the season's steps need of a workspace, wired from its engines and this machine.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { AssayError } from "../base/index.ts";
import type { SeasonSite } from "../learning/index.ts";
import type { Workspace } from "../workspace/index.ts";
import { problems } from "./errors.ts";

const packageRoot = new URL("../../", import.meta.url);

export async function seasonSite(
  workspace: Workspace,
  { progress, signal }: Pick<SeasonSite, "progress" | "signal">,
): Promise<SeasonSite> {
  const cores = Math.max(1, Math.min(cpus().length, 8));
  return {
    registry: await workspace.registry(),
    objects: await workspace.objects(),
    vault: await workspace.vault(),
    python: fileURLToPath(new URL(".venv/bin/python", packageRoot)),
    folder: (name) => workspace.folder(name),
    workers: cores,
    threads: cores,
    nowMicros: () => performance.now() * 1000,
    progress,
    signal,
  };
}

/**
 * Waits for the Python environment, building it where it is not there yet; returns at once where it is current.
 * What is missing is said on standard error. Throws ASSAY_CLI_PYTHON_SETUP.
 */
export async function pythonReady(signal: AbortSignal): Promise<void> {
  const setup = fileURLToPath(new URL("setup.mjs", packageRoot));
  if (!existsSync(setup)) return;
  const code = await new Promise<number>((resolve, reject) => {
    const child = spawn(process.execPath, [setup, "python"], { stdio: ["ignore", "ignore", "inherit"], signal });
    child.once("error", reject);
    child.once("exit", (exit) => resolve(exit ?? 1));
  });
  if (code !== 0) throw new AssayError(problems.PYTHON_SETUP("training", { code }));
}
