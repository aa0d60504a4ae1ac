// A compiler or a linter as a child process: the workspace's own where it has one, else the one beside Assay. They run while
// definitions are loaded, so that a check takes as long as its slowest part.

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const beside = import.meta.url;

export interface ToolAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command of a package, or undefined where neither the workspace nor Assay has it. */
export function commandOf(name: string, root: string): string | undefined {
  const manifest = manifestOf(name, pathToFileURL(join(root, "package.json")).href) ?? manifestOf(name, beside);
  if (manifest === undefined) return undefined;
  const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as {
    readonly bin: { readonly [command: string]: string };
  };
  return join(dirname(manifest), Object.values(bin)[0]!);
}

function manifestOf(name: string, from: string): string | undefined {
  try {
    return findPackageJSON(name, from);
  } catch {
    // Not there, which is an answer.
    return undefined;
  }
}

/** Runs it in `cwd`, ended by `signal`; `helpers` are commands that it looks for by their bare name. */
export async function runTool(
  command: string,
  args: readonly string[],
  {
    cwd,
    signal,
    helpers = [],
  }: { readonly cwd: string; readonly signal: AbortSignal; readonly helpers?: readonly string[] },
): Promise<ToolAnswer> {
  const path = [...helpers.map(binFolder), dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
  const child = spawn(process.execPath, [command, ...args], { cwd, signal, env: { ...process.env, PATH: path } });
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exit) => resolve(exit ?? 1));
  });
  return { code, stdout: await stdout, stderr: await stderr };
}

/** `node_modules/.bin` of whoever installed the command. */
function binFolder(command: string): string {
  const folder = dirname(command);
  const bin = join(folder, ".bin");
  if (existsSync(bin) || folder === dirname(folder)) return bin;
  return binFolder(folder);
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const piece of stream) text += String(piece);
  return text;
}
