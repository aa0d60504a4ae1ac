// From values to a plan: steps with their operands, slots with their streams and rows, and the scans that fill them.

import { invariant, type MissingKind, missingKinds, SEMANTICS } from "../base/index.ts";
import { type PastDueNode, partsOf, pastDueColumns, type RequestNode, type ValueNode } from "../define/index.ts";
import { type Aggregate, statesKept } from "./aggregates/aggregate.ts";
import { aggregateNamed } from "./aggregates/all.ts";
import type { HistorySchema } from "./history.ts";
import { frozen, type Interned, interned } from "./interning.ts";
import { operationMissing, operationStep } from "./operations.ts";
import {
  type AggregateStep,
  isAggregate,
  linkedColumn,
  type Plan,
  type PlannedLink,
  type PlannedRow,
  type PlannedStream,
  type Slot,
  type Step,
} from "./plan.ts";
import { planScans } from "./plan-scans.ts";
import { placeOfRelated, type Relation, relationsOf } from "./relations.ts";
import { scaleOfRow } from "./row.ts";
import { mayBeMissing } from "./rows/all.ts";

export interface NamedValue {
  readonly name: string;
  readonly value: ValueNode;
}

interface Draft {
  readonly request: RequestNode | undefined;
  readonly relations: readonly Relation[];
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
  const relations = relationsOf(
    of.name,
    values.map(({ value }) => value),
  );
  const fresh = { streams: interned<PlannedStream>(), rows: interned<PlannedRow>(), slots: interned<Slot>() };
  const draft: Draft = { request, relations, ...fresh, steps: interned() };
  const places = values.map(({ name, value }) => ({ name, step: placeStep(value, draft) }));
  const links = relations.map((relation) => planLink(relation, entity, schema));
  const missing = missingOfSteps(draft, links, schema);
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
    events: [
      ...new Set([...lists.streams.map(({ event }) => event), ...links.flatMap(({ link }) => link.events)]),
    ].sort(),
    ...lists,
    scans: planScans(lists.steps, lists.streams),
    columns: places.map(({ name, step }) => ({ name, step, missing: missing[step]! })),
    ...(links.length === 0 ? {} : { links }),
  });
}

/** The reference is read by a plan of its own, so that who is linked is known before the set itself is computed. */
function planLink({ link, set }: Relation, entity: string, schema: HistorySchema): PlannedLink {
  const of = { kind: "features", name: set.name } as const;
  const values = set.features.map(({ name, feature }) => ({ name, value: feature.value }));
  return {
    link: planValues(of, entity, [{ name: "link", value: link }], schema),
    values: planValues(of, set.entity, values, schema),
  };
}

function placeStep(value: ValueNode, draft: Draft): number {
  if (value.kind === "aggregate") return placeAggregate(value, draft);
  if (value.kind === "related") {
    return draft.steps.place({ kind: "related", of: [], place: placeOfRelated(draft.relations, value) });
  }
  if (value.kind === "daysPastDue") return placePastDue(value, draft);
  const operands = partsOf(value).map((operand) => placeStep(operand, draft));
  return draft.steps.place(operationStep(value, operands, draft.request));
}

function placeAggregate(value: ValueNode & { kind: "aggregate" }, draft: Draft): number {
  const { event, filter } = value.stream;
  const stream = draft.streams.place({ event, filter });
  const row = value.row === null ? null : draft.rows.place({ event, row: value.row, scale: scaleOfRow(value.row) });
  const { aggregate, window } = value;
  if (window.kind === "ofLatest") draft.streams.place({ event: window.parent.event, filter: window.parent.filter });
  const taken = value.parameters === undefined ? {} : { parameters: value.parameters };
  const slots = statesKept(knownAggregate(aggregate), value.row).map(({ name, takesParameters }) =>
    draft.slots.place({ stream, row, state: name, ...(takesParameters ? taken : {}) }),
  );
  return draft.steps.place({ kind: "aggregate", aggregate, stream, row, slots, window, ...taken });
}

/** A pass of its own; the plan names its events and fields all the same, for that is what a store must hold. */
function placePastDue(value: PastDueNode, draft: Draft): number {
  for (const { stream, row } of pastDueColumns(value)) {
    draft.streams.place({ event: stream.event, filter: stream.filter });
    draft.rows.place({ event: stream.event, row, scale: scaleOfRow(row) });
  }
  return draft.steps.place({ kind: "daysPastDue", of: [], rule: value });
}

export function knownAggregate(name: string): Aggregate {
  const aggregate = aggregateNamed(name);
  invariant(aggregate !== undefined, `no aggregate ${name} in a checked plan`);
  return aggregate;
}

// ---------------------------------------------------------------- missing kinds

function missingOfSteps(
  draft: Draft,
  links: readonly PlannedLink[],
  schema: HistorySchema,
): readonly (readonly MissingKind[])[] {
  const missing: (readonly MissingKind[])[] = [];
  for (const step of draft.steps.items) {
    const kinds = isAggregate(step)
      ? missingOfAggregate(step, draft, schema)
      : operationMissing(
          step,
          step.kind === "related"
            ? [linkedColumn({ links }, step.place).column.missing]
            : step.of.map((operand) => missing[operand]!),
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
    step.parameters ?? {},
  );
  const some: MissingKind[] = ["no history", "empty window"];
  const empty = canBeEmpty(step, draft, schema) ? some : some.slice(0, 1);
  return absent.flatMap(({ kind }) => (kind === "nothing" ? empty : kind === "too few" ? some : [kind]));
}

/** Whether an entity with events of this type can still have none here. */
function canBeEmpty(step: AggregateStep, draft: Draft, schema: HistorySchema): boolean {
  const { event, filter } = draft.streams.items[step.stream]!;
  if (step.window.kind !== "ever" || filter !== null) return true;
  if (step.row === null) return false;
  const { row } = draft.rows.items[step.row]!;
  return mayBeMissing(row, (field) => schema[event]!.fields[field]!.optional);
}
