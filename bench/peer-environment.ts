// A Python environment of its own for each peer, with pinned versions, beside the state that git leaves out.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The interpreter of an environment that holds `packages`; made at first use. */
export function peerPython(name: string, packages: readonly string[]): string {
  const environment = join(root, ".assay", "bench", name);
  const python = join(environment, "bin", "python");
  if (existsSync(python)) return python;
  const own = join(root, ".assay", "uv", "bin", "uv");
  const uv = existsSync(own) ? own : "uv";
  mkdirSync(join(root, ".assay", "bench"), { recursive: true });
  execFileSync(uv, ["venv", "--quiet", "--python", join(root, ".venv", "bin", "python"), environment]);
  execFileSync(uv, ["pip", "install", "--quiet", "--python", python, ...packages]);
  return python;
}
