// What was asked, from text to numbers: spines and datasets hold text in major units, `decide` takes stored integers,
// kernels read doubles in major units. A row may lack what nobody reads of it.

import { AssayError, nearest, parseDate, parseInstant, parseScaled, parseTruth, TRUTH_WORDS } from "../base/index.ts";
import type { RequestValues } from "../compile/index.ts";
import { type FeatureSetNode, type FieldType, type RequestNode, readsOf } from "../define/index.ts";
import { problems } from "./errors.ts";

export type AskedText = { readonly [field: string]: string };

/** Field of a request → who reads it, in words. */
export type AskedReaders = ReadonlyMap<string, string>;

/** The first feature that reads each field. */
export function featuresAsking(
  roles: readonly { readonly role: string; readonly set: FeatureSetNode }[],
): AskedReaders {
  const readers = new Map<string, string>();
  for (const { role, set } of roles) {
    for (const { name, feature } of set.features) {
      for (const read of readsOf(feature.value)) {
        if (read.kind === "asked" && !readers.has(read.field)) readers.set(read.field, `feature "${role}.${name}"`);
      }
    }
  }
  return readers;
}

/**
 * Stored units by field; a field that is optional or has no reader may be absent, and stays so. Throws
 * ASSAY_DATASETS_NOT_ASKED and ASSAY_DATASETS_BAD_SPINE_ROW about `thing`.
 */
export function storedAsked(
  request: RequestNode | null,
  { asked, readers, thing }: { readonly asked: AskedText; readonly readers: AskedReaders; readonly thing: string },
): { [field: string]: number } {
  const fields = request?.fields ?? {};
  const unknown = Object.keys(asked).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) {
    const params = { why: `the request has no field "${unknown}"`, wayOut: "Take it out of the spine, or rename it" };
    throw new AssayError(problems.BAD_SPINE_ROW(thing, params, { nearest: nearest(unknown, Object.keys(fields)) }));
  }
  const stored: { [field: string]: number } = {};
  for (const [name, { type, optional }] of Object.entries(fields)) {
    const text = Object.hasOwn(asked, name) ? asked[name] : undefined;
    if (text !== undefined) stored[name] = parsedField(name, type, text, thing);
    else if (!optional && readers.has(name)) {
      throw new AssayError(problems.NOT_ASKED(thing, { field: name, reader: readers.get(name)! }));
    }
  }
  return stored;
}

function parsedField(name: string, type: FieldType, text: string, thing: string): number {
  const value = valueIn(type, text);
  if (value !== undefined) return value;
  const params = { why: `asked field "${name}" cannot be ${JSON.stringify(text)}`, wayOut: `Write ${formOf(type)}` };
  throw new AssayError(problems.BAD_SPINE_ROW(thing, params));
}

function valueIn(type: FieldType, text: string): number | undefined {
  if (type.kind === "category") return type.values.includes(text) ? type.values.indexOf(text) : undefined;
  if (type.kind === "boolean") return { true: 1, false: 0 }[String(parseTruth(text))];
  if (type.kind === "instant") return parseInstant(text);
  if (type.kind === "date") return parseDate(text);
  return parseScaled(text, scaleOf(type));
}

function formOf(type: FieldType): string {
  if (type.kind === "category") return `one of its values: ${type.values.slice(0, 10).join(", ")}`;
  if (type.kind === "boolean") return TRUTH_WORDS;
  if (type.kind === "instant") return "an instant with an offset, such as 2025-03-31T09:00:00Z";
  if (type.kind === "date") return "a day, such as 2025-03-31";
  return scaleOf(type) === 0 ? "a whole number" : `a number in major units with at most ${scaleOf(type)} decimals`;
}

/** What kernels read, from stored units. */
export function majorAsked(request: RequestNode | null, stored: { readonly [field: string]: number }): RequestValues {
  const fields = request?.fields ?? {};
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => [name, value / 10 ** scaleOf(fields[name]!.type)]),
  );
}

function scaleOf(type: FieldType): number {
  return type.kind === "money" || type.kind === "decimal" ? type.scale : 0;
}
