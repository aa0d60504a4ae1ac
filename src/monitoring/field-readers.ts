// Which features read which field of which event: what a broken field reaches. Definitions are plain data, so they are walked
// as such: whatever kind of node comes to be, its streams name an event and its rows name fields.

import type { FeatureSetNode } from "../define/index.ts";

/** `event.field` → `role.feature`, in the order of the sets. */
export function fieldReaders(
  roles: readonly { readonly role: string; readonly set: FeatureSetNode }[],
): ReadonlyMap<string, readonly string[]> {
  const readers = new Map<string, string[]>();
  for (const { role, set } of roles) {
    for (const { name, feature } of set.features) {
      for (const field of fieldsOf(feature)) {
        const known = readers.get(field);
        if (known === undefined) readers.set(field, [`${role}.${name}`]);
        else known.push(`${role}.${name}`);
      }
    }
  }
  return readers;
}

function fieldsOf(feature: unknown): Set<string> {
  const found = new Set<string>();
  const visit = (node: unknown, event: string | null): void => {
    if (typeof node !== "object" || node === null) return;
    const here = eventOf(node) ?? event;
    if ("field" in node && typeof node.field === "string" && here !== null) found.add(`${here}.${node.field}`);
    for (const child of Object.values(node)) visit(child, here);
  };
  visit(feature, null);
  return found;
}

function eventOf(node: object): string | null {
  if ("event" in node && typeof node.event === "string") return node.event;
  const stream = "stream" in node ? node.stream : null;
  return typeof stream === "object" && stream !== null && "event" in stream && typeof stream.event === "string"
    ? stream.event
    : null;
}
