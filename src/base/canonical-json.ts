// RFC 8785 (JSON Canonicalization Scheme), with the house rule of contract 8: a bigint is written as a string.
// The bytes are what gets hashed, so this file may never change its output for an old value.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Canonical text of plain data. Refuses NaN, infinities, undefined array items, functions, symbols and class instances. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value.toWellFormed());
  if (typeof value === "bigint") return `"${value}"`;
  if (typeof value === "number") return canonicalNumber(value);
  if (Array.isArray(value)) return `[${Array.from(value, (item) => canonicalJson(item)).join(",")}]`;
  if (typeof value === "object" && isPlain(value)) return canonicalObject(value);
  throw new TypeError(`canonical JSON cannot hold a ${typeof value}`);
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`canonical JSON cannot hold ${value}`);
  return JSON.stringify(Object.is(value, -0) ? 0 : value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function canonicalObject(value: object): string {
  const members: string[] = [];
  // RFC 8785 orders keys by UTF-16 code units, which is what the default sort does.
  for (const key of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[key];
    if (!key.isWellFormed()) throw new TypeError("canonical JSON cannot hold a key with half a surrogate pair");
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(",")}}`;
}
