// The service and the worker as the story uses them: processes of their own, the service driven over HTTP and nothing else.

import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { AssayError } from "../../base/index.ts";
import type { Workspace } from "../../workspace/index.ts";
import { childCommand } from "../child-command.ts";
import { problems } from "../errors.ts";

export interface Child {
  readonly process: ChildProcess;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

export interface RunningChild extends Child {
  readonly url: string;
}

/** Throws ASSAY_CLI_PORT_TAKEN, SERVICE_FAILED. What it complains of goes on to our standard error. */
export async function startService(workspace: Workspace, port: number, signal: AbortSignal): Promise<RunningChild> {
  await refuseTakenPort(port);
  const { child, exited, stop } = startChild(workspace, "serve", "--port", String(port));
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilReady(url, exited, signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, process: child, stop };
}

/** What it complains of goes on to our standard error. */
export function startWorker(workspace: Workspace): Child {
  const { child, stop } = startChild(workspace, "work");
  return { process: child, stop };
}

function startChild(workspace: Workspace, ...command: readonly string[]) {
  const child = spawn(process.execPath, childCommand(workspace, ...command), { stdio: ["pipe", "ignore", "inherit"] });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await exited;
  };
  return { child, exited, stop };
}

const FREEING_MS = 1_500;
const PROBE_MS = 100;

/**
 * Said before a minute of work is lost to it. A service whose story was killed a moment ago is given the time to end.
 * Throws ASSAY_CLI_PORT_TAKEN.
 */
export async function refuseTakenPort(port: number): Promise<void> {
  for (let waitedMs = 0; !(await isFree(port)); waitedMs += PROBE_MS) {
    if (waitedMs >= FREEING_MS) throw new AssayError(problems.PORT_TAKEN("the service", { port }));
    await sleep(PROBE_MS);
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return await new Promise<boolean>((resolve) => {
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

const READY_MS = 60_000;

async function untilReady(url: string, exited: Promise<number | null>, signal: AbortSignal): Promise<void> {
  let ended: string | undefined;
  void exited.then((code) => {
    ended = `it ended with code ${code}`;
  });
  for (let waitedMs = 0; waitedMs < READY_MS; waitedMs += PROBE_MS) {
    signal.throwIfAborted();
    if (ended !== undefined) throw new AssayError(problems.SERVICE_FAILED("the service", { why: ended }));
    const ready = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (ready?.ok === true) return;
    await sleep(PROBE_MS);
  }
  throw new AssayError(problems.SERVICE_FAILED("the service", { why: "it was not ready within a minute" }));
}
