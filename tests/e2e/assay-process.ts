// The `assay` command as a user runs it: a process of its own. Every process of a test, at any depth, carries one mark in
// its environment, so that what is left behind is found, and ended whatever a test did.

import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

export const checkout = fileURLToPath(new URL("../../", import.meta.url));
export const hasPython = existsSync(join(checkout, ".venv/bin/python"));

/** Standard error without a problem; slow work may have told its progress there. */
export const quiet = expect.not.stringContaining("ASSAY_");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Waits until it has printed a text, on either stream. Rejects where it ends before. */
  said(text: string): Promise<void>;
}

/** Where the tests of one file run: a folder, a mark, and the commands started with it. */
export class Ground {
  readonly folder: string;
  readonly #mark = randomUUID();

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Ground> {
    return new Ground(await mkdtemp(join(tmpdir(), "assay-e2e-")));
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  start(
    args: readonly string[],
    { env = {}, root = checkout }: { env?: NodeJS.ProcessEnv; root?: string } = {},
  ): Running {
    const child = spawn(process.execPath, [join(root, "src/cli/main.ts"), ...args], {
      cwd: this.folder,
      env: { ...process.env, NO_COLOR: "1", ...env, ASSAY_TEST_MARK: this.#mark },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return watch(child);
  }

  run(args: readonly string[], options: { env?: NodeJS.ProcessEnv; root?: string } = {}): Promise<Ended> {
    return this.start(args, options).ended;
  }

  /** Living processes that carry the mark. */
  living(): { readonly pid: number; readonly command: string }[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && procFile(name, "environ").includes(this.#mark))
      .map((name) => ({ pid: Number(name), command: procFile(name, "cmdline").replaceAll("\0", " ").trim() }))
      .filter(({ command }) => command !== ""); // a zombie has none
  }

  /** What is still there after a moment: ending takes one. */
  async leftBehind(): Promise<string[]> {
    for (let waits = 0; waits < 50 && this.living().length > 0; waits++) await sleep(100);
    return this.living().map(({ pid, command }) => `${pid} ${command}`);
  }

  /** Ends whatever a failed test left, and removes the folder. */
  async close(): Promise<void> {
    for (const { pid } of this.living()) kill(pid);
    for (let waits = 0; waits < 50 && this.living().length > 0; waits++) await sleep(100);
    await rm(this.folder, { recursive: true, force: true });
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it ended by itself
  }
}

function procFile(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // ended since, or another user's
  }
}

function watch(child: ChildProcess): Running {
  const out = { stdout: "", stderr: "" };
  const heard = new Set<() => void>();
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]!.setEncoding("utf8").on("data", (text: string) => {
      out[stream] += text;
      for (const listener of heard) listener();
    });
  }
  // Grandchildren may hold the streams open, so the exit is what counts, and a moment for what was printed before it.
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => setTimeout(() => resolve({ code, ...out }), 50));
  });
  return { pid: child.pid!, process: child, ended, said: (text) => saidBy(text, out, heard, ended) };
}

async function saidBy(
  text: string,
  out: Omit<Ended, "code">,
  heard: Set<() => void>,
  ended: Promise<Ended>,
): Promise<void> {
  const isSaid = () => out.stdout.includes(text) || out.stderr.includes(text);
  await new Promise<void>((resolve, reject) => {
    const listener = () => {
      if (!isSaid()) return;
      heard.delete(listener);
      resolve();
    };
    heard.add(listener);
    listener();
    void ended.then(({ code, stderr }) =>
      reject(new Error(`it ended with ${code} before saying "${text}": ${stderr}`)),
    );
  });
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  return await new Promise((resolve) => {
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
