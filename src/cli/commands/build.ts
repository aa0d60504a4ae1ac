// Training sets and sequences: of a bundle's models, or of features, a label or a sequence by name, before there is a bundle.

import { relative } from "node:path";
import { AssayError } from "../../base/index.ts";
import type { LabelShape } from "../../compile/index.ts";
import { type SpineRow, spineFrom } from "../../datasets/index.ts";
import type { RequestNode } from "../../define/index.ts";
import type { Snapshot } from "../../history/index.ts";
import {
  buildSeason,
  buildSequencesOf,
  type DatasetPlan,
  planDataset,
  planSeason,
  planSequences,
  type RoleOf,
} from "../../learning/index.ts";
import type { Workspace } from "../../workspace/index.ts";
import type { CommandContext } from "../command-context.ts";
import { problems } from "../errors.ts";
import { labelCutOff, splitRule } from "../evaluation-settings.ts";
import { keepSeason } from "../season-file.ts";
import { datasetLines, sequencesLines } from "../season-lines.ts";
import { seasonSite } from "../season-site.ts";

export interface BuildOptions {
  readonly spine: string;
  readonly features?: string;
  readonly label?: string;
  readonly sequence?: string;
  readonly columns?: string;
  readonly cutOff?: string;
  readonly labelShape: LabelShape;
}

export async function build(
  context: CommandContext,
  bundle: string | undefined,
  options: BuildOptions,
): Promise<number> {
  const { features, label, sequence } = options;
  const [bySets, bySequence] = [features !== undefined || label !== undefined, sequence !== undefined];
  if ([bundle !== undefined, bySets, bySequence].filter(Boolean).length !== 1)
    throw new AssayError(problems.WHAT_TO_BUILD("assay build"));
  if (sequence !== undefined) return await buildTokens(context, sequence, options);
  if (bundle === undefined && (features === undefined || label === undefined))
    throw new AssayError(problems.WHAT_TO_BUILD("assay build"));
  const workspace = await context.workspace();
  const { catalogue } = await workspace.checkedDefinitions();
  const plan = bundle === undefined ? planDataset(catalogue, named(features!), label!) : planSeason(catalogue, bundle);
  return await buildRows({ context, workspace, plan, bundle }, options);
}

interface Rows {
  readonly context: CommandContext;
  readonly workspace: Workspace;
  readonly plan: DatasetPlan;
  readonly bundle: string | undefined;
}

async function buildRows({ context, workspace, plan, bundle }: Rows, options: BuildOptions): Promise<number> {
  const { terminal, signal } = context;
  const snapshot = await workspace.snapshot();
  const { schema, request, roles } = plan;
  const given = {
    spine: await spineOf(options, { snapshot, schema, request, roles: roles.map(({ role }) => role) }),
    snapshot,
    labelCutOff: labelCutOff(workspace, options.cutOff),
    split: splitRule(workspace),
    labelShape: options.labelShape,
  };
  const built = await buildSeason(plan, given, await seasonSite(workspace, { progress: terminal.progress, signal }));
  // Models are fitted on flags: another shape is for somebody else's tools.
  if (bundle !== undefined && options.labelShape === "flags") await keepSeason(workspace, bundle, { hash: built.hash });
  for (const line of datasetLines(built.manifest)) terminal.say(line);
  terminal.say(`Rows: ${relative(process.cwd(), built.file)}`);
  terminal.result(built);
  return 0;
}

async function buildTokens(context: CommandContext, sequence: string, options: BuildOptions): Promise<number> {
  const { terminal, signal } = context;
  const workspace = await context.workspace();
  const { catalogue } = await workspace.checkedDefinitions();
  const [one, more] = named(sequence);
  if (one === undefined || more !== undefined) throw new AssayError(problems.BAD_NAMES(`"${sequence}"`));
  const plan = planSequences(catalogue, one);
  const snapshot = await workspace.snapshot();
  const given = {
    spine: await spineOf(options, { snapshot, schema: plan.schema, request: null, roles: [plan.role] }),
    snapshot,
    knownUntil: labelCutOff(workspace, options.cutOff),
    split: splitRule(workspace),
  };
  const site = await seasonSite(workspace, { progress: terminal.progress, signal });
  const built = await buildSequencesOf(plan, given, site);
  for (const line of sequencesLines(built)) terminal.say(line);
  terminal.say(`Sequences: ${relative(process.cwd(), built.folder)}`);
  terminal.result(built);
  return 0;
}

interface Asked {
  readonly snapshot: Snapshot;
  readonly schema: DatasetPlan["schema"];
  readonly request: RequestNode | null;
  readonly roles: readonly string[];
}

async function spineOf({ spine, columns }: BuildOptions, asked: Asked): Promise<SpineRow[]> {
  return await spineFrom(spine, { ...asked, columns: renamed(columns) });
}

/** `review` or `applicant=review,guarantor=brief`: definitions by name, each in a role. */
function named(text: string): RoleOf[] {
  return text.split(",").map((pair) => {
    const parts = pair.split("=").map((part) => part.trim());
    if (parts.length > 2 || parts.includes("")) throw new AssayError(problems.BAD_NAMES(`"${pair}"`));
    const [first, second] = parts as [string, string | undefined];
    return second === undefined ? { name: first } : { role: first, name: second };
  });
}

/** `t=asked_at,applicant=customer`: what columns are called in the file, by what they stand for. */
function renamed(columns: string | undefined): { [column: string]: string } {
  const pairs = (columns ?? "").split(",").filter((pair) => pair !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const [column, called] = pair.split("=");
      if (column === undefined || called === undefined) throw new AssayError(problems.BAD_COLUMNS(`"${pair}"`));
      return [column.trim(), called.trim()];
    }),
  );
}
