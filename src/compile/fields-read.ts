// Which fields of which events a plan reads: what a store must hold, and all that a reader of table files need fetch.

import type { Plan } from "./plan.ts";
import { fieldsOf, fieldsOfFilter } from "./row.ts";

/** Fields by event; an event whose rows are only counted has none. Linked entities' events are among them. */
export type FieldsRead = ReadonlyMap<string, ReadonlySet<string>>;

export function fieldsRead(plan: Plan): FieldsRead {
  const read = new Map(plan.events.map((event) => [event, new Set<string>()]));
  const add = (event: string, fields: Iterable<string>): void => {
    read.set(event, new Set([...(read.get(event) ?? []), ...fields]));
  };
  const named = (fields: readonly { readonly field: string }[]): string[] => fields.map(({ field }) => field);
  for (const { event, row } of plan.rows) add(event, named(fieldsOf(row)));
  for (const { event, filter } of plan.streams) if (filter !== null) add(event, named(fieldsOfFilter(filter)));
  for (const { event, match } of plan.scans) {
    if (match === undefined) continue;
    add(event, [match.childField]);
    add(plan.streams[match.parent]!.event, [match.parentField]);
  }
  for (const part of (plan.links ?? []).flatMap(({ link, values }) => [link, values])) {
    for (const [event, fields] of fieldsRead(part)) add(event, fields);
  }
  return read;
}
