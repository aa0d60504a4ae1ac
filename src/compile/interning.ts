// A list in which equal things (by canonical JSON) have one place: how a plan comes to compute nothing twice.

import { canonicalJson } from "../base/index.ts";

export interface Interned<T> {
  readonly items: readonly T[];
  /** The place of `item`, old or new. */
  place(item: T): number;
}

export function interned<T>(): Interned<T> {
  const items: T[] = [];
  const places = new Map<string, number>();
  const place = (item: T): number => {
    const key = canonicalJson(item);
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, items.length);
    return items.push(item) - 1;
  };
  return { items, place };
}

export function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}
