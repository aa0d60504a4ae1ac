// Request fields cross the door as text in major units, are decided on as stored integers and are read by kernels as doubles
// in major units. One place for the three.

import { nearest, type Problem, parseDate, parseInstant, parseScaled } from "../base/index.ts";
import type { RequestValues } from "../compile/index.ts";
import type { FieldType, RequestNode } from "../define/index.ts";
import { problems } from "./errors.ts";

export type AskedText = { readonly [field: string]: string | number | boolean };

/** Stored units by field, or what is wrong with the request. */
export function storedUnits(request: RequestNode, asked: AskedText): { [field: string]: number } | Problem {
  const stored: { [field: string]: number } = {};
  for (const name of Object.keys(asked)) {
    if (!Object.hasOwn(request.fields, name)) return unknownField(request, name);
  }
  for (const [name, field] of Object.entries(request.fields)) {
    const value = asked[name];
    if (value === undefined && field.optional) continue;
    const parsed = value === undefined ? undefined : parseField(field.type, value);
    if (parsed === undefined) return badField(name, field.type, value);
    stored[name] = parsed;
  }
  return stored;
}

/** Problems say the way out in words; stored units are numbers. */
export function isProblem(value: object): value is Problem {
  return "wayOut" in value && typeof value.wayOut === "string";
}

function unknownField(request: RequestNode, name: string): Problem {
  const known = Object.keys(request.fields);
  return problems.BAD_FIELD(
    `field "${name}"`,
    { why: `request "${request.name}" has no such field` },
    { nearest: nearest(name, known) },
  );
}

function badField(name: string, type: FieldType, value: unknown): Problem {
  const why = value === undefined ? "it is required" : `${JSON.stringify(value)} is no ${describe(type)}`;
  return problems.BAD_FIELD(`field "${name}"`, { why });
}

function parseField(type: FieldType, value: string | number | boolean): number | undefined {
  if (type.kind === "category") return indexOrUndefined(type.values.indexOf(String(value)));
  if (type.kind === "boolean") return typeof value === "boolean" ? Number(value) : undefined;
  if (type.kind === "instant") return parseInstant(String(value));
  if (type.kind === "date") return parseDate(String(value));
  return typeof value === "boolean" ? undefined : parseScaled(String(value), scaleOf(type));
}

function indexOrUndefined(index: number): number | undefined {
  return index < 0 ? undefined : index;
}

function describe(type: FieldType): string {
  if (type.kind === "money") return `amount in ${type.currency} with at most ${type.scale} decimals`;
  if (type.kind === "instant") return "instant such as 2025-03-31T09:00:00Z";
  if (type.kind === "date") return "date such as 2025-03-31";
  if (type.kind === "category") return `one of ${type.values.join(", ")}`;
  return type.kind;
}

function scaleOf(type: FieldType): number {
  return type.kind === "money" || type.kind === "decimal" ? type.scale : 0;
}

/** What `asked` nodes of a kernel read: doubles in major units. */
export function majorUnits(request: RequestNode, stored: { readonly [field: string]: number }): RequestValues {
  const major: { [field: string]: number } = {};
  for (const [name, value] of Object.entries(stored)) {
    const type = request.fields[name]!.type;
    major[name] = value / 10 ** scaleOf(type);
  }
  return major;
}
