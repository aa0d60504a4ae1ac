import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { AssayError, type Clock, fixedClock, parseInstant } from "../base/index.ts";
import type { SplitRule } from "../datasets/index.ts";
import type { FairnessDeclaration } from "../training/index.ts";
import { problems } from "./errors.ts";

/** What a user writes as the default export of `assay.config.ts`. */
export interface WorkspaceConfig {
  readonly name: string;
  /** Folder of all state, relative to the config; `.assay` by default. */
  readonly state?: string;
  /** Folder of definitions, relative to the config; `definitions` by default. */
  readonly definitions?: string;
  /** A back-test's clock: decisions are made at this instant (ISO 8601 with an offset), and pages say so. */
  readonly simulatedNow?: string;
  /** A PostgreSQL run by someone else; the embedded one by default. */
  readonly postgres?: string;
  /** How datasets are split and models are judged. */
  readonly evaluation?: EvaluationConfig;
  /** Shown on the page: what was made up, and what a reader must know. */
  readonly facts?: { readonly invented: readonly string[]; readonly caveats: readonly string[] };
}

export interface EvaluationConfig {
  /** Outcomes known after this instant do not exist in a dataset built without `--cut-off`. */
  readonly labelCutOff?: string;
  readonly split?: SplitRule;
  /** The borrowers that the second AUC column looks at. */
  readonly within?: { readonly name: string; readonly column: string; readonly below: number };
  readonly fairness?: FairnessDeclaration;
}

export interface FoundWorkspace {
  readonly root: string;
  readonly config: WorkspaceConfig;
  readonly stateFolder: string;
  readonly definitionsFolder: string;
}

const CONFIG_FILE = "assay.config.ts";

/** Looks in `from` and the folders above it. Throws ASSAY_WORKSPACE_NOT_FOUND or BAD_CONFIG. */
export async function findWorkspace(from: string): Promise<FoundWorkspace> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if ((await namesIn(folder)).includes(CONFIG_FILE)) return await readConfig(folder);
    if (folder === dirname(folder)) throw new AssayError(problems.NOT_FOUND(from));
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []);
}

async function readConfig(root: string): Promise<FoundWorkspace> {
  const file = join(root, CONFIG_FILE);
  const refuse = (why: string) => new AssayError(problems.BAD_CONFIG(file, { why }));
  const module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  const config = module.default as WorkspaceConfig | undefined;
  if (typeof config !== "object" || typeof config.name !== "string") throw refuse("its default export has no name");
  if (config.simulatedNow !== undefined && parseInstant(config.simulatedNow) === undefined) {
    throw refuse(`simulatedNow "${config.simulatedNow}" is no instant with an offset`);
  }
  return {
    root,
    config,
    stateFolder: resolve(root, config.state ?? ".assay"),
    definitionsFolder: resolve(root, config.definitions ?? "definitions"),
  };
}

/** The wall clock; the one place besides a door's timers where time is read. */
export const wallClock: Clock = { now: () => Date.now() * 1000 };

/** The clock that decisions are made by. */
export function decisionClock(config: WorkspaceConfig): Clock {
  return config.simulatedNow === undefined ? wallClock : fixedClock(parseInstant(config.simulatedNow)!);
}
