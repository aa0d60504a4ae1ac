// A document fans out into events of its own: one for each item of a list in it. How is plain data, so that it can be kept in a
// workspace, shown and hashed; it is read once, when the document comes. Children carry what ties them to their parent as
// the declaration says, and nobody could know them before the parent, whatever instant they tell of.
//
// Values come by row templates: a name is a key of the item, `parent.` reads the event that brought the document.

import { AssayError, formatInstant, nearest } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import { problems } from "./errors.ts";
import type { ReadRow } from "./read-row.ts";
import { fillTemplate, type RowTemplate } from "./row-template.ts";
import type { KeptDocument, ValidEvent } from "./validate-event.ts";

/** The events that one list of a document holds. */
export interface ChildEvents {
  readonly event: string;
  /** The list, by its keys from the top: `credit.tradelines`. */
  readonly each: string;
  readonly eventId: RowTemplate;
  /** When the child happened; by default, when its parent did. */
  readonly at?: RowTemplate;
  /** Whom it is about; by default, the parent's entity. */
  readonly entity?: RowTemplate;
  readonly fields: { readonly [field: string]: RowTemplate };
}

/** How documents in one field of an event type fan out. */
export interface DocumentFanOut {
  readonly version: 1;
  readonly field: string;
  readonly children: readonly ChildEvents[];
}

/** Event type → how its documents fan out. */
export type FanOuts = { readonly [event: string]: DocumentFanOut };

/** Throws ASSAY_HISTORY_BAD_FAN_OUT where a declaration names an event or a field that is not there. */
export function checkFanOuts(fanOuts: FanOuts, schema: HistorySchema): void {
  for (const [event, { field, children }] of Object.entries(fanOuts)) {
    const parent = knownEvent(event, event, schema);
    if (parent.fields[field]?.type.kind !== "document") {
      throw new AssayError(
        problems.BAD_FAN_OUT(`documents of ${event}`, { why: `its field "${field}" is no document` }),
      );
    }
    for (const child of children) {
      const known = Object.keys(knownEvent(event, child.event, schema).fields);
      const unknown = Object.keys(child.fields).find((name) => !known.includes(name));
      if (unknown === undefined) continue;
      const why = `event ${child.event} has no field "${unknown}"`;
      throw new AssayError(
        problems.BAD_FAN_OUT(`documents of ${event}`, { why }, { nearest: nearest(unknown, known) }),
      );
    }
  }
}

function knownEvent(parent: string, event: string, schema: HistorySchema) {
  const node = Object.hasOwn(schema, event) ? schema[event] : undefined;
  if (node !== undefined) return node;
  const near = { nearest: nearest(event, Object.keys(schema)) };
  throw new AssayError(
    problems.BAD_FAN_OUT(`documents of ${parent}`, { why: `no event type is called ${event}` }, near),
  );
}

/** Child events as a source would send them, under the number of the parent's row; none where nothing is declared. */
export function childRows(row: number, { event, documents }: ValidEvent, fanOuts: FanOuts): ReadRow[] {
  const fanOut = Object.hasOwn(fanOuts, event.event) ? fanOuts[event.event] : undefined;
  const document = documents.find(({ field }) => field === fanOut?.field);
  if (fanOut === undefined || document === undefined) return [];
  const parent = { eventId: event.eventId, entity: event.entity, at: formatInstant(event.at), fields: event.fields };
  const known = formatInstant(event.knownAt);
  return fanOut.children.flatMap((child) =>
    itemsOf(document, child.each).map((item) => ({
      row,
      raw: childOf(child, { ...item, parent }, known),
      from: child,
    })),
  );
}

type Item = { readonly [key: string]: unknown };

function itemsOf({ text }: KeptDocument, each: string): Item[] {
  const list = valueAt(JSON.parse(text), each);
  // What is no list is told by the child's absence; an item that is no object becomes a row that validation refuses.
  return Array.isArray(list) ? list.map((item) => (isItem(item) ? item : {})) : [];
}

function childOf(child: ChildEvents, item: Item, known: string): Item {
  return {
    event: child.event,
    entity: read(item, child.entity ?? "parent.entity"),
    eventId: read(item, child.eventId),
    at: read(item, child.at ?? "parent.at"),
    knownAt: known,
    fields: Object.fromEntries(Object.entries(child.fields).map(([field, from]) => [field, read(item, from)])),
  };
}

/** Null where a key it needs is absent or null. */
function read(item: Item, from: RowTemplate): unknown {
  return fillTemplate(from, (path) => valueAt(item, path));
}

function valueAt(value: unknown, path: string): unknown {
  let found = value;
  for (const key of path.split(".")) {
    if (!isItem(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found;
}

function isItem(value: unknown): value is Item {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
