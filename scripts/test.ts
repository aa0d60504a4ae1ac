// What `npm test` runs once setup.mjs has prepared the machine: every check of the repository, one after another.
//
//   npm test                          everything; closes with one plain line, "N passed, N failed"
//   npm test -- --only types,tidy     some steps, by name or group (vitest, python)
//   npm test -- --json                the same counts as one JSON object on standard output
//
// A static check counts as one; vitest and pytest count their tests. A failing step's output is printed whole. The
// last check is that the run left no process behind.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

interface Step {
  readonly name: string;
  readonly group?: "vitest" | "python";
  readonly command: readonly [string, ...string[]];
  readonly folder?: string;
  /** Reads the tests counted from the report; a step without one is a single check. */
  readonly count?: (reportPath: string) => Count;
}

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Outcome extends Count {
  readonly name: string;
  readonly seconds: number;
  readonly output: string;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const REPORT = "{report}";
const STEP_LIMIT_MS = 20 * 60 * 1000;
const python = join(root, ".venv", "bin", "python");
const oneCheck = (ok: boolean): Count => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });

const vitest = (name: string, ...filters: string[]): Step => ({
  name,
  group: "vitest",
  command: ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${REPORT}`, ...filters],
  count: countVitest,
});

const pythonStep = (name: string, ...args: string[]): Step => ({
  name,
  group: "python",
  command: [python, "-m", ...args],
  folder: "python",
});

const steps: readonly Step[] = [
  { name: "format", command: ["biome", "format", "."] },
  { name: "lint", command: ["biome", "lint", "--error-on-warnings", "."] },
  { name: "lint-types", command: ["oxlint", "--type-aware", "--deny-warnings"] },
  { name: "types", command: ["tsc", "--project", ".", "--noEmit"] },
  { name: "exports", command: ["knip"] },
  vitest("tidy", "tests/tidy.test.ts"),
  vitest("unit", "src/", "examples/", "bench/"),
  vitest("integration", "tests/", "--exclude", "tests/tidy.test.ts"),
  pythonStep("python-format", "ruff", "format", "--check", "."),
  pythonStep("python-lint", "ruff", "check", "."),
  pythonStep("python-types", "mypy"),
  { ...pythonStep("python-tests", "pytest", `--junitxml=${REPORT}`), count: countPytest },
];

function countVitest(reportPath: string): Count {
  const report: { testResults: { status: string; assertionResults: { status: string }[] }[] } = JSON.parse(
    readFileSync(reportPath, "utf8"),
  );
  const statuses = report.testResults.flatMap(({ status, assertionResults }) => {
    const tests = assertionResults.map((test) => test.status);
    return status === "failed" && !tests.includes("failed") ? [...tests, "failed"] : tests;
  });
  const passed = statuses.filter((status) => status === "passed").length;
  const failed = statuses.filter((status) => status === "failed").length;
  return { passed, failed, skipped: statuses.length - passed - failed };
}

function countPytest(reportPath: string): Count {
  const suite = /<testsuite\b[^>]*>/.exec(readFileSync(reportPath, "utf8"))?.[0] ?? "";
  const attribute = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = attribute("failures") + attribute("errors");
  const skipped = attribute("skipped");
  return { passed: attribute("tests") - failed - skipped, failed, skipped };
}

// ---- Running one step ----

/** Every process that this run starts, at any depth, carries this mark in its environment. */
const runMark = randomUUID();
const reports = mkdtempSync(join(tmpdir(), "assay-test-"));
let running: ReturnType<typeof spawn> | undefined;

async function runStep(step: Step): Promise<Outcome> {
  const beganMs = performance.now();
  const reportPath = join(reports, `${step.name}.report`);
  const { code, output } = await runCommand(step, reportPath);
  const seconds = (performance.now() - beganMs) / 1000;
  return { name: step.name, seconds, output, ...countOf(step, code, reportPath) };
}

/** A tool that failed without a failed test (a crash, an unhandled error) still counts as one failure. */
function countOf(step: Step, code: number, reportPath: string): Count {
  if (!step.count || !existsSync(reportPath)) return oneCheck(code === 0);
  const count = step.count(reportPath);
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

function runCommand(step: Step, reportPath: string): Promise<{ code: number; output: string }> {
  const [command, ...args] = step.command.map((part) => part.replace(REPORT, reportPath));
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    const child = spawn(command ?? "", args, {
      cwd: join(root, step.folder ?? ""),
      env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: "1", ASSAY_TEST_RUN: runMark },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running = child;
    const limit = setTimeout(() => child.kill("SIGKILL"), STEP_LIMIT_MS);
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.once("error", (error) => chunks.push(Buffer.from(String(error))));
    child.once("close", (code) => {
      clearTimeout(limit);
      running = undefined;
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString("utf8") });
    });
  });
}

// ---- No process left behind ----

/** Pids of living processes that carry this run's mark; Linux only, elsewhere none are found. */
function markedProcesses(): { pid: number; command: string }[] {
  if (!existsSync("/proc/self/environ")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && readProc(name, "environ").includes(runMark))
    .map((name) => ({ pid: Number(name), command: readProc(name, "cmdline").replaceAll("\0", " ").trim() }))
    .filter(({ command }) => command !== ""); // a zombie has none
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // ended since, or another user's
  }
}

async function checkLeftovers(): Promise<Outcome> {
  const beganMs = performance.now();
  for (let waits = 0; waits < 20 && markedProcesses().length > 0; waits++) {
    await new Promise((resolve) => setTimeout(resolve, 100)); // one that is ending may take a moment
  }
  const left = markedProcesses();
  const output = left.map(({ pid, command }) => `left behind: ${pid} ${command}`).join("\n");
  endMarkedProcesses();
  return {
    name: "no-leftovers",
    seconds: (performance.now() - beganMs) / 1000,
    output,
    ...oneCheck(left.length === 0),
  };
}

function endMarkedProcesses(): void {
  for (const { pid } of markedProcesses()) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // it ended by itself
    }
  }
}

// ---- The whole run ----

function chooseSteps(only: readonly string[]): readonly Step[] {
  const names = only.flatMap((list) => list.split(","));
  const known = new Set(steps.flatMap(({ name, group }) => [name, group ?? name]));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) {
    console.error(`There is no step "${unknown}": choose from ${[...known].join(", ")}.`);
    process.exit(2);
  }
  return names.length === 0
    ? steps
    : steps.filter(({ name, group }) => names.includes(name) || names.includes(group ?? name));
}

function report({ name, passed, failed, skipped, seconds, output }: Outcome): void {
  const counts = [`${passed} passed`, failed > 0 && `${failed} FAILED`, skipped > 0 && `${skipped} skipped`];
  console.log(`${name.padEnd(14)} ${counts.filter(Boolean).join(", ")} (${seconds.toFixed(1)} s)`);
  if (failed > 0) console.log(`${output.trimEnd()}\n`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: "string", multiple: true, default: [] }, json: { type: "boolean", default: false } },
  });
  const outcomes: Outcome[] = [];
  for (const run of [...chooseSteps(values.only).map((step) => () => runStep(step)), checkLeftovers]) {
    const outcome = await run();
    outcomes.push(outcome);
    if (!values.json) report(outcome);
  }
  const total = (key: "passed" | "failed" | "skipped") => outcomes.reduce((sum, outcome) => sum + outcome[key], 0);
  const [passed, failed] = [total("passed"), total("failed")];
  if (values.json) console.log(JSON.stringify({ passed, failed, skipped: total("skipped"), steps: outcomes }));
  else console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.on("exit", () => {
  rmSync(reports, { recursive: true, force: true });
  endMarkedProcesses();
});
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.on(signal, () => {
    running?.kill("SIGTERM");
    process.exit(code);
  });
}
process.exit(await main());
