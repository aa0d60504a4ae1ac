// Values and labels for the rows of one bucket: each entity's history is laid out once and the compiled kernel runs at
// every `t` asked of it. Runs in a worker thread or, for tests and small jobs, in place; both give the same bytes.

import {
  type CompiledLabel,
  compileKernel,
  compileLabel,
  type EntityHistory,
  type HistorySchema,
  type Kernel,
  type LabelOutcome,
} from "../compile/index.ts";
import type { FeatureSetNode, LabelNode, RequestNode } from "../define/index.ts";

/** What a back-fill computes; plain data, so that a worker can be handed it. */
export interface BackFillPlan {
  readonly schema: HistorySchema;
  readonly request: RequestNode | null;
  readonly set: FeatureSetNode;
  readonly meaningHash: string;
  readonly label: LabelNode | null;
  /** Outcomes known after this instant do not exist (microseconds). */
  readonly labelCutOff: number;
}

/** Rows asked of one bucket, in any order; parallel arrays. */
export interface BackFillRows {
  /** Row number in the whole dataset. */
  readonly index: Int32Array;
  readonly entity: readonly string[];
  readonly t: Float64Array;
  /** Request fields in major units. */
  readonly asked: readonly { readonly [field: string]: number }[];
}

export interface BackFillResult {
  readonly index: Int32Array;
  /** Row-major: rows × columns. */
  readonly numbers: Float64Array;
  readonly kinds: Uint8Array;
  /** 0, 1 or NaN. */
  readonly label: Float64Array;
  readonly labelStatus: readonly LabelOutcome["status"][];
}

/** Of an entity that nothing was heard of. */
export const emptyHistory = (entity: string): EntityHistory => ({ entity, events: {} });

export class BackFill {
  readonly kernel: Kernel;
  /** Event names that histories must hold. */
  readonly events: readonly string[];
  readonly #label: CompiledLabel | null;
  readonly #cutOff: number;

  constructor(plan: BackFillPlan) {
    const options = { meaningHash: plan.meaningHash, ...(plan.request === null ? {} : { request: plan.request }) };
    this.kernel = compileKernel(plan.set, plan.schema, options);
    this.#label = plan.label === null ? null : compileLabel(plan.label, plan.schema);
    this.#cutOff = plan.labelCutOff;
    this.events = [...new Set([...this.kernel.events, ...(plan.label === null ? [] : eventsOfLabel(plan.label))])];
  }

  /** `histories` may hold more entities than asked for and may lack some: those have no history. */
  async run(
    rows: BackFillRows,
    histories: AsyncIterable<EntityHistory> | Iterable<EntityHistory>,
  ): Promise<BackFillResult> {
    const result = this.#allocate(rows);
    const waiting = rowsByEntity(rows);
    for await (const history of histories) {
      for (const row of waiting.get(history.entity) ?? []) this.#fill(result, rows, row, history);
      waiting.delete(history.entity);
    }
    for (const [entity, left] of waiting) for (const row of left) this.#fill(result, rows, row, emptyHistory(entity));
    return result;
  }

  #allocate(rows: BackFillRows): BackFillResult & { labelStatus: LabelOutcome["status"][] } {
    const cells = rows.index.length * this.kernel.columns.length;
    return {
      index: rows.index,
      numbers: new Float64Array(cells),
      kinds: new Uint8Array(cells),
      label: new Float64Array(rows.index.length).fill(Number.NaN),
      labelStatus: Array.from(rows.index, () => "notObserved" as const),
    };
  }

  #fill(
    result: BackFillResult & { labelStatus: LabelOutcome["status"][] },
    rows: BackFillRows,
    row: number,
    history: EntityHistory,
  ): void {
    const t = rows.t[row]!;
    this.kernel.evaluate(history, t, rows.asked[row]!, result.numbers, result.kinds, row * this.kernel.columns.length);
    if (this.#label === null) return;
    const outcome = this.#label(history, t, this.#cutOff);
    result.label[row] = outcome.value ?? Number.NaN;
    result.labelStatus[row] = outcome.status;
  }
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

/** Event names that a label reads. */
export function eventsOfLabel(label: LabelNode): string[] {
  const names = new Set<string>();
  collectEvents(label, names);
  return [...names];
}

function collectEvents(node: unknown, names: Set<string>): void {
  if (typeof node !== "object" || node === null) return;
  if ("kind" in node && node.kind === "stream" && "event" in node) names.add(String(node.event));
  for (const child of Object.values(node)) collectEvents(child, names);
}
