// Settings by name. The compiler refuses one it does not know, and so must `check`: a misspelt `endedBy` would otherwise say
// nothing and change a label.

import { nearest, type Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import { at } from "./names.ts";
import type { Origin } from "./place.ts";

/** Problems of settings that `thing` does not have. */
export function checkSettings(thing: string, given: unknown, known: readonly string[], origin: Origin): Problem[] {
  if (typeof given !== "object" || given === null) return [];
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  return unknown.map((name) => {
    const where = { ...at(origin), nearest: nearest(name, known) };
    return problems.UNKNOWN_SETTING(thing, { name, known: known.join(", ") }, where);
  });
}
