// Names become column names, JSON keys and identifiers in generated code, so they are plain; a few belong to the grammar.

import type { Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import type { Origin } from "./place.ts";

export type ReservedName = "where" | "with" | "at" | "knownAt" | "then";

const RESERVED: readonly string[] = ["where", "with", "at", "knownAt", "then"] satisfies ReservedName[];

/** Problems of names of columns: fields, features, outputs, terms. */
export function checkColumnNames(thing: string, names: readonly string[], origin: Origin): Problem[] {
  return names.flatMap((name) => {
    if (RESERVED.includes(name)) return [problems.RESERVED_NAME(thing, { name }, at(origin))];
    return /^[A-Za-z][A-Za-z0-9_]*$/.test(name) ? [] : [problems.BAD_NAME(thing, { name }, at(origin))];
  });
}

/** Problems of categories that become parts of column names: `spend90d.rent`. */
export function checkCategoryNames(thing: string, names: readonly string[], origin: Origin): Problem[] {
  return names.flatMap((name) => {
    if (RESERVED.includes(name)) return [problems.RESERVED_NAME(thing, { name }, at(origin))];
    return /^[A-Za-z0-9_]+$/.test(name) ? [] : [problems.BAD_CATEGORY_NAME(thing, { name }, at(origin))];
  });
}

/** Problems of the name of a definition: as above, with hyphens. */
export function checkName(kind: string, name: unknown, origin: Origin): Problem[] {
  if (typeof name === "string" && /^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) return [];
  return [problems.BAD_NAME(kind, { name: called(name) }, at(origin))];
}

/** The set and the feature of `set.feature`; a feature of a breakdown holds a dot itself. */
export function memberParts(member: string): readonly [set: string, feature: string] {
  const dot = member.indexOf(".");
  return dot < 0 ? [member, ""] : [member.slice(0, dot), member.slice(dot + 1)];
}

/** A name as plain text, whatever was passed; `checkName` tells what is wrong with it. */
export function called(name: unknown): string {
  return typeof name === "string" ? name : "";
}

export function at(origin: Origin): { place?: NonNullable<Origin["place"]> } {
  const place = origin.place;
  return place === null ? {} : { place };
}
