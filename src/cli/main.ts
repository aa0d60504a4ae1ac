// The `assay` command. Verbs act, nouns look. Each command is loaded when it is asked for, so that `--help` opens nothing.
// Exit codes: 0 yes; 1 the answer is no; 2 usage; 3 environment; 130 interrupted.

import { Command, CommanderError } from "commander";
import { formatProblem, isAssayError } from "../base/index.ts";
import { Workspace } from "../workspace/index.ts";
import type { CommandContext } from "./command-context.ts";
import { openTerminal } from "./terminal.ts";

type Run<A extends readonly unknown[]> = (context: CommandContext, ...args: A) => Promise<number>;

const interrupted = new AbortController();
const ENVIRONMENT = /^ASSAY_(STORAGE_|WORKSPACE_NOT_FOUND|TRAINING_PYTHON|CLI_(PYTHON|PORT|SERVICE)|HISTORY_(LOCKED|DISK))/;

const program = new Command("assay")
  .description("Machine learning for consumer-credit underwriting: from events to explained, replayable decisions.")
  .option("--json", "print the result as one JSON document", false)
  .option("--workspace <folder>", "where assay.config.ts lies", ".")
  .exitOverride();

/** Opens what the command asks for, runs it, closes in reverse, and turns what it answers into an exit code. */
function running<A extends readonly unknown[]>(load: () => Promise<Run<A>>) {
  return async (...args: unknown[]): Promise<void> => {
    const { json, workspace: folder } = program.opts<{ json: boolean; workspace: string }>();
    const terminal = openTerminal({ json });
    let workspace: Promise<Workspace> | undefined;
    const context: CommandContext = {
      terminal,
      signal: interrupted.signal,
      workspace: () => {
        workspace ??= Workspace.open(folder);
        return workspace;
      },
    };
    try {
      const run = await load();
      process.exitCode = await run(context, ...(args.slice(0, -1) as unknown as A));
    } catch (error) {
      process.exitCode = explain(error, json);
    } finally {
      if (workspace !== undefined) await (await workspace.catch(() => undefined))?.close();
    }
  };
}

function explain(error: unknown, json: boolean): number {
  if (interrupted.signal.aborted) return 130;
  if (!isAssayError(error)) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
  if (json) process.stdout.write(`${JSON.stringify({ problem: error.problem }, null, 2)}\n`);
  else process.stderr.write(`${formatProblem(error.problem)}\n`);
  return ENVIRONMENT.test(error.code) ? 3 : 1;
}

program
  .command("check")
  .description("types, lint and definitions: every mistake at once")
  .action(running(async () => (await import("./commands/check.ts")).check));
program
  .command("explain [set]")
  .description("the plan of a feature set, or of all")
  .action(running(async () => (await import("./commands/explain.ts")).explain));
program
  .command("ingest <file>")
  .description("take in events: NDJSON, or CSV with --mapping")
  .option("--source <name>", "who sent them; by default the file's name")
  .option("--mapping <file>", "for CSV: which columns become which fields")
  .action(running(async () => (await import("./commands/ingest.ts")).ingest));
program
  .command("seal")
  .description("move the log into table files and a snapshot")
  .action(running(async () => (await import("./commands/ingest.ts")).seal));
program
  .command("build <bundle>")
  .description("a point-in-time training set for a bundle's models")
  .requiredOption("--spine <file>", "who is decided on, when and what is asked: NDJSON")
  .option("--cut-off <instant>", "outcomes known later do not exist")
  .action(running(async () => (await import("./commands/season.ts")).build));
program
  .command("train <bundle>")
  .description("fit the bundle's candidates, a reference and a control")
  .action(running(async () => (await import("./commands/season.ts")).train));
program
  .command("evaluate <bundle>")
  .description("compare, choose by the written rule, draw up the evidence and keep the bundle")
  .action(running(async () => (await import("./commands/season.ts")).evaluate));
program
  .command("release <bundle>")
  .description("put a bundle in force, by its hash or the start of it")
  .option("--note <text>", "why", "")
  .action(running(async () => (await import("./commands/release.ts")).release));
program
  .command("rollback")
  .description("bring back the bundle that was in force before")
  .option("--note <text>", "why", "")
  .action(running(async () => (await import("./commands/release.ts")).rollback));
program
  .command("serve")
  .description("decide over HTTP")
  .option("--port <number>", "where to listen", "7400")
  .option("--host <address>", "on which address", "127.0.0.1")
  .action(running(async () => (await import("./commands/serve.ts")).serve));
program
  .command("replay [decision]")
  .description("decide again from the record and the bundle alone; all decisions where none is named")
  .option("--from-history", "rebuild the values from table files too", false)
  .action(running(async () => (await import("./commands/replay.ts")).replay));
program
  .command("parity <bundle>")
  .description("naive, dataset and online values of the built dataset, bit for bit")
  .action(running(async () => (await import("./commands/parity.ts")).parity));
program
  .command("verify")
  .description("the chain of records, every content against its hash, and the table files against the snapshot")
  .action(running(async () => (await import("./commands/verify.ts")).verify));
program
  .command("quarantine")
  .description("rows that were refused")
  .action(running(async () => (await import("./commands/quarantine.ts")).quarantine));
program
  .command("keys <action> [name]")
  .description("create, list or revoke API keys")
  .option("--rights <list>", "comma-separated", "read,decisions:read")
  .action(running(async () => (await import("./commands/keys.ts")).keys));
program
  .command("bundles")
  .description("bundles, newest last")
  .action(running(async () => (await import("./commands/nouns.ts")).bundles));
program
  .command("runs")
  .description("training runs")
  .action(running(async () => (await import("./commands/nouns.ts")).runs));
program
  .command("models")
  .description("models taken in")
  .action(running(async () => (await import("./commands/nouns.ts")).models));
program
  .command("datasets")
  .description("training sets built")
  .action(running(async () => (await import("./commands/nouns.ts")).datasets));
program
  .command("features")
  .description("the catalogue of features")
  .action(running(async () => (await import("./commands/nouns.ts")).features));
program
  .command("decisions [id]")
  .description("decisions, newest first, or one of them")
  .action(running(async () => (await import("./commands/nouns.ts")).decisions));
program
  .command("demo <name>")
  .description("the whole story of an example, from raw events to replayed decisions")
  .option("--once", "end after the proofs instead of staying up", false)
  .option("--fresh", "start over", false)
  .option("--port <number>", "where to listen", "7400")
  .action(running(async () => (await import("./demo/demo.ts")).demo));

// `assay decisions | head` closes the pipe early; that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(process.exitCode);
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  process.once(signal, () => {
    process.exitCode = code;
    interrupted.abort();
  });
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
