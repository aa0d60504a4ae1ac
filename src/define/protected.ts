// Protected fields that something reads after all. The problem is made where the field is read and then travels with what
// is built on it; at each step it takes the step along, so that whoever is refused in the end is told by which way.

import type { Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import { at } from "./names.ts";
import type { Protection } from "./nodes.ts";
import type { Origin } from "./place.ts";

interface Reading {
  /** `purchase.cardholderSex` */
  readonly read: string;
  readonly field: string;
  readonly protection: Protection;
  /** Who passed it on, from the reader of the field on. */
  readonly path: readonly string[];
}

const readings = new WeakMap<Problem, Reading>();

/** `user` reads a protected field of an event or a request. */
export function barredReading(
  user: string,
  owner: string,
  field: string,
  protection: Protection,
  origin: Origin,
): Problem {
  const reading = { read: `${owner}.${field}`, field, protection, path: [user] };
  return told(reading, user, "", at(origin));
}

/** The same problems for a thing that is built on others by `step`. */
export function passedOn(found: readonly Problem[], step: string): readonly Problem[] {
  return found.map((problem) => {
    const reading = readings.get(problem);
    if (reading === undefined || reading.path.at(-1) === step) return problem;
    return told({ ...reading, path: [...reading.path, step] }, problem.thing, "", placeOf(problem));
  });
}

/** The same problems as `thing`, a feature or a label, is told them: with the way from it down to the field. */
export function toldWithPath(found: readonly Problem[], thing: string): readonly Problem[] {
  return found.map((problem) => {
    const reading = readings.get(problem);
    if (reading === undefined) return problem;
    const path = reading.path.filter((step) => step !== thing).reverse();
    const through = path.length === 0 ? "" : `; it reads ${reading.read} through ${path.join(" → ")}`;
    return told(reading, thing, through, placeOf(problem));
  });
}

function told(reading: Reading, thing: string, path: string, where: ReturnType<typeof at>): Problem {
  const { field, protection } = reading;
  const problem = problems[protection === "prohibited" ? "PROHIBITED" : "SENSITIVE"](thing, { field, path }, where);
  readings.set(problem, reading);
  return problem;
}

function placeOf({ place }: Problem): ReturnType<typeof at> {
  return place === undefined ? {} : { place };
}
