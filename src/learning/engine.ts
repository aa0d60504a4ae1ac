// The durable engine, DBOS, and the one file that knows it. A workflow is a function whose steps are remembered: cut off
// anywhere it is called again under the same id, and a step that had ended gives back what it gave then. DBOS keeps its own
// tables in a database of its own beside ours. It lives once in a process.

import { DBOS } from "@dbos-inc/dbos-sdk";
import { AssayError } from "../base/index.ts";
import type { Metadata } from "../storage/index.ts";
import { problems } from "./errors.ts";

/** Runs a step, or gives back what it gave before: plain data, for it is kept as JSON. */
export type RunStep = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Between steps it may read only its argument and what steps gave. */
export type Workflow = (id: string, step: RunStep) => Promise<void>;

export interface RecordedStep {
  readonly name: string;
  readonly output: unknown;
}

export interface WorkflowState {
  readonly ended: boolean;
  /** What it threw, where it ended by throwing. */
  readonly failure: string | null;
}

export interface Engine {
  /** Begins the workflow `name` under `id`; one that was begun under it before is left alone. */
  start(name: string, id: string): Promise<void>;
  /** `undefined` for an id that was never begun. */
  state(id: string): Promise<WorkflowState | undefined>;
  /** Steps that have ended, in order. */
  steps(id: string): Promise<RecordedStep[]>;
  /** Ends at once: steps under way are not recorded, and the next engine on this database runs them again. */
  close(): Promise<void>;
}

/** Workflows carry their version in their names, so code may change under a fixed one. */
const APPLICATION_VERSION = "1";
const DATABASE = "assay_workflows";
/** Of one workflow, before it is given up as unable to survive; a worker that is killed a thousand times is still no reason. */
const MOST_RECOVERIES = 1_000_000;
/** A step that lost the database is tried again for about eight minutes. */
const RETRIES = { retriesAllowed: true, intervalSeconds: 0.25, backoffRate: 1.5, maxAttempts: 18 };

const UNDER_WAY: ReadonlySet<string> = new Set(["PENDING", "ENQUEUED", "DELAYED"]);

const quiet = { info: () => {}, debug: () => {}, warn: () => {}, error: () => {} };

/**
 * Opens the engine and goes on with what an earlier one on this database left. `isPassing` tells errors that a step should
 * be tried again for; every other error of a step is the workflow's to handle.
 */
export async function launchEngine(
  metadata: Pick<Metadata, "connectionString">,
  workflows: { readonly [name: string]: Workflow },
  isPassing: (error: unknown) => boolean,
): Promise<Engine> {
  const step: RunStep = async (name, work) => {
    try {
      return await DBOS.runStep(work, { name, ...RETRIES, shouldRetry: isPassing });
    } catch (error) {
      // Read by name: an error that was recorded comes back as a plain one.
      if (!isRetriesOver(error)) throw error;
      throw new AssayError(problems.DATABASE_AWAY(`step ${name}`), { cause: error });
    }
  };
  const registered = Object.entries(workflows).map(([name, workflow]) => {
    const run = DBOS.registerWorkflow((id: string) => workflow(id, step), {
      name,
      maxRecoveryAttempts: MOST_RECOVERIES,
    });
    return [name, run] as const;
  });
  const byName = new Map(registered);
  DBOS.setConfig({
    name: "assay",
    systemDatabaseUrl: besideOurs(metadata.connectionString),
    systemDatabasePoolSize: 6,
    applicationVersion: APPLICATION_VERSION,
    executorID: "local",
    logger: quiet,
  });
  await DBOS.launch();
  return {
    async start(name, id) {
      await DBOS.startWorkflow(byName.get(name)!, { workflowID: id })(id);
    },
    async state(id) {
      const status = await DBOS.getWorkflowStatus(id);
      if (status === null) return undefined;
      const failure = status.error === undefined ? null : String((status.error as Error).message ?? status.error);
      return { ended: !UNDER_WAY.has(status.status), failure };
    },
    async steps(id) {
      const steps = (await DBOS.listWorkflowSteps(id)) ?? [];
      return steps.map(({ name, output }) => ({ name, output }));
    },
    close: () => DBOS.shutdown({ deregister: true }),
  };
}

function isRetriesOver(error: unknown): boolean {
  return error instanceof Error && /exceeded its maximum/.test(error.message);
}

function besideOurs(connectionString: string): string {
  const url = new URL(connectionString);
  url.pathname = `/${DATABASE}`;
  // Said here, DBOS need not say it on each connection, which pg warns about.
  url.searchParams.set("options", "-c idle_in_transaction_session_timeout=60000");
  return url.href;
}
