// From values to a plan: steps with their operands, slots with their streams and rows, and the scans that fill them.

import { invariant, type MissingKind, missingKinds, SEMANTICS } from "../base/index.ts";
import type { RequestNode, ValueNode } from "../define/index.ts";
import type { Aggregate } from "./aggregates/aggregate.ts";
import { aggregateNamed } from "./aggregates/all.ts";
import type { HistorySchema } from "./history.ts";
import { frozen, type Interned, interned } from "./interning.ts";
import { operandsOf, operationMissing, operationStep } from "./operations.ts";
import {
  type AggregateStep,
  isAggregate,
  type Plan,
  type PlannedRow,
  type PlannedStream,
  type Slot,
  type Step,
} from "./plan.ts";
import { planScans } from "./plan-scans.ts";
import { fieldsOf, scaleOfRow } from "./row.ts";

export interface NamedValue {
  readonly name: string;
  readonly value: ValueNode;
}

interface Draft {
  readonly request: RequestNode | undefined;
  readonly streams: Interned<PlannedStream>;
  readonly rows: Interned<PlannedRow>;
  readonly slots: Interned<Slot>;
  readonly steps: Interned<Step>;
}

/** Plans values that were checked before. */
export function planValues(
  of: Plan["of"],
  entity: string,
  values: readonly NamedValue[],
  schema: HistorySchema,
  request?: RequestNode,
): Plan {
  const draft: Draft = { request, streams: interned(), rows: interned(), slots: interned(), steps: interned() };
  const places = values.map(({ name, value }) => ({ name, step: placeStep(value, draft) }));
  const missing = missingOfSteps(draft, schema);
  const lists = {
    streams: draft.streams.items,
    rows: draft.rows.items,
    slots: draft.slots.items,
    steps: draft.steps.items,
  };
  return frozen({
    format: "assay.plan",
    version: 1,
    semantics: { ...SEMANTICS },
    of,
    entity,
    events: [...new Set(lists.streams.map(({ event }) => event))].sort(),
    ...lists,
    scans: planScans(lists.steps, lists.streams),
    columns: places.map(({ name, step }) => ({ name, step, missing: missing[step]! })),
  });
}

function placeStep(value: ValueNode, draft: Draft): number {
  if (value.kind !== "aggregate") {
    const operands = operandsOf(value).map((operand) => placeStep(operand, draft));
    return draft.steps.place(operationStep(value, operands, draft.request));
  }
  const { event, filter } = value.stream;
  const stream = draft.streams.place({ event, filter });
  const row = value.row === null ? null : draft.rows.place({ event, row: value.row, scale: scaleOfRow(value.row) });
  const slots = knownAggregate(value.aggregate).states.map((state) =>
    draft.slots.place({ stream, row, state: state.name }),
  );
  return draft.steps.place({ kind: "aggregate", aggregate: value.aggregate, stream, row, slots, window: value.window });
}

export function knownAggregate(name: string): Aggregate {
  const aggregate = aggregateNamed(name);
  invariant(aggregate !== undefined, `no aggregate ${name} in a checked plan`);
  return aggregate;
}

// ---------------------------------------------------------------- missing kinds

function missingOfSteps(draft: Draft, schema: HistorySchema): readonly (readonly MissingKind[])[] {
  const missing: (readonly MissingKind[])[] = [];
  for (const step of draft.steps.items) {
    const kinds = isAggregate(step)
      ? missingOfAggregate(step, draft, schema)
      : operationMissing(
          step,
          step.of.map((operand) => missing[operand]!),
        );
    missing.push(missingKinds.filter((kind) => kinds.includes(kind)));
  }
  return missing;
}

function missingOfAggregate(step: AggregateStep, draft: Draft, schema: HistorySchema): readonly MissingKind[] {
  const { states, finalise } = knownAggregate(step.aggregate);
  const { absent } = finalise(
    states.map(({ name }) => name),
    1,
  );
  const empty: MissingKind[] = canBeEmpty(step, draft, schema) ? ["no history", "empty window"] : ["no history"];
  return absent.flatMap(({ kind }) => (kind === "nothing" ? empty : [kind]));
}

/** Whether an entity with events of this type can still have none here. */
function canBeEmpty(step: AggregateStep, draft: Draft, schema: HistorySchema): boolean {
  const { event, filter } = draft.streams.items[step.stream]!;
  if (step.window.kind !== "ever" || filter !== null) return true;
  if (step.row === null) return false;
  return fieldsOf(draft.rows.items[step.row]!.row).some(({ field }) => schema[event]!.fields[field]!.optional);
}
