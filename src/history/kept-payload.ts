// What of a refused row may be kept: declared, unprotected fields, and of these and of the envelope only values that could
// stand there (a cell in the wrong column may name a person); of anything that is no object, only its hash and length.

import { hashText } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import type { FieldNode } from "../define/index.ts";
import { describeValue, isKeepable, isName } from "./field-value.ts";
import { isKeepableKey } from "./validate-event.ts";

export type KeptPayload =
  /** `removed`: names of the fields left out because they are protected or unknown. */
  | {
      readonly kind: "object";
      readonly payload: { readonly [key: string]: unknown };
      readonly removed: readonly string[];
    }
  | { readonly kind: "hashed"; readonly sha256: string; readonly length: number };

export function keepable(raw: unknown, schema: HistorySchema): KeptPayload {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    const text = typeof raw === "string" ? raw : textOf(raw);
    return { kind: "hashed", sha256: hashText(text), length: text.length };
  }
  const removed: string[] = [];
  const payload: Record<string, unknown> = {};
  const entries: readonly (readonly [string, unknown])[] = Object.entries(raw);
  for (const [key, value] of entries) {
    if (key === "fields" && typeof value === "object" && value !== null && !Array.isArray(value))
      payload["fields"] = openFields(value, raw, schema, removed);
    else if (isKeepableKey(key, value)) payload[key] = value;
    else removed.push(shownName(key));
  }
  return { kind: "object", payload, removed: removed.sort() };
}

/** Of what is nested too deeply to be written, only what it is: one row must not stop those that came with it. */
function textOf(raw: unknown): string {
  try {
    return JSON.stringify(raw) ?? typeof raw;
  } catch (error) {
    if (error instanceof RangeError) return describeValue(raw);
    throw error;
  }
}

function openFields(fields: object, raw: object, schema: HistorySchema, removed: string[]): Record<string, unknown> {
  const open = openFieldNodes("event" in raw ? raw.event : undefined, schema);
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (open(name).some((field) => isKeepable(value, field))) kept[name] = value;
    else removed.push(`fields.${shownName(name)}`);
  }
  return kept;
}

/** The field of the event type, if unprotected; of a type that is not known, that of every type if protected in none. */
function openFieldNodes(event: unknown, schema: HistorySchema): (name: string) => readonly FieldNode[] {
  const known = typeof event === "string" && Object.hasOwn(schema, event) ? schema[event] : undefined;
  const nodes = known === undefined ? Object.values(schema) : [known];
  return (name) => {
    const fields = nodes.flatMap((node) => (Object.hasOwn(node.fields, name) ? [node.fields[name]!] : []));
    return fields.every(({ protection }) => protection === "none") ? fields : [];
  };
}

/** The name of what was left out; one that no program would give may itself be a value. */
function shownName(name: string): string {
  return isName(name) ? name : `a name of ${name.length} characters`;
}
