// Which fields a back-fill has to read: a bucket's columns that no definition mentions stay in their file.

import type { HistorySchema } from "../compile/index.ts";

/**
 * The schema without the fields whose names stand nowhere in the definitions. Whatever kind of node reads a field, it names
 * it; a field that merely shares a name with something else is read for nothing.
 */
export function readFields(schema: HistorySchema, definitions: readonly unknown[]): HistorySchema {
  const said = new Set<string>();
  collectTexts(definitions, said);
  const narrowed = Object.entries(schema).map(([name, node]) => {
    const fields = Object.entries(node.fields).filter(([field]) => said.has(field));
    return [name, { ...node, fields: Object.fromEntries(fields) }] as const;
  });
  return Object.fromEntries(narrowed);
}

function collectTexts(node: unknown, said: Set<string>): void {
  if (typeof node === "string") said.add(node);
  else if (typeof node === "object" && node !== null) for (const part of Object.values(node)) collectTexts(part, said);
}
