// Replay: every decision again, from its record and its bundle alone; with `--from-history`, from values rebuilt from table
// files. The answer is no where a single byte differs.

import { AssayError, parseInstant } from "../../base/index.ts";
import { type PartyValues, tableValues } from "../../datasets/index.ts";
import {
  askedMajorUnits,
  type ReplayOutcome,
  type RunningBundle,
  replayDecision,
  runBundle,
  type StoredDecision,
} from "../../decisions/index.ts";
import type { Snapshot } from "../../history/index.ts";
import { bundleObjects } from "../../learning/index.ts";
import type { DecisionPart } from "../../policy/index.ts";
import type { Workspace } from "../../workspace/index.ts";
import type { CommandContext } from "../command-context.ts";
import { problems } from "../errors.ts";

export interface ReplayReport {
  readonly count: number;
  readonly differences: number;
  readonly differing: readonly ReplayOutcome[];
}

export async function replay(
  { terminal, workspace }: CommandContext,
  id: string | undefined,
  options: { readonly fromHistory: boolean },
): Promise<number> {
  const opened = await workspace();
  const stored = id === undefined ? await allDecisions(opened) : [await oneDecision(opened, id)];
  const bundles = new BundleShelf(opened);
  const values = options.fromHistory ? await valuesFromHistory(opened, bundles, stored) : null;
  const report = await replayAll(opened, bundles, stored, values);
  for (const outcome of report.differing.slice(0, 20)) {
    terminal.say(`${outcome.decisionId}: ${outcome.differences.join(", ")} differ`);
  }
  terminal.say(`${report.count} decisions replayed, ${report.differences} differ.`);
  terminal.result(report);
  return report.differences === 0 ? 0 : 1;
}

async function allDecisions(workspace: Workspace): Promise<StoredDecision[]> {
  const stored: StoredDecision[] = [];
  for await (const record of (await workspace.records()).decisions()) stored.push(record);
  return stored;
}

async function oneDecision(workspace: Workspace, id: string): Promise<StoredDecision> {
  const stored = await (await workspace.records()).decision(id);
  if (stored === undefined) throw new AssayError(problems.NO_DECISION(`decision ${id}`));
  return stored;
}

/** Bundles by hash, each loaded and compiled once. */
class BundleShelf {
  readonly #workspace: Workspace;
  readonly #taken = new Map<string, Promise<RunningBundle>>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  take(hash: string): Promise<RunningBundle> {
    const taken = this.#taken.get(hash) ?? this.#load(hash);
    this.#taken.set(hash, taken);
    return taken;
  }

  async #load(hash: string): Promise<RunningBundle> {
    const document = await (await this.#workspace.registry()).bundle(hash);
    return runBundle({ hash, document, objects: await bundleObjects(document, await this.#workspace.objects()) });
  }
}

/** Decision id → role → values. */
type RebuiltValues = ReadonlyMap<string, { readonly [role: string]: PartyValues }>;

async function replayAll(
  workspace: Workspace,
  bundles: BundleShelf,
  stored: readonly StoredDecision[],
  values: RebuiltValues | null,
): Promise<ReplayReport> {
  const byId = new Map(stored.map((record) => [record.decision.decisionId, record.decision]));
  const referralOf = async (id: string) => byId.get(id) ?? (await oneDecision(workspace, id)).decision;
  const differing: ReplayOutcome[] = [];
  for (const record of stored) {
    const { decisionId, supersedes, bundle } = record.decision;
    const rebuilt = values?.get(decisionId);
    const outcome = replayDecision(await bundles.take(bundle), record, {
      ...(supersedes === null ? {} : { referral: await referralOf(supersedes) }),
      ...(rebuilt === undefined ? {} : { values: rebuilt }),
    });
    if (!outcome.same) differing.push(outcome);
  }
  return { count: stored.length, differences: differing.length, differing };
}

/** Values of each decision's parties, from the sealed table files and the bundle's own plans. */
async function valuesFromHistory(
  workspace: Workspace,
  bundles: BundleShelf,
  stored: readonly StoredDecision[],
): Promise<RebuiltValues> {
  const snapshot = await workspace.snapshot();
  const rebuilt = new Map<string, { [role: string]: PartyValues }>();
  for (const [hash, records] of Map.groupBy(stored, (record) => record.decision.bundle)) {
    const bundle = await bundles.take(hash);
    for (const role of bundle.kernels.keys()) {
      for (const [id, values] of await roleValues(snapshot, bundle, role, records)) {
        rebuilt.set(id, { ...rebuilt.get(id), [role]: values });
      }
    }
  }
  return rebuilt;
}

async function roleValues(
  snapshot: Snapshot,
  { document }: RunningBundle,
  role: string,
  records: readonly StoredDecision[],
): Promise<[string, PartyValues][]> {
  const { node, meaningHash } = document.featureSets.find((set) => set.node.name === document.roles[role])!;
  const schema = Object.fromEntries(document.events.map((event) => [event.name, event]));
  const asking = records.flatMap(({ decision }) => {
    const party = decision.parties.find((candidate) => candidate.role === role);
    return party === undefined ? [] : [{ decision, entity: party.entity }];
  });
  const moments = asking.map(({ decision, entity }) => momentOf(document.request, decision, entity));
  const values = await tableValues(snapshot, { schema, request: document.request, set: node, meaningHash }, moments);
  return asking.map(({ decision }, i) => [decision.decisionId, values[i]!]);
}

function momentOf(request: RunningBundle["document"]["request"], { t, asked }: DecisionPart, entity: string) {
  return { entity, t: parseInstant(t)!, asked: askedMajorUnits(request, asked) };
}
