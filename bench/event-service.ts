// A service in a process of its own, as `assay init` and `assay serve` make it, that takes events over real HTTP and may be
// killed at any moment; and what is found on its disk afterwards.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { formatInstant, instant, invariant, MICROS_PER_SECOND } from "../src/base/index.ts";
import type { HistorySchema } from "../src/compile/index.ts";
import { decodeEvent, type IngestAnswer, LOG_START, type OnlineReader, openLocalLog } from "../src/history/index.ts";
import { openOnlineReader } from "../src/history/online-reader.ts";

const program = join(fileURLToPath(new URL("../", import.meta.url)), "src/cli/main.ts");
const run = promisify(execFile);

/** Statements number `from` up to `to`, one a second, of one person after another, as NDJSON in arrival order. */
export function statementLines(from: number, to: number): Buffer {
  const lines: string[] = [];
  for (let i = from; i < to; i++) {
    const fields = { billed: `${i % 1000}.50`, paid: "40.00", monthsLate: i % 3 };
    const at = formatInstant(FIRST + i * MICROS_PER_SECOND);
    lines.push(JSON.stringify({ event: "statement", entity: `e${i % PEOPLE}`, eventId: `s${i}`, at, fields }));
  }
  return Buffer.from(lines.join("\n"));
}

const PEOPLE = 1_000;
const FIRST = instant("2023-01-01T00:00:00Z");

export class EventService {
  readonly #folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
  #child: ChildProcess | undefined;
  #url = "";
  #key = "";

  async open(): Promise<void> {
    await this.#assay("init", "book");
    const created = await this.#assay(
      "--json",
      "--workspace",
      "book",
      "keys",
      "create",
      "bench",
      "--rights",
      "events:write",
    );
    this.#key = (JSON.parse(created) as { token: string }).token;
    await this.start();
  }

  /** Starts the service, also after a kill. */
  async start(): Promise<void> {
    const port = await freePort();
    this.#url = `http://127.0.0.1:${port}`;
    const args = [program, "--workspace", "book", "serve", "--port", String(port)];
    const child = spawn(process.execPath, args, { cwd: this.#folder, stdio: ["ignore", "pipe", "inherit"] });
    this.#child = child;
    for await (const line of createInterface({ input: child.stdout })) if (line.includes("Open ")) return;
    throw new Error("the service ended before it served");
  }

  /** Rejects where the service dies before it has answered. */
  async post(body: Buffer): Promise<IngestAnswer> {
    const headers = { "content-type": "application/x-ndjson", authorization: `Bearer ${this.#key}` };
    const reply = await fetch(`${this.#url}/v1/events`, { method: "POST", body: new Uint8Array(body), headers });
    const answer = (await reply.json()) as IngestAnswer;
    invariant(reply.status === 200, `events are answered with ${reply.status}: ${JSON.stringify(answer)}`);
    return answer;
  }

  async kill(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#child!;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  /** What the deciders read, seen from another process. Something must have been taken in. */
  reader(): OnlineReader {
    const history = this.#historyFolder();
    return openOnlineReader(join(history, "online"), loggedSchema(history));
  }

  #historyFolder(): string {
    return join(this.#folder, "book", ".assay", "history");
  }

  /** Ids in the log, in order, and how many events the deciders would read. The service must have ended. */
  async found(): Promise<{ readonly ids: readonly string[]; readonly online: number }> {
    const history = this.#historyFolder();
    const log = await openLocalLog(join(history, "log"));
    const ids: string[] = [];
    for await (const { records } of log.read(LOG_START)) ids.push(...records.map((one) => decodeEvent(one).eventId));
    await log.close();
    const reader = this.reader();
    let online = 0;
    for (let i = 0; i < PEOPLE; i++) {
      online += (await reader.history(`e${i}`, ["statement"])).events["statement"]?.length ?? 0;
    }
    await reader.close();
    return { ids, online };
  }

  async close(): Promise<void> {
    await this.kill("SIGTERM");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #assay(...args: string[]): Promise<string> {
    return (await run(process.execPath, [program, ...args], { cwd: this.#folder })).stdout;
  }
}

function loggedSchema(history: string): HistorySchema {
  const file = JSON.parse(readFileSync(join(history, "log", "schema.json"), "utf8")) as {
    readonly events: HistorySchema;
  };
  return file.events;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}
