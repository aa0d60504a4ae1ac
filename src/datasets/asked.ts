// What was asked, from text to numbers: spines and datasets hold text in major units, `decide` takes stored integers,
// kernels read doubles in major units.

import { AssayError, nearest, parseDate, parseInstant, parseScaled } from "../base/index.ts";
import type { RequestValues } from "../compile/index.ts";
import type { FieldType, RequestNode } from "../define/index.ts";
import { problems } from "./errors.ts";

export type AskedText = { readonly [field: string]: string };

/** Stored units by field; an optional field that is absent stays absent. Throws ASSAY_DATASETS_BAD_SPINE_ROW about `thing`. */
export function storedAsked(request: RequestNode | null, asked: AskedText, thing: string): { [field: string]: number } {
  const refuse = (why: string, near?: string) =>
    new AssayError(problems.BAD_SPINE_ROW(thing, { why }, { nearest: near }));
  const fields = request?.fields ?? {};
  const unknown = Object.keys(asked).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) {
    throw refuse(`the request has no field "${unknown}"`, nearest(unknown, Object.keys(fields)));
  }
  const stored: { [field: string]: number } = {};
  for (const [name, { type, optional }] of Object.entries(fields)) {
    const text = asked[name];
    if (text === undefined && optional) continue;
    const value = text === undefined ? undefined : parsedField(type, text);
    if (value === undefined) throw refuse(`asked field "${name}" cannot be ${JSON.stringify(text) ?? "absent"}`);
    stored[name] = value;
  }
  return stored;
}

function parsedField(type: FieldType, text: string): number | undefined {
  if (type.kind === "category") return type.values.includes(text) ? type.values.indexOf(text) : undefined;
  if (type.kind === "boolean") return { true: 1, false: 0 }[text];
  if (type.kind === "instant") return parseInstant(text);
  if (type.kind === "date") return parseDate(text);
  return parseScaled(text, scaleOf(type));
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
