// What an expression reads: columns of events and fields of requests. Checks and meaning hashes both walk this way.

import type { FieldType, FilterNode, RowNode, StreamNode, ValueNode } from "./nodes.ts";

export type Read =
  | { readonly kind: "event"; readonly event: string; readonly entity: string }
  | { readonly kind: "column"; readonly event: string; readonly field: string; readonly type: FieldType }
  | { readonly kind: "asked"; readonly request: string; readonly field: string; readonly type: FieldType };

export function readsOf(value: ValueNode): Read[] {
  if (value.kind === "aggregate") {
    return [...streamReads(value.stream), ...(value.row === null ? [] : rowReads(value.stream.event, value.row))];
  }
  if (value.kind === "asked") return [{ kind: "asked", request: value.request, field: value.field, type: value.type }];
  return "of" in value ? readsOf(value.of) : [...readsOf(value.left), ...readsOf(value.right)];
}

export function streamReads(stream: StreamNode): Read[] {
  const { event, entity, filter } = stream;
  return [{ kind: "event", event, entity }, ...(filter === null ? [] : filterReads(event, filter))];
}

function filterReads(event: string, filter: FilterNode): Read[] {
  if (filter.kind === "fieldTest") return rowReads(event, filter.row);
  return filter.filters.flatMap((part) => filterReads(event, part));
}

function rowReads(event: string, row: RowNode): Read[] {
  if (row.kind === "field") return [{ kind: "column", event, field: row.field, type: row.type }];
  return [...rowReads(event, row.left), ...rowReads(event, row.right)];
}
