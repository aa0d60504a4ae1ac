import { fileURLToPath } from "node:url";
import type { Workspace } from "../workspace/index.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

/**
 * Arguments for Node that run a command of ours on the same workspace. The child's standard input must be a pipe: it ends
 * when we do, however we end.
 */
export function childCommand({ found }: Workspace, ...command: readonly string[]): string[] {
  const options = ["--end-with-parent", "--workspace", found.root, "--state", found.stateFolder];
  return [main, ...options, ...command];
}
