// The `assay` command. Verbs act, nouns look. Each command is loaded when it is asked for, so that `--help` opens nothing.

import { Command as Cli, CommanderError, InvalidArgumentError, Option } from "commander";
import { type Command, type RunOptions, runCommand } from "./run-command.ts";

const interrupted = new AbortController();

const cli = new Cli("assay")
  .description("Machine learning for consumer-credit underwriting: from events to explained, replayable decisions.")
  .option("--json", "print the result as one JSON document", false)
  .option("--workspace <folder>", "where assay.config.ts lies", ".")
  .option("--state <folder>", "all state of the workspace, instead of the folder that assay.config.ts names")
  .addOption(new Option("--end-with-parent", "end when standard input ends").hideHelp())
  .hook("preAction", () => {
    if (cli.opts<{ endWithParent?: boolean }>().endWithParent === true) endWithParent();
  })
  .exitOverride();

/** Commander hands over the arguments, the options and itself. */
function running<A extends readonly unknown[]>(load: () => Promise<Command<A>>) {
  return async (...args: unknown[]): Promise<void> => {
    const options = cli.opts<Omit<RunOptions, "signal">>();
    const given = args.slice(0, -1) as unknown as A;
    process.exitCode = await runCommand(load, given, { ...options, signal: interrupted.signal });
  };
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) throw new InvalidArgumentError("It is no port number.");
  return number;
}
function count(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It is no number of at least 1.");
  return Number(text);
}
const portOption = new Option("--port <number>", "where to listen").default(7400).argParser(port);

// ---- From nothing to history

cli
  .command("init <folder>")
  .description("a workspace to start from: one event, one feature set, the authoring rules")
  .action(running(async () => (await import("./commands/init.ts")).init));
cli
  .command("check")
  .description("the definitions, their types and their lint: every mistake at once")
  .option("--keep <file>", "where there is none, keep the definitions there, for: assay diff FILE")
  .action(running(async () => (await import("./commands/check.ts")).check));
cli
  .command("explain [name]")
  .description(
    "a feature, feature set, label, event or other definition: how it is computed, its cost, where it comes from, who uses it",
  )
  .option("--set <set>", "of a feature: the set it is in")
  .action(running(async () => (await import("./commands/explain.ts")).explain));
cli
  .command("diff [before] [after]")
  .description(
    "what definitions mean now against the bundle in force, another bundle, a folder or kept definitions; exit code 1 where meanings differ",
  )
  .action(running(async () => (await import("./commands/diff.ts")).diff));
cli
  .command("ingest <file-or-log>")
  .description(
    "take in events: NDJSON, or CSV or Parquet with --mapping; gzip is inflated; a folder of log segments goes on where it ended",
  )
  .option("--source <name>", "who sent them; by default the file's name")
  .option("--mapping <file>", "for CSV and Parquet: which columns become which fields")
  .action(running(async () => (await import("./commands/ingest.ts")).ingest));
cli
  .command("lateness")
  .description("how late the events of each feed come, against the delay that is declared")
  .action(running(async () => (await import("./commands/lateness.ts")).lateness));
cli
  .command("seal")
  .description("move the log into table files and a snapshot")
  .action(running(async () => (await import("./commands/ingest.ts")).seal));
cli
  .command("tables [action] [hash]")
  .description("the table files of history; or: tables verify, tables compact, tables rollback HASH")
  .action(running(async () => (await import("./commands/tables.ts")).tables));
cli
  .command("quarantine [action] [id-or-file]")
  .description("rows that were refused; quarantine show ID; quarantine resubmit FILE of {id, row} or {id, set} a line")
  .option("--all", "the mended ones too", false)
  .option("--id <id>", "resubmit this row, changed by --set")
  .option("--set <name=value...>", "a field, or a key of the event; without a value it is left out")
  .action(running(async () => (await import("./commands/quarantine.ts")).quarantine));

// ---- From history to a bundle in force

cli
  .command("build [bundle]")
  .description(
    "a point-in-time training set: for a bundle's models, or of features and a label; or the tokens of a sequence",
  )
  .option("--features <sets>", "without a bundle: SET, or ROLE=SET,ROLE=SET; the first is whom the label is about")
  .option("--label <label>", "with --features: what is to be told")
  .option(
    "--sequence <name>",
    "a sequence, NAME or ROLE=NAME: fitted on the training rows as known by the cut-off, then encoded",
  )
  .requiredOption("--spine <file>", "who is decided on, when and what is asked: .ndjson, .csv, .parquet, .sql or .json")
  .addOption(
    new Option("--label-shape <shape>", "a flag a row, or when what happened")
      .choices(["flags", "loanMonths", "timeToEvent"])
      .default("flags"),
  )
  .option("--columns <names>", "of a .csv, .parquet or .sql: t=ASKED_AT,ROLE=CUSTOMER")
  .option("--cut-off <instant>", "outcomes known later do not exist")
  .action(running(async () => (await import("./commands/build.ts")).build));
cli
  .command("train <bundle>")
  .description("fit the bundle's candidates, a reference and a control")
  .action(running(async () => (await import("./commands/season.ts")).train));
cli
  .command("evaluate <bundle>")
  .description("compare, choose by the written rule, draw up the evidence and keep the bundle")
  .action(running(async () => (await import("./commands/season.ts")).evaluate));
cli
  .command("release <bundle>")
  .description("put a bundle in force, by its hash or the start of it")
  .option("--note <text>", "why", "")
  .action(running(async () => (await import("./commands/release.ts")).release));
cli
  .command("rollback")
  .description("bring back the bundle that was in force before")
  .option("--note <text>", "why", "")
  .action(running(async () => (await import("./commands/release.ts")).rollback));

// ---- Deciding

cli
  .command("serve")
  .description("decide over HTTP")
  .addOption(portOption)
  .option("--host <address>", "on which address", "127.0.0.1")
  .action(running(async () => (await import("./commands/serve.ts")).serve));
cli
  .command("decide <file>")
  .description("send requests to a running service: a JSON document, or one a line; the same request is decided once")
  .option("--url <address>", "of the service", "http://127.0.0.1:7400")
  .addOption(new Option("--key <token>", "made with: assay keys create NAME --rights decisions:write").env("ASSAY_KEY"))
  .action(running(async () => (await import("./commands/decide.ts")).decide));
cli
  .command("keys <action> [name]")
  .description("create, list or revoke API keys")
  .option("--rights <list>", "comma-separated", "read,decisions:read")
  .action(running(async () => (await import("./commands/keys.ts")).keys));

// ---- Watching and learning

cli
  .command("monitor [report]")
  .description("hold what was served against what was expected; or show a report that was kept")
  .option("--last <number>", "of the latest decisions; 20,000 by default", count)
  .option("--at <instant>", "what became known later does not exist; now by default")
  .option("--against <bundle>", "another bundle, beside: whom it would have answered otherwise")
  .option("--list", "reports that were kept", false)
  .action(running(async () => (await import("./commands/monitor.ts")).monitor));
cli
  .command("alerts [id]")
  .description("open alerts; with an id: say that you look into it")
  .option("--all", "the pending and closed ones too", false)
  .option("--note <text>", "what you found", "")
  .action(running(async () => (await import("./commands/alerts.ts")).alerts));
cli
  .command("learn [bundle]")
  .description("ask for a loop: retrain, judge, let in, release or keep")
  .option("--why <text>", "why", "asked for by hand")
  .option("--cut-off <instant>", "outcomes known later do not exist; now by default")
  .action(running(async () => (await import("./commands/loops.ts")).learn));
cli
  .command("loops [id-or-word] [id]")
  .description("loops; one with its evidence; or: loops approve|refuse|cancel ID, loops stop|resume")
  .option("--note <text>", "why", "")
  .action(running(async () => (await import("./commands/loops.ts")).loops));
cli
  .command("work")
  .description("work on loops, watch releases, draw reports on a schedule")
  .option("--until-idle", "end once nothing is under way", false)
  .action(running(async () => (await import("./commands/work.ts")).work));

// ---- Proof

cli
  .command("replay [decision]")
  .description("decide again from the record and the bundle alone; all decisions where none is named")
  .option("--from-history", "rebuild the values from table files too", false)
  .action(running(async () => (await import("./commands/replay.ts")).replay));
cli
  .command("parity [bundle]")
  .description(
    "values of the built dataset against table files, twin and online store, bit for bit, each difference with its cause",
  )
  .option("--decisions", "the values of served decisions instead, of one bundle or of all", false)
  .option("--sample <number>", "so many rows or decisions, evenly spread; all by default", count)
  .action(running(async () => (await import("./commands/parity.ts")).parity));
cli
  .command("verify")
  .description("the chain of records, every content against its hash, and the table files against the snapshot")
  .action(running(async () => (await import("./commands/verify.ts")).verify));

// ---- People

cli
  .command("erase <entity>")
  .description("take a person away for good, everywhere, with a receipt; without --yes: what would go")
  .option("--yes", "do it", false)
  .action(running(async () => (await import("./commands/erase.ts")).erase));
cli
  .command("hold [entity]")
  .description("a legal hold, while which nobody is erased; without an entity: the holds in force")
  .option("--reason <text>", "why", "")
  .option("--until <instant>", "when it ends by itself; by default never")
  .option("--release", "end it", false)
  .action(running(async () => (await import("./commands/hold.ts")).hold));

// ---- Nouns

cli
  .command("bundles")
  .description("bundles, oldest first")
  .action(running(async () => (await import("./commands/nouns.ts")).bundles));
cli
  .command("runs")
  .description("training runs")
  .action(running(async () => (await import("./commands/nouns.ts")).runs));
cli
  .command("models")
  .description("models taken in")
  .action(running(async () => (await import("./commands/nouns.ts")).models));
cli
  .command("datasets")
  .description("training sets built")
  .action(running(async () => (await import("./commands/nouns.ts")).datasets));
cli
  .command("features")
  .description("the catalogue of features")
  .option("--search <words>", "those that say every word: in name, sentence, reason, owner, users", "")
  .action(running(async () => (await import("./commands/features.ts")).features));
cli
  .command("decisions [id]")
  .description("decisions, newest first, or one of them")
  .action(running(async () => (await import("./commands/nouns.ts")).decisions));

// ---- The whole story

cli
  .command("demo <name>")
  .description("the whole story of an example, from raw events to replayed decisions")
  .option("--once", "end after the proofs instead of staying up", false)
  .option("--fresh", "start over", false)
  .addOption(portOption)
  .action(running(async () => (await import("./demo/demo.ts")).demo));

// Whoever read our lines may have seen enough: `assay features | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => interrupted.abort());

/** Whoever started us holds our standard input open. A crash of theirs must not leave us behind. */
function endWithParent(): void {
  process.stdin.once("close", () => process.exit(143)).resume();
  // It keeps nobody waiting who has nothing else to do.
  if ("unref" in process.stdin) process.stdin.unref();
}

try {
  await cli.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
