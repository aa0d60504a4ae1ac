// Values and labels for the rows of one bucket: each entity's history is laid out once and the compiled kernel runs at
// every `t` asked of it. Runs in a worker thread or, for tests and small jobs, in place; both give the same bytes.

import {
  compileKernel,
  type EntityHistory,
  type HistorySchema,
  type Kernel,
  type LabelShape,
  type RelatedValues,
  relatedWidth,
} from "../compile/index.ts";
import type { FeatureSetNode, LabelNode, RequestNode } from "../define/index.ts";
import { compileJudge, type Judge } from "./label-judge.ts";
import { readFields } from "./read-fields.ts";

/** What a back-fill computes; plain data, so that a worker can be handed it. */
export interface BackFillPlan {
  readonly schema: HistorySchema;
  readonly request: RequestNode | null;
  readonly set: FeatureSetNode;
  readonly meaningHash: string;
  readonly label: LabelNode | null;
  /** Outcomes known after this instant do not exist (microseconds). */
  readonly labelCutOff: number;
  /** Flags where it is absent. */
  readonly labelShape?: LabelShape;
}

/** Rows asked of one bucket, in any order; parallel arrays. */
export interface BackFillRows {
  /** Row number in the whole dataset. */
  readonly index: Int32Array;
  readonly entity: readonly string[];
  readonly t: Float64Array;
  /** Request fields in major units. */
  readonly asked: readonly { readonly [field: string]: number }[];
  /** What is read of linked entities, row after row; null where the set relates to nobody. */
  readonly related: RelatedValues | null;
}

/** Whom each link of a set names at some rows. */
export interface LinkedRows {
  readonly index: Int32Array;
  /** Link by link, one id a row; null where nobody is linked. */
  readonly ids: readonly (readonly (string | null)[])[];
}

export interface BackFillResult {
  readonly index: Int32Array;
  /** Row-major: rows × columns. */
  readonly numbers: Float64Array;
  readonly kinds: Uint8Array;
  /** What each row's label came to, as `Judged` says. */
  readonly label: Float64Array;
  readonly labelStatus: readonly string[];
  readonly labelDays: Float64Array;
  readonly labelMonths: Int32Array;
}

/** Of an entity that nothing was heard of. */
export const emptyHistory = (entity: string): EntityHistory => ({ entity, events: {} });

export class BackFill {
  readonly kernel: Kernel;
  /** Event names that histories must hold. */
  readonly events: readonly string[];
  /** The fields that they must hold. */
  readonly schema: HistorySchema;
  readonly #label: Judge | null;
  readonly #cutOff: number;
  readonly #relatedWidth: number;

  constructor(plan: BackFillPlan) {
    const options = { meaningHash: plan.meaningHash, ...(plan.request === null ? {} : { request: plan.request }) };
    this.kernel = compileKernel(plan.set, plan.schema, options);
    this.#label = plan.label === null ? null : compileJudge(plan.label, plan.schema, plan.labelShape ?? "flags");
    this.#cutOff = plan.labelCutOff;
    this.#relatedWidth = relatedWidth(this.kernel);
    this.schema = readFields(plan.schema, [plan.set, plan.label]);
    this.events = [...new Set([...this.kernel.events, ...(plan.label === null ? [] : eventsNamed(plan.label))])];
  }

  /** `histories` may hold more entities than asked for and may lack some: those have no history. */
  async run(
    rows: BackFillRows,
    histories: AsyncIterable<EntityHistory> | Iterable<EntityHistory>,
  ): Promise<BackFillResult> {
    const result = this.#allocate(rows);
    await eachRow(rows, histories, (row, history) => this.#fill(result, rows, row, history));
    return result;
  }

  /** Whom the links name; the same histories, for the fields that the references are in. */
  async linked(
    rows: BackFillRows,
    histories: AsyncIterable<EntityHistory> | Iterable<EntityHistory>,
  ): Promise<LinkedRows> {
    const ids = this.kernel.links.map(() => new Array<string | null>(rows.index.length).fill(null));
    await eachRow(rows, histories, (row, history) => {
      for (const [link, found] of ids.entries()) found[row] = this.kernel.resolve(history, rows.t[row]!, link);
    });
    return { index: rows.index, ids };
  }

  #allocate(rows: BackFillRows): BackFillResult & { labelStatus: string[] } {
    const cells = rows.index.length * this.kernel.columns.length;
    return {
      index: rows.index,
      numbers: new Float64Array(cells),
      kinds: new Uint8Array(cells),
      label: new Float64Array(rows.index.length).fill(Number.NaN),
      labelStatus: Array.from(rows.index, () => "notObserved"),
      labelDays: new Float64Array(rows.index.length),
      labelMonths: new Int32Array(rows.index.length),
    };
  }

  #fill(
    result: BackFillResult & { labelStatus: string[] },
    rows: BackFillRows,
    row: number,
    history: EntityHistory,
  ): void {
    const t = rows.t[row]!;
    const { columns } = this.kernel;
    const related = rows.related === null ? undefined : { ...rows.related, offset: row * this.#relatedWidth };
    this.kernel.evaluate(history, t, rows.asked[row]!, result.numbers, result.kinds, row * columns.length, related);
    if (this.#label === null) return;
    const judged = this.#label(history, t, this.#cutOff);
    result.label[row] = judged.value;
    result.labelStatus[row] = judged.status;
    result.labelDays[row] = judged.days;
    result.labelMonths[row] = judged.months;
  }
}

/** Each row with its entity's history, or an empty one. */
async function eachRow(
  rows: BackFillRows,
  histories: AsyncIterable<EntityHistory> | Iterable<EntityHistory>,
  take: (row: number, history: EntityHistory) => void,
): Promise<void> {
  const waiting = rowsByEntity(rows);
  for await (const history of histories) {
    for (const row of waiting.get(history.entity) ?? []) take(row, history);
    waiting.delete(history.entity);
  }
  for (const [entity, left] of waiting) for (const row of left) take(row, emptyHistory(entity));
}

function rowsByEntity(rows: BackFillRows): Map<string, number[]> {
  const byEntity = new Map<string, number[]>();
  rows.entity.forEach((entity, row) => {
    const known = byEntity.get(entity);
    if (known === undefined) byEntity.set(entity, [row]);
    else known.push(row);
  });
  return byEntity;
}

/** Names of the events whose streams a definition reads. */
export function eventsNamed(definition: LabelNode | FeatureSetNode): string[] {
  const names = new Set<string>();
  collectEvents(definition, names);
  return [...names];
}

function collectEvents(node: unknown, names: Set<string>): void {
  if (typeof node !== "object" || node === null) return;
  if ("kind" in node && node.kind === "stream" && "event" in node) names.add(String(node.event));
  for (const child of Object.values(node)) collectEvents(child, names);
}
