// The service as the story uses it: a process of its own, driven over HTTP and nothing else.

import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { AssayError } from "../../base/index.ts";
import { problems } from "../errors.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

export interface RunningChild {
  readonly url: string;
  /** Everything it prints goes on to this process's own output. */
  readonly process: ChildProcess;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

export async function startService(workspaceFolder: string, port: number): Promise<RunningChild> {
  await refuseTakenPort(port);
  const child = spawn(process.execPath, [main, "--workspace", workspaceFolder, "serve", "--port", String(port)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const lines: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => lines.push(text));
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, exited);
  return {
    url,
    process: child,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await exited;
    },
  };
}

/** Said before a minute of work is lost to it. */
export async function refuseTakenPort(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", () => reject(new AssayError(problems.PORT_TAKEN("the service", { port }))));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });
}

async function untilReady(url: string, exited: Promise<number | null>): Promise<void> {
  let gone: number | null | undefined;
  void exited.then((code) => {
    gone = code;
  });
  for (let attempt = 0; attempt < 600; attempt++) {
    if (gone !== undefined) throw new AssayError(problems.SERVICE_FAILED("the service", { why: `it ended with code ${gone}` }));
    const ready = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (ready?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new AssayError(problems.SERVICE_FAILED("the service", { why: "it was not ready within a minute" }));
}
