// Rows of one (entity, event type) laid out for the kernel, with each row's identity beside it. `layOutHistory` alone
// knows the order of rows; to learn which event became which row, the events carry their number through it as one more
// field.

import { type EntityHistory, type EventColumns, type HistoryEvent, layOutHistory } from "../compile/index.ts";
import type { EventNode } from "../define/index.ts";
import type { RowIdentities } from "./online-value.ts";

const NUMBER = "\u0000number";
const NUMBER_FIELD = { type: { kind: "integer" }, protection: "none", optional: false } as const;

export interface LaidOutRows {
  readonly columns: EventColumns;
  readonly identities: RowIdentities;
}

/** All events are of one entity and one type; at least one. */
export function layOutRows(events: readonly HistoryEvent[], node: EventNode): LaidOutRows {
  const numbered = events.map((event, number) => ({ ...event, fields: { ...event.fields, [NUMBER]: number } }));
  const schema = { [node.name]: { ...node, fields: { ...node.fields, [NUMBER]: NUMBER_FIELD } } };
  const history: EntityHistory = layOutHistory(events[0]!.entity, numbered, schema);
  const { fields, ...columns } = history.events[node.name]!;
  const { [NUMBER]: order, ...open } = fields;
  const rows = Array.from(order!, (number) => events[number]!);
  return {
    columns: { ...columns, fields: open },
    identities: {
      source: rows.map(({ source }) => source),
      eventId: rows.map(({ eventId }) => eventId),
      seq: rows.map(({ seq }) => seq),
    },
  };
}
