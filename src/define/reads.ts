// What an expression reads: columns of events and fields of requests. Checks and meaning hashes both walk this way.

import type {
  ColumnNode,
  FieldType,
  FilterNode,
  PastDueNode,
  RowNode,
  StreamNode,
  ValueNode,
  WindowNode,
} from "./nodes.ts";
import { partsOfRow } from "./row-parts.ts";
import { partsOf } from "./value-parts.ts";

export type Read =
  | { readonly kind: "event"; readonly event: string; readonly entity: string }
  | { readonly kind: "column"; readonly event: string; readonly field: string; readonly type: FieldType }
  | { readonly kind: "asked"; readonly request: string; readonly field: string; readonly type: FieldType };

export function readsOf(value: ValueNode): Read[] {
  if (value.kind === "aggregate") {
    const read = value.row === null ? [] : rowReads(value.stream.event, value.row);
    return [...streamReads(value.stream), ...read, ...windowReads(value.stream.event, value.window)];
  }
  if (value.kind === "asked") return [{ kind: "asked", request: value.request, field: value.field, type: value.type }];
  if (value.kind === "daysPastDue") return pastDueColumns(value).flatMap(columnReads);
  return partsOf(value).flatMap(readsOf);
}

/** The columns that days past due are worked out from. */
export function pastDueColumns({ due, amount, cause, paid, returned }: PastDueNode): ColumnNode[] {
  return [due, amount, cause, paid, returned].filter((column) => column !== null);
}

function columnReads({ stream, row }: ColumnNode): Read[] {
  return [...streamReads(stream), ...rowReads(stream.event, row)];
}

const TEXT = { kind: "text" } as const;

function windowReads(event: string, window: WindowNode): Read[] {
  if (window.kind !== "ofLatest") return [];
  const { parent, parentField, childField } = window;
  return [
    ...streamReads(parent),
    { kind: "column", event: parent.event, field: parentField, type: TEXT },
    { kind: "column", event, field: childField, type: TEXT },
  ];
}

export function streamReads(stream: StreamNode): Read[] {
  const { event, entity, filter } = stream;
  return [{ kind: "event", event, entity }, ...(filter === null ? [] : filterReads(event, filter))];
}

function filterReads(event: string, filter: FilterNode): Read[] {
  if (filter.kind === "fieldTest") return rowReads(event, filter.row);
  return filter.filters.flatMap((part) => filterReads(event, part));
}

export function rowReads(event: string, row: RowNode): Read[] {
  if (row.kind === "field") return [{ kind: "column", event, field: row.field, type: row.type }];
  if (row.kind === "rowElement")
    return [{ kind: "column", event, field: row.field, type: { kind: "vector", dim: row.dim } }];
  const tested = row.kind === "rowWhere" ? filterReads(event, row.filter) : [];
  return [...tested, ...partsOfRow(row).flatMap((part) => rowReads(event, part))];
}
