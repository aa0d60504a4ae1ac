// Where a workspace is, and what its `assay.config.ts` says. Node strips types and checks none, so a setting that is
// misspelt or of the wrong shape is refused here by name.

import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { AssayError, type Clock, fixedClock, parseInstant } from "../base/index.ts";
import type { SplitRule } from "../datasets/index.ts";
import type { DocumentFanOut } from "../history/index.ts";
import type { LearningDeclaration } from "../learning/index.ts";
import type { MonitoringDeclaration } from "../monitoring/index.ts";
import type { FairnessDeclaration } from "../training/index.ts";
import { instantText, share } from "./config-words.ts";
import { documentShape, learningShape, monitoringShape } from "./declared-shapes.ts";
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
  /** Event type → which events its documents hold. */
  readonly documents?: { readonly [event: string]: DocumentFanOut };
  /** How datasets are split and models are judged. */
  readonly evaluation?: EvaluationConfig;
  /** How served decisions are watched, and who is told. */
  readonly monitoring?: MonitoringDeclaration;
  /** When to retrain, what a challenger must show, what brings the champion back. Without it nothing learns by itself. */
  readonly learning?: LearningDeclaration;
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

export const CONFIG_FILE = "assay.config.ts";

/**
 * Looks in `from` and the folders above it; `stateFolder` stands in for the configured one.
 * Throws ASSAY_WORKSPACE_NOT_FOUND or BAD_CONFIG.
 */
export async function findWorkspace(from: string, stateFolder?: string): Promise<FoundWorkspace> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if ((await namesIn(folder)).includes(CONFIG_FILE)) return await readConfig(folder, stateFolder);
    if (folder === dirname(folder)) throw new AssayError(problems.NOT_FOUND(from));
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []);
}

async function readConfig(root: string, stateFolder: string | undefined): Promise<FoundWorkspace> {
  const file = join(root, CONFIG_FILE);
  const config = checked(await defaultExport(file), file);
  return {
    root,
    config,
    stateFolder: stateFolder === undefined ? resolve(root, config.state ?? ".assay") : resolve(stateFolder),
    definitionsFolder: resolve(root, config.definitions ?? "definitions"),
  };
}

async function defaultExport(file: string): Promise<unknown> {
  try {
    return ((await import(pathToFileURL(file).href)) as { readonly default?: unknown }).default;
  } catch (error) {
    const why = `it cannot be loaded: ${error instanceof Error ? error.message : String(error)}`;
    throw new AssayError(problems.BAD_CONFIG(file, { why }), { cause: error });
  }
}

const bands = z.array(z.strictObject({ name: z.string(), from: z.number(), to: z.number() }));
const attribute = z.strictObject({
  field: z.string(),
  reference: z.string(),
  basis: z.string(),
  bands: bands.optional(),
});

const evaluationShape = z.strictObject({
  labelCutOff: instantText.optional(),
  split: z
    .strictObject({ seed: z.string(), train: share, validation: share })
    .refine(({ train, validation }) => train + validation < 1, "leaves no rows to test on")
    .optional(),
  within: z.strictObject({ name: z.string(), column: z.string(), below: z.number() }).optional(),
  fairness: z
    .strictObject({ minimumCell: z.int().positive(), attributes: z.array(attribute), notes: z.array(z.string()) })
    .optional(),
});

const shape = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, "is no name of small letters, digits and dashes"),
  state: z.string().optional(),
  definitions: z.string().optional(),
  simulatedNow: instantText.optional(),
  postgres: z.string().optional(),
  documents: z.record(z.string(), documentShape).optional(),
  evaluation: evaluationShape.optional(),
  monitoring: monitoringShape.optional(),
  learning: learningShape.optional(),
  facts: z.strictObject({ invented: z.array(z.string()), caveats: z.array(z.string()) }).optional(),
});

function checked(config: unknown, file: string): WorkspaceConfig {
  const read = shape.safeParse(config);
  if (read.success) return config as WorkspaceConfig;
  const told = read.error.issues.map(
    ({ path, message }) => `${path.length === 0 ? "its default export" : path.join(".")}: ${message}`,
  );
  throw new AssayError(problems.BAD_CONFIG(file, { why: told.join("; ") }));
}

/** The wall clock; the one place besides a door's timers where time is read. */
export const wallClock: Clock = { now: () => Date.now() * 1000 };

/** The clock that decisions are made by. */
export function decisionClock(config: WorkspaceConfig): Clock {
  return config.simulatedNow === undefined ? wallClock : fixedClock(parseInstant(config.simulatedNow)!);
}
