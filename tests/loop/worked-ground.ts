// Ground for loops and workers on it, each a process of its own, as `assay work` is.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Hash, Instant } from "../../src/base/index.ts";
import type { LearningDeclaration } from "../../src/learning/index.ts";
import type { ServedGround } from "./serving.ts";

const pathOf = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
export const hasPython = existsSync(pathOf(".venv/bin/python"));

export interface WorkedGround extends ServedGround {
  readonly champion: Hash;
  /** Of outcomes. */
  readonly cutOff: Instant;
  /** Whom the champion did not learn from. */
  readonly people: readonly string[];
  /** Works until no loop is open. Throws where the worker failed. */
  work(working: Working): Promise<void>;
  /** Ends whatever still works on it. */
  close(): Promise<void>;
}

export interface Working {
  readonly declaration: LearningDeclaration;
  /** What is wrong with the trainer: `flipped` fits reversed outcomes. */
  readonly fault?: "flipped";
}

type Told = Omit<WorkedGround, "work" | "close">;

export async function prepareGround(): Promise<WorkedGround> {
  const script = pathOf("src/learning/fixtures/ground-process.ts");
  const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
  const told = JSON.parse(await firstLine(child.stdout)) as Told;
  const workers = new Set<ChildProcess>();
  return {
    ...told,
    async work(working) {
      const worker = beginWork(told.folder, working);
      workers.add(worker);
      const [code] = (await once(worker, "exit")) as [number | null];
      workers.delete(worker);
      if (code !== 0) throw new Error(`the worker ended with ${code}`);
    },
    async close() {
      for (const worker of workers) worker.kill("SIGKILL");
      child.stdin.end();
      await once(child, "exit");
    },
  };
}

async function firstLine(stream: Readable): Promise<string> {
  for await (const line of createInterface(stream)) return line;
  throw new Error("no ground was prepared");
}

function beginWork(folder: string, working: Working): ChildProcess {
  const script = pathOf("src/learning/fixtures/looping-process.ts");
  const given = JSON.stringify({ ...working, judge: "declared" });
  return spawn(process.execPath, [script, folder, given], { stdio: ["ignore", "ignore", "inherit"] });
}
