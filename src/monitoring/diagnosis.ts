// What is the matter with a field that has moved. The rules are asked in this order and the first that holds is the answer, so
// that one cause is told once and as itself:
//
//   missing           the field is absent more often
//   brokenUnit        every decile is the profile's, multiplied by about the same
//   vanishedCategory  a value that the profile had in numbers does not come any more
//   unseenCategory    a value comes that the profile never had
//   outOfRange        part of the values lie where the profile had almost none, and the others where they were
//   drift             it moved, and nothing more particular is the matter
//
// What is absent, a vanished and a new value are the answer only where they are at least half of all that moved: among other
// people a rare value goes missing too. Absence is asked of the whole span, whose months are the profile's; the values, of the
// events from where the change begins.

import { exp, log } from "../base/index.ts";
import { countCells, decileEdges, psi, quantileOf, type WeightedPoints } from "../evaluate/index.ts";
import { TAIL } from "./change-chance.ts";
import { rowsOf } from "./column-tally.ts";
import { FieldCells, movedShare, namesThings } from "./field-cells.ts";
import type { FieldProfile } from "./profile-document.ts";
import type { FindingKind } from "./report-document.ts";
import { riseP } from "./share-rise.ts";
import { PSI_WATCH } from "./value-drift.ts";

export interface Diagnosis {
  readonly kind: Extract<
    FindingKind,
    "vanishedCategory" | "unseenCategory" | "missing" | "brokenUnit" | "outOfRange" | "drift"
  >;
  /** What completes "NAME …". */
  readonly words: string;
}

/** A profile, a span, the part of it from where the change begins, and the values that have not come since then. */
export interface Changed {
  readonly reference: FieldProfile;
  readonly span: FieldProfile;
  readonly current: FieldProfile;
  readonly gone: ReadonlySet<number>;
}

/** `chance`: p-values above it may be chance. All sides hold rows. */
export function diagnose({ reference, span, current, gone }: Changed, chance: number): Diagnosis {
  const absent = missing(reference, span, chance);
  if (absent !== null) return absent;
  if (reference.sketch.n === 0 || current.sketch.n === 0) return MERE;
  const cells = new FieldCells(reference);
  const moved = movedShare(cells.countPresent(reference), cells.countPresent(current));
  const mostOf = (share: number) => share * 2 >= moved;
  return (
    brokenUnit(reference, current, mostOf) ??
    vanished(reference, gone, mostOf) ??
    unseen(reference, current, mostOf) ??
    outOfRange(reference, current, moved) ??
    MERE
  );
}

const MERE: Diagnosis = { kind: "drift", words: "has moved" };

/** Of all events. */
const MISSING_RISE = 0.02;

function missing(reference: FieldProfile, span: FieldProfile, chance: number): Diagnosis | null {
  const share = (field: FieldProfile) => (rowsOf(field) - field.sketch.n) / rowsOf(field);
  const people = (field: FieldProfile) => ({ hits: share(field) * field.entities, n: field.entities });
  const [before, now] = [share(reference), share(span)];
  if (now - before < MISSING_RISE || riseP(people(reference), people(span)) > chance) return null;
  const cells = new FieldCells(reference);
  if ((now - before) * 2 < movedShare(cells.count(reference), cells.count(span))) return null;
  return {
    kind: "missing",
    words: `is absent in ${(now * 100).toFixed(1)} % of events; the profile has ${(before * 100).toFixed(1)} %`,
  };
}

type MostOf = (share: number) => boolean;

const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/** The least factor that is taken for a unit. */
const LEAST_FACTOR = 3;
/** How far deciles may lie from one factor: half as much again, or a fifth of its logarithm. */
const APART = log(1.5);
const APART_OF_FACTOR = 0.2;

function brokenUnit(reference: FieldProfile, current: FieldProfile, mostOf: MostOf): Diagnosis | null {
  if (reference.categories !== null) return null;
  const factors = DECILES.flatMap((share) => {
    const [was, is] = [quantileOf(reference.sketch, share)!, quantileOf(current.sketch, share)!];
    return was === 0 || is === 0 || Math.sign(was) !== Math.sign(is) ? [] : [log(is / was)];
  }).sort((a, b) => a - b);
  // Deciles of 0 stay 0 under any factor and tell nothing; four others must agree.
  if (factors.length < 4) return null;
  const factor = factors[Math.floor(factors.length / 2)]!;
  const apart = Math.max(APART, APART_OF_FACTOR * Math.abs(factor));
  const agree = factors[0]! > factor - apart && factors.at(-1)! < factor + apart;
  if (!agree || Math.abs(factor) < log(LEAST_FACTOR)) return null;
  // Of few values, another mix can move deciles by a factor; another unit makes other values.
  if (namesThings(reference) && !mostOf(unseenShare(reference, current))) return null;
  const times = factor > 0 ? `${round(exp(factor))} times` : `1/${round(exp(-factor))} of`;
  return { kind: "brokenUnit", words: `is about ${times} what it was, at every decile` };
}

export function nameOf({ categories }: FieldProfile, value: number): string {
  return categories?.[value] ?? String(value);
}

/** Values that the profile never had, in a field that takes few. */
export function unseenValues(reference: FieldProfile, current: FieldProfile): number[] {
  if (!namesThings(reference) || reference.sketch.n === 0) return [];
  const known = new Set(reference.sketch.values);
  return current.sketch.values.filter((value) => !known.has(value));
}

function unseenShare(reference: FieldProfile, current: FieldProfile): number {
  const fresh = new Set(unseenValues(reference, current));
  return shareWhere(current.sketch, (value) => fresh.has(value));
}

function vanished(reference: FieldProfile, gone: ReadonlySet<number>, mostOf: MostOf): Diagnosis | null {
  if (gone.size === 0 || !mostOf(shareWhere(reference.sketch, (value) => gone.has(value)))) return null;
  return { kind: "vanishedCategory", words: `no longer has ${quoted(reference, gone)}` };
}

/** One person with a new code is an event; a share of them is a change. */
const UNSEEN_SHARE = 0.005;
/** More new values than this are told as their number. */
const NAMED = 5;

function unseen(reference: FieldProfile, current: FieldProfile, mostOf: MostOf): Diagnosis | null {
  const share = unseenShare(reference, current);
  if (share < UNSEEN_SHARE || !mostOf(share)) return null;
  const fresh = new Set(unseenValues(reference, current));
  return { kind: "unseenCategory", words: `has ${quoted(reference, fresh)}, never seen before` };
}

function quoted(reference: FieldProfile, values: ReadonlySet<number>): string {
  if (values.size > NAMED) return `${values.size} values`;
  return [...values].map((value) => `"${nameOf(reference, value)}"`).join(", ");
}

const TAIL_GAIN = 4;
/** Least part of all that moved that lies far out: among other people who owe more, most move within what was seen. */
const TAIL_PART = 0.25;

function outOfRange(reference: FieldProfile, current: FieldProfile, moved: number): Diagnosis | null {
  const [before, now] = [reference.sketch, current.sketch];
  const [low, high] = [quantileOf(before, TAIL), quantileOf(before, 1 - TAIL)];
  if (low === undefined || high === undefined || namesThings(reference)) return null;
  const sides = [
    { words: `above ${short(high)}`, outside: (value: number) => value > high, rest: LOWER },
    { words: `below ${short(low)}`, outside: (value: number) => value < low, rest: UPPER },
  ];
  for (const { words, outside, rest } of sides) {
    const [was, is] = [shareWhere(before, outside), shareWhere(now, outside)];
    if (is < TAIL_GAIN * Math.max(was, TAIL) || is - was < TAIL_PART * moved) continue;
    if (!keepsShape(reference, current, rest)) continue;
    const gained = `has ${(is * 100).toFixed(1)} % of its values ${words}`;
    return { kind: "outOfRange", words: `${gained}, where the profile has ${(was * 100).toFixed(1)} %` };
  }
  return null;
}

/** Shares of the profile's cells, from its least value up, that a fault at the other end leaves alone. */
const LOWER = [0, 0.5] as const;
const UPPER = [0.5, 1] as const;

/** Whether values at one end lie among themselves as before: other people differ throughout, a fault in part of a feed does not. */
function keepsShape(reference: FieldProfile, current: FieldProfile, [from, to]: typeof LOWER | typeof UPPER): boolean {
  const edges = decileEdges(reference.sketch);
  const ofPeople = ({ sketch, entities }: FieldProfile) => {
    const cells = countCells(edges, sketch).map((count) => (count * entities) / sketch.n);
    return cells.slice(Math.round(from * cells.length), Math.round(to * cells.length));
  };
  const [before, now] = [ofPeople(reference), ofPeople(current)];
  if (!now.some((count) => count > 0)) return false;
  if (before.length < 2) return true;
  const { value, critical } = psi(before, now);
  return value <= Math.max(PSI_WATCH, critical);
}

function shareWhere({ values, counts }: WeightedPoints, holds: (value: number) => boolean): number {
  let [inside, all] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    all += counts[i]!;
    if (holds(values[i]!)) inside += counts[i]!;
  }
  return all === 0 ? 0 : inside / all;
}

function round(factor: number): string {
  return factor >= 10 ? String(Math.round(factor)) : factor.toFixed(1);
}

function short(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
}
