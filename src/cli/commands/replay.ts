// Replay: every decision again, from its record and its bundle alone; with `--from-history`, from values rebuilt from table
// files. The answer is no where a single byte differs.

import { AssayError, hashPrefix, parseInstant } from "../../base/index.ts";
import { BackFill } from "../../datasets/index.ts";
import { askedMajorUnits, type ReplayOutcome, replayDecision, type RunningBundle, runBundle, type StoredDecision } from "../../decisions/index.ts";
import { readBucket, type Snapshot } from "../../history/index.ts";
import { bundleObjects } from "../../learning/index.ts";
import type { DecideInput, DecisionPart } from "../../policy/index.ts";
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
  const values = options.fromHistory ? await valuesFromHistory(opened, stored) : null;
  const report = await replayAll(opened, stored, values);
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

type RebuiltValues = ReadonlyMap<string, DecideInput["values"]>;

async function replayAll(
  workspace: Workspace,
  stored: readonly StoredDecision[],
  values: RebuiltValues | null,
): Promise<ReplayReport> {
  const bundles = new BundleShelf(workspace);
  const byId = new Map(stored.map((record) => [record.decision.decisionId, record.decision]));
  const differing: ReplayOutcome[] = [];
  for (const record of stored) {
    const { decision } = record;
    const referral = decision.supersedes === null ? undefined : await referralOf(workspace, byId, decision.supersedes);
    const rebuilt = values?.get(decision.decisionId);
    const outcome = replayDecision(await bundles.take(decision.bundle), record, {
      ...(referral === undefined ? {} : { referral }),
      ...(rebuilt === undefined ? {} : { values: rebuilt }),
    });
    if (!outcome.same) differing.push(outcome);
  }
  return { count: stored.length, differences: differing.length, differing };
}

async function referralOf(workspace: Workspace, byId: ReadonlyMap<string, DecisionPart>, id: string): Promise<DecisionPart> {
  return byId.get(id) ?? (await oneDecision(workspace, id)).decision;
}

/** Bundles by hash, each loaded and compiled once. */
export class BundleShelf {
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
    return runBundle({ hash, document, objects: await bundleObjects(document, this.#workspace.objects()) });
  }
}

/** Values of each decision's parties, from the sealed table files and the bundle's own plans. */
async function valuesFromHistory(workspace: Workspace, stored: readonly StoredDecision[]): Promise<RebuiltValues> {
  const snapshot = await workspace.snapshot();
  const bundles = new BundleShelf(workspace);
  const rebuilt = new Map<string, { [role: string]: DecideInput["values"][string] }>();
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
): Promise<[string, DecideInput["values"][string]][]> {
  const set = document.featureSets.find(({ node }) => node.name === document.roles[role])!;
  const backFill = new BackFill({
    schema: Object.fromEntries(document.events.map((event) => [event.name, event])),
    request: document.request,
    set: set.node,
    meaningHash: set.meaningHash,
    label: null,
    labelCutOff: 0,
  });
  const asked = records.flatMap(({ decision }) => {
    const party = decision.parties.find((candidate) => candidate.role === role);
    return party === undefined ? [] : [{ decision, entity: party.entity }];
  });
  const found: [string, DecideInput["values"][string]][] = [];
  const width = set.node.features.length;
  for (const [bucket, rows] of Map.groupBy(asked, ({ entity }) => hashPrefix(entity, snapshot.manifest.bits))) {
    const result = await backFill.run(backFillRows(document.request, rows), readBucket(snapshot, bucket, backFill.events));
    rows.forEach(({ decision }, i) => {
      const numbers = result.numbers.slice(i * width, (i + 1) * width);
      const kinds = result.kinds.slice(i * width, (i + 1) * width);
      found.push([decision.decisionId, { numbers, kinds }]);
    });
  }
  return found;
}

function backFillRows(
  request: RunningBundle["document"]["request"],
  rows: readonly { readonly decision: DecisionPart; readonly entity: string }[],
) {
  return {
    index: Int32Array.from(rows.keys()),
    entity: rows.map(({ entity }) => entity),
    t: Float64Array.from(rows, ({ decision }) => parseInstant(decision.t)!),
    asked: rows.map(({ decision }) => askedMajorUnits(request, decision.asked)),
  };
}
