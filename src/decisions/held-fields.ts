// Whether an online store holds what a bundle's kernels read: every event type, and each field of it in the meaning that the
// bundle was built with. Depth needs no proof here: the store keeps every event of an entity.

import { AssayError, canonicalJson } from "../base/index.ts";
import type { FieldsRead, HistorySchema } from "../compile/index.ts";
import type { EventNode, FieldType } from "../define/index.ts";
import { problems } from "./errors.ts";

/** What an online store says of an event type: the fields that it holds, or undefined. */
export type Holds = (event: string) => EventNode["fields"] | undefined;

/** Throws ASSAY_DECISIONS_NOT_HELD for the first field that a kernel would read in vain, or in another meaning. */
export function proveHeld(read: FieldsRead, events: HistorySchema, holds: Holds): void {
  for (const [event, fields] of read) {
    const held = holds(event);
    if (held === undefined) throw notHeld(event, "it holds no events of this type");
    for (const field of fields) {
      const there = held[field];
      if (there === undefined) throw notHeld(`${event}.${field}`, "its events have no such field");
      const { type } = events[event]!.fields[field]!;
      if (!sameMeaning(type, there.type)) throw notHeld(`${event}.${field}`, "it holds the field in another type");
    }
  }
}

function notHeld(thing: string, why: string): AssayError {
  return new AssayError(problems.NOT_HELD(thing, { why }));
}

/** Codes of a category are places in its list, so a list may have grown at its end and no more. */
function sameMeaning(built: FieldType, held: FieldType): boolean {
  if (built.kind === "category" && held.kind === "category") {
    return built.values.every((value, code) => held.values[code] === value);
  }
  return canonicalJson(built) === canonicalJson(held);
}
