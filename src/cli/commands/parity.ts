// Parity: the values that a model was trained on, the values that the online store gives now, and those of the naive twin
// must agree in every bit. The dataset was filled by the kernel from table files, so all three roads are walked.

import { formatInstant, isMissing, missingCode } from "../../base/index.ts";
import { compileKernel, type HistoryEvent, type Kernel, naiveFeatures } from "../../compile/index.ts";
import type { BuiltDataset } from "../../datasets/index.ts";
import type { FeatureSetNode } from "../../define/index.ts";
import { onlineFolder, type Snapshot, snapshotEvents } from "../../history/index.ts";
import { openOnlineReader } from "../../history/online-reader.ts";
import { planSeason, type SeasonPlan } from "../../learning/index.ts";
import { readTable } from "../../storage/index.ts";
import type { Workspace } from "../../workspace/index.ts";
import type { CommandContext } from "../command-context.ts";
import { thousands } from "../terminal.ts";
import { builtDataset } from "./season.ts";

export interface ParityReport {
  readonly rows: number;
  /** Values compared: rows × columns, each on three roads. */
  readonly values: number;
  readonly differences: number;
  /** The first few, by road. */
  readonly examples: readonly string[];
}

export async function parity(context: CommandContext, bundle: string): Promise<number> {
  const workspace = await context.workspace();
  const report = await compareRoads(context, workspace, bundle);
  for (const example of report.examples) context.terminal.say(example);
  context.terminal.say(
    `${thousands(report.values)} values on three roads (naive, dataset, online): ${report.differences} differences.`,
  );
  context.terminal.result(report);
  return report.differences === 0 ? 0 : 1;
}

export async function compareRoads(
  { terminal }: Pick<CommandContext, "terminal">,
  workspace: Workspace,
  bundle: string,
): Promise<ParityReport> {
  const { catalogue } = await workspace.checkedDefinitions();
  const plan = planSeason(catalogue, bundle);
  const dataset = await builtDataset(workspace, bundle);
  const snapshot = await workspace.snapshot();
  const events = await eventsByEntity(snapshot, plan);
  const report = { rows: dataset.manifest.rows, values: 0, differences: 0, examples: [] as string[] };
  for (const role of plan.roles) await compareRole(role, { plan, dataset, events, workspace }, report, terminal.progress);
  return report;
}

async function eventsByEntity(snapshot: Snapshot, plan: SeasonPlan): Promise<Map<string, HistoryEvent[]>> {
  const byEntity = new Map<string, HistoryEvent[]>();
  for await (const events of snapshotEvents(snapshot, plan.schema)) {
    for (const event of events) {
      const known = byEntity.get(event.entity);
      if (known === undefined) byEntity.set(event.entity, [event]);
      else known.push(event);
    }
  }
  return byEntity;
}

interface Roads {
  readonly plan: SeasonPlan;
  readonly dataset: BuiltDataset;
  readonly events: ReadonlyMap<string, readonly HistoryEvent[]>;
  readonly workspace: Workspace;
}

type Tally = { values: number; differences: number; examples: string[] };

async function compareRole(
  role: SeasonPlan["roles"][number],
  { plan, dataset, events, workspace }: Roads,
  tally: Tally,
  progress: CommandContext["terminal"]["progress"],
): Promise<void> {
  const kernel = compileKernel(role.set, plan.schema, { meaningHash: role.meaningHash, request: plan.request });
  const reader = openOnlineReader(onlineFolder(workspace.folder("history")), plan.schema);
  const rows = await datasetRows(dataset, role);
  const online = { numbers: new Float64Array(kernel.columns.length), kinds: new Uint8Array(kernel.columns.length) };
  try {
    for (let row = 0; row < rows.length; row++) {
      const { entity, t, asked, numbers, kinds } = rows.at(row, plan);
      kernel.evaluate(reader.history(entity, kernel.events), t, asked, online.numbers, online.kinds, 0);
      const naive = naiveValues(role.set, plan, events.get(entity) ?? [], t, asked);
      compareRow(kernel, { entity, t }, { dataset: { numbers, kinds }, online, naive }, tally);
      if (row % 500 === 0) progress({ stage: "parity", done: row, total: rows.length, unit: "rows" });
    }
  } finally {
    await reader.close();
  }
}

interface Values {
  readonly numbers: ArrayLike<number>;
  readonly kinds: ArrayLike<number>;
}

function compareRow(
  kernel: Kernel,
  row: { readonly entity: string; readonly t: number },
  roads: { readonly dataset: Values; readonly online: Values; readonly naive: Values },
  tally: Tally,
): void {
  kernel.columns.forEach((column, i) => {
    tally.values++;
    const [a, b, c] = [roads.naive, roads.dataset, roads.online].map(({ numbers, kinds }) => bits(numbers[i]!, kinds[i]!));
    if (a === b && b === c) return;
    tally.differences++;
    if (tally.examples.length < 10) {
      tally.examples.push(`${column} of ${row.entity} at ${formatInstant(row.t)}: naive ${a}, dataset ${b}, online ${c}`);
    }
  });
}

const view = new DataView(new ArrayBuffer(8));

/** A present value's eight bytes, or its missing kind. */
function bits(value: number, kind: number): string {
  if (kind !== 0) return `missing ${kind}`;
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16);
}

function naiveValues(
  set: FeatureSetNode,
  plan: SeasonPlan,
  events: readonly HistoryEvent[],
  t: number,
  asked: { readonly [field: string]: number },
): Values {
  const values = Object.values(naiveFeatures(set, plan.schema, events, t, asked));
  return {
    numbers: values.map((value) => (isMissing(value) ? Number.NaN : value)),
    kinds: values.map((value) => (isMissing(value) ? missingCode(value.missing) : 0)),
  };
}

async function datasetRows(dataset: BuiltDataset, role: SeasonPlan["roles"][number]) {
  const { rows, columns } = await readTable([dataset.file], { orderBy: ["decision_id"] });
  const column = (name: string) => columns[name]!.values as ArrayLike<number>;
  const names = role.set.features.map(({ name }) => `${role.role}.${name}`);
  const [numbers, kinds] = [names.map(column), names.map((name) => column(`${name}__missing`))];
  const [entities, t] = [columns["entity"]!.values as readonly string[], column("t")];
  return {
    length: rows,
    at: (row: number, plan: SeasonPlan) => ({
      entity: entities[row]!,
      t: t[row]!,
      asked: Object.fromEntries(
        Object.keys(plan.request.fields).map((name) => [name, Number((columns[`asked.${name}`]!.values as readonly string[])[row])]),
      ),
      numbers: numbers.map((values) => values[row]!),
      kinds: kinds.map((values) => values[row]!),
    }),
  };
}
