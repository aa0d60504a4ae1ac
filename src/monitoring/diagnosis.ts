// What is the matter with a field that has moved. The rules are asked in this order and the first that holds is the answer, so
// that one cause is told once and as itself:
//
//   vanishedCategory  a value that the profile had in numbers does not come any more
//   unseenCategory    a value comes that the profile never had
//   missing           the field is absent more often
//   brokenUnit        every decile is the profile's, multiplied by about the same
//   outOfRange        part of the values lie where the profile had almost none
//   drift             it moved, and nothing more particular is the matter

import { quantileOf, sameShareP, type WeightedPoints } from "../evaluate/index.ts";
import { rowsOf } from "./column-tally.ts";
import type { FieldProfile } from "./profile-document.ts";
import type { FindingKind } from "./report-document.ts";

export interface Diagnosis {
  readonly kind: Extract<
    FindingKind,
    "vanishedCategory" | "unseenCategory" | "missing" | "brokenUnit" | "outOfRange" | "drift"
  >;
  /** What completes "NAME …". */
  readonly words: string;
  /** Whether a value is one of those that show it; `null` where the whole field does. */
  readonly shows: ((value: number) => boolean) | null;
}

/** `chance`: below which a p-value is taken for something other than chance. Both sides hold rows. */
export function diagnose(reference: FieldProfile, current: FieldProfile, chance: number): Diagnosis {
  return (
    vanished(reference, current, chance) ??
    unseen(reference, current) ??
    missing(reference, current, chance) ??
    brokenUnit(reference, current) ??
    outOfRange(reference, current) ?? { kind: "drift", words: "has moved", shows: null }
  );
}

/** A field that takes few values names things, whatever its type. */
const FEW_VALUES = 30;

function namesThings({ categories, sketch }: FieldProfile): boolean {
  return categories !== null || sketch.values.length <= FEW_VALUES;
}

export function nameOf({ categories }: FieldProfile, value: number): string {
  return categories?.[value] ?? String(value);
}

/** Values of the profile that so many people would have shown by chance, and none does. */
export function vanishedValues(reference: FieldProfile, current: FieldProfile, chance: number): number[] {
  if (!namesThings(reference) || current.sketch.n === 0) return [];
  return reference.sketch.values.filter((value, i) => {
    if (current.sketch.values.includes(value)) return false;
    const share = reference.sketch.counts[i]! / reference.sketch.n;
    return (
      sameShareP({ hits: share * reference.entities, n: reference.entities }, { hits: 0, n: current.entities }) <=
      chance
    );
  });
}

/** Values that the profile never had, in a field that takes few. */
export function unseenValues(reference: FieldProfile, current: FieldProfile): number[] {
  if (!namesThings(reference) || reference.sketch.n === 0) return [];
  const known = new Set(reference.sketch.values);
  return current.sketch.values.filter((value) => !known.has(value));
}

function vanished(reference: FieldProfile, current: FieldProfile, chance: number): Diagnosis | null {
  const gone = vanishedValues(reference, current, chance);
  if (gone.length === 0) return null;
  return {
    kind: "vanishedCategory",
    words: `no longer has ${gone.map((value) => `"${nameOf(reference, value)}"`).join(", ")}`,
    shows: null,
  };
}

/** One person with a new code is an event; a share of them is a change. */
const UNSEEN_SHARE = 0.005;

function unseen(reference: FieldProfile, current: FieldProfile): Diagnosis | null {
  const fresh = new Set(unseenValues(reference, current));
  if (fresh.size === 0 || fresh.size > FEW_VALUES) return null;
  const share = shareWhere(current.sketch, (value) => fresh.has(value));
  if (share < UNSEEN_SHARE) return null;
  const names = [...fresh].map((value) => `"${nameOf(reference, value)}"`).join(", ");
  return { kind: "unseenCategory", words: `has ${names}, never seen before`, shows: (value) => fresh.has(value) };
}

function missing(reference: FieldProfile, current: FieldProfile, chance: number): Diagnosis | null {
  const share = (field: FieldProfile) => 1 - field.sketch.n / rowsOf(field);
  const [before, now] = [share(reference), share(current)];
  const p = sameShareP(
    { hits: before * reference.entities, n: reference.entities },
    { hits: now * current.entities, n: current.entities },
  );
  if (now - before < 0.02 || p > chance) return null;
  return {
    kind: "missing",
    words: `is absent in ${(now * 100).toFixed(1)} % of events; the profile has ${(before * 100).toFixed(1)} %`,
    shows: null,
  };
}

const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/** The least factor that is taken for a unit, and how far deciles may lie from one factor. */
const LEAST_FACTOR = 3;
const APART = 1.5;

function brokenUnit({ sketch: before }: FieldProfile, { sketch: now }: FieldProfile): Diagnosis | null {
  const ratios = DECILES.flatMap((share) => {
    const [was, is] = [quantileOf(before, share) ?? 0, quantileOf(now, share) ?? 0];
    return was === 0 || is === 0 || Math.sign(was) !== Math.sign(is) ? [] : [is / was];
  }).sort((a, b) => a - b);
  // Deciles of 0 stay 0 under any factor and tell nothing; four others must agree.
  if (ratios.length < 4) return null;
  const middle = ratios[Math.floor(ratios.length / 2)]!;
  const agree = ratios[0]! > middle / APART && ratios.at(-1)! < middle * APART;
  if (!agree || (middle < LEAST_FACTOR && middle > 1 / LEAST_FACTOR)) return null;
  const times = middle >= 1 ? `${round(middle)} times` : `1/${round(1 / middle)} of`;
  return { kind: "brokenUnit", words: `is about ${times} what it was, at every decile`, shows: null };
}

const TAIL = 0.995;
const TAIL_GAIN = 4;

function outOfRange({ sketch: before }: FieldProfile, { sketch: now }: FieldProfile): Diagnosis | null {
  const high = quantileOf(before, TAIL);
  const low = quantileOf(before, 1 - TAIL);
  if (high === undefined || low === undefined || now.n === 0) return null;
  const outside = (value: number) => value > high || value < low;
  const [was, is] = [shareWhere(before, outside), shareWhere(now, outside)];
  if (is < TAIL_GAIN * Math.max(was, 1 - TAIL)) return null;
  return {
    kind: "outOfRange",
    words: `has ${(is * 100).toFixed(1)} % of its values outside ${short(low)} to ${short(high)}, where the profile has ${(was * 100).toFixed(1)} %`,
    shows: outside,
  };
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
