// Rows that name somebody who was erased. One of theirs is refused and nothing of it is kept; where another's event refers
// to them, the reference becomes missing, as it did in the events held before: so an old delivery, sent again, is the
// duplicate that it was.

import type { HistoryEvent, HistorySchema } from "../compile/index.ts";
import type { EventNode } from "../define/index.ts";

/** Every text in rows, unread. */
export function* namesIn(raws: Iterable<unknown>): Generator<string> {
  for (const raw of raws) yield* textsIn(raw);
}

/** Texts where a valid row can name somebody: as its entity, as a reference, or anywhere in a document that it brings. */
export function* partiesIn(raws: Iterable<unknown>, schema: HistorySchema): Generator<string> {
  for (const raw of raws) {
    if (typeof raw !== "object" || raw === null) continue;
    const { entity, event, fields } = raw as { readonly [key: string]: unknown };
    if (typeof entity === "string") yield entity;
    const node = typeof event === "string" && Object.hasOwn(schema, event) ? schema[event] : undefined;
    if (node === undefined || typeof fields !== "object" || fields === null) continue;
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value === "object" || node.fields[name]?.type.kind === "ref") yield* textsIn(value);
    }
  }
}

/** Without recursion: a row may be nested deeper than the stack. */
function* textsIn(value: unknown): Generator<string> {
  const left = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one === "string") yield one;
    else if (typeof one === "object" && one !== null) for (const part of Object.values(one)) left.push(part);
  }
}

/** Whether a row is of one of the people, as its entity. */
export function isOf(raw: unknown, people: ReadonlySet<string>): boolean {
  return typeof raw === "object" && raw !== null && "entity" in raw && people.has(raw.entity as string);
}

/** Whether one of the people stands anywhere in it. */
export function namesOne(value: unknown, people: ReadonlySet<string>): boolean {
  for (const text of textsIn(value)) if (people.has(text)) return true;
  return false;
}

/** Whether a refused row, or the sentences about it, name one of the people. */
export function isAbout(row: object, people: ReadonlySet<string>): boolean {
  if (namesOne(row, people)) return true;
  const said = Object.values(row).filter((text) => typeof text === "string");
  return [...people].some((entity) => said.some((text) => text.includes(JSON.stringify(entity))));
}

/** Fields that name an entity. */
export function refFields({ fields }: EventNode): string[] {
  return Object.entries(fields).flatMap(([name, { type }]) => (type.kind === "ref" ? [name] : []));
}

/** The event without references to the people; the same object where it has none. */
export function withoutRefs(event: HistoryEvent, schema: HistorySchema, people: ReadonlySet<string>): HistoryEvent {
  const named = refFields(schema[event.event]!).filter((name) => people.has(event.fields[name] as string));
  if (named.length === 0) return event;
  return { ...event, fields: { ...event.fields, ...Object.fromEntries(named.map((name) => [name, null])) } };
}
