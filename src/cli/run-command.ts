// How a command is run: it opens what it asks for, what it opened is closed in any case, and what it answers or throws
// becomes an exit code. 0 yes; 1 the answer is no; 2 usage; 3 environment; 130 interrupted.

import { AssayError, formatProblem, isAssayError, type Problem } from "../base/index.ts";
import type { Workspace } from "../workspace/index.ts";
import type { CommandContext } from "./command-context.ts";
import { problems } from "./errors.ts";
import { openTerminal } from "./terminal.ts";

/** Takes what commander parsed: arguments, then options. Gives the exit code. */
export type Command<A extends readonly unknown[]> = (context: CommandContext, ...args: A) => Promise<number>;

export interface RunOptions {
  readonly json: boolean;
  readonly workspace: string;
  readonly state?: string;
  readonly signal: AbortSignal;
}

export async function runCommand<A extends readonly unknown[]>(
  load: () => Promise<Command<A>>,
  args: A,
  { json, workspace: named, state, signal }: RunOptions,
): Promise<number> {
  const opened = new Map<string, Promise<Workspace>>();
  const workspace = (folder = named): Promise<Workspace> => {
    const found = opened.get(folder) ?? openWorkspace(folder, state);
    opened.set(folder, found);
    return found;
  };
  try {
    const command = await load();
    return await closing(opened, command({ terminal: openTerminal({ json }), signal, workspace }, ...args));
  } catch (error) {
    return tell(signal.aborted ? new AssayError(problems.INTERRUPTED("the command"), { cause: error }) : error, json);
  }
}

/** Loaded with the first command that asks for one. */
async function openWorkspace(folder: string, state: string | undefined): Promise<Workspace> {
  const { Workspace } = await import("../workspace/index.ts");
  return await Workspace.open(folder, state);
}

async function closing(opened: ReadonlyMap<string, Promise<Workspace>>, running: Promise<number>): Promise<number> {
  try {
    return await running;
  } finally {
    for (const workspace of opened.values()) await (await workspace.catch(() => undefined))?.close();
  }
}

function tell(error: unknown, json: boolean): number {
  const problem = isAssayError(error) ? error.problem : unforeseen(error);
  if (json) process.stdout.write(`${JSON.stringify({ problem }, null, 2)}\n`);
  else process.stderr.write(`${formatProblem(problem)}\n`);
  return exitCodeOf(problem);
}

function unforeseen(error: unknown): Problem {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return problems.UNFORESEEN("the command", { why: error instanceof Error ? error.message : String(error) });
}

/** Problems of the machine and not of the question. */
const ENVIRONMENT = [
  /^ASSAY_STORAGE_(DISK|POSTGRES|SOCKET|LOCKED|UNREACHABLE)/,
  /^ASSAY_HISTORY_(LOCKED|LOG_FULL|STORE_FULL|LOG_FAILED)/,
  /^ASSAY_WORKSPACE_NOT_FOUND$/,
  /^ASSAY_TRAINING_PYTHON/,
  /^ASSAY_SERVER_PORT/,
  /^ASSAY_CLI_(PYTHON|PORT|SERVICE)/,
];

function exitCodeOf({ code }: Problem): number {
  if (code === "ASSAY_CLI_INTERRUPTED") return 130;
  return ENVIRONMENT.some((kind) => kind.test(code)) ? 3 : 1;
}
