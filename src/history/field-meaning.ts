// What a stored value means is told by the definition it was stored under: the unit of a number, the word behind a
// category's index, whether the field is kept here at all. Bytes are therefore read and added to only under a definition
// that says the same of every field both know. A field or type that one side lacks says nothing that could differ.

import { AssayError, type Problem } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import type { EventNode, FieldNode } from "../define/index.ts";
import { problems } from "./errors.ts";

/**
 * Who asks. A writer must know every category that is stored; a reader may stand at an older definition, before values
 * were appended.
 */
export type MeaningAsked = "writer" | "reader";

/** Throws ASSAY_HISTORY_SCHEMA_CHANGED about the first field that means something else now than when it was stored. */
export function checkMeaning(stored: HistorySchema, now: HistorySchema, asked: MeaningAsked): void {
  for (const [name, node] of Object.entries(stored)) {
    const problem = now[name] === undefined ? undefined : changedMeaning(node, now[name], asked);
    if (problem !== undefined) throw new AssayError(problem);
  }
}

/** The first thing that stored events of a type mean and the definition now does not. */
function changedMeaning(stored: EventNode, now: EventNode, asked: MeaningAsked): Problem | undefined {
  if (stored.entity !== now.entity) {
    const [was, is] = [`about ${stored.entity}`, `about ${now.entity}`];
    return problems.SCHEMA_CHANGED(`event ${now.name}`, { was, is });
  }
  for (const [name, before] of Object.entries(stored.fields)) {
    const after = Object.hasOwn(now.fields, name) ? now.fields[name] : undefined;
    if (after === undefined || meansTheSame(before, after, asked)) continue;
    return problems.SCHEMA_CHANGED(`${now.name}.${name}`, { was: meaningOf(before), is: meaningOf(after) });
  }
  return asked === "writer" ? addedField(stored, now) : undefined;
}

/** What is stored without a field has no value of it, so that it can only be added as one that may be absent. */
function addedField(stored: EventNode, now: EventNode): Problem | undefined {
  const isNew = ([name, field]: readonly [string, FieldNode]) => !field.optional && !Object.hasOwn(stored.fields, name);
  const added = Object.entries(now.fields).find(isNew);
  return added === undefined ? undefined : problems.FIELD_ADDED(`${now.name}.${added[0]}`, { event: now.name });
}

function meansTheSame(before: FieldNode, after: FieldNode, asked: MeaningAsked): boolean {
  // Of two protected fields nothing is stored here; the vault keeps what the source wrote.
  if (before.protection !== "none" && after.protection !== "none") return true;
  if (before.type.kind === "category" && after.type.kind === "category" && before.protection === after.protection) {
    const [older, newer] = [before.type.values, after.type.values];
    return beginsWith(newer, older) || (asked === "reader" && beginsWith(older, newer));
  }
  return meaningOf(before) === meaningOf(after);
}

function beginsWith(values: readonly string[], first: readonly string[]): boolean {
  return first.every((value, i) => values[i] === value);
}

function meaningOf({ type, protection }: FieldNode): string {
  return `${typeText(type)}${protection === "none" ? "" : `, ${protection}`}`;
}

function typeText(type: FieldNode["type"]): string {
  switch (type.kind) {
    case "decimal":
      return `decimal of scale ${type.scale}`;
    case "money":
      return `money in ${type.currency} of scale ${type.scale}`;
    case "category":
      return `category (${type.values.join(", ")})`;
    case "ref":
      return `ref to ${type.entity}`;
    case "vector":
      return `vector of ${type.dim} numbers`;
    default:
      return type.kind;
  }
}

/** The definition now, with the fields that stored events may hold and it no longer has; those are optional. */
export function withStoredFields(stored: EventNode | undefined, now: EventNode): EventNode {
  const gone = Object.entries(stored?.fields ?? {}).filter(([name]) => !Object.hasOwn(now.fields, name));
  if (gone.length === 0) return now;
  const kept = gone.map(([name, field]) => [name, { ...field, optional: true }] as const);
  return { ...now, fields: { ...now.fields, ...Object.fromEntries(kept) } };
}
