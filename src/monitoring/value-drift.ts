// One value against its profile. Size and certainty are two things: the PSI says how far it moved, as credit practice counts;
// tests of the same cells and of what is missing say whether chance could have done it at these sizes.

import { evidentlyPsi, jensenShannon, ksDistance, meanOf, normedWasserstein, psi } from "../evaluate/index.ts";
import { changeP, countsP, type TestedRows } from "./change-chance.ts";
import { rowsOf } from "./column-tally.ts";
import { cellsOf, type DriftCells } from "./drift-cells.ts";
import type { ColumnProfile } from "./profile-document.ts";
import type { CountDrift, DriftVerdict, Severity, ValueDrift } from "./report-document.ts";

/** Customary marks of the population stability index: below the first stable, above the second act. */
export const PSI_WATCH = 0.1;
export const PSI_ACT = 0.25;

/** A comparison before it is known among how many it stands. */
export type Compared = Omit<ValueDrift, "adjustedP" | "verdict">;

/** `tested`: what each side counts for in the test, where that is fewer than its rows. Both sides hold rows. */
export function compareValue(
  name: string,
  reference: ColumnProfile,
  current: ColumnProfile,
  tested: TestedRows = { reference: rowsOf(reference), current: rowsOf(current) },
): Compared {
  const cells = cellsOf(reference, current);
  const both = reference.sketch.n > 0 && current.sketch.n > 0;
  const [n, m] = [rowsOf(reference), rowsOf(current)];
  return {
    name,
    nReference: n,
    nCurrent: m,
    ...stabilityOf(cells, tested),
    p: changeP(reference, current, cells, tested),
    psiEvidently: evidentlyPsi(reference.sketch, current.sketch),
    jensenShannon: jensenShannon(cells.reference, cells.current),
    wasserstein: both ? normedWasserstein(reference.sketch, current.sketch) : null,
    ks: both ? ksDistance(reference.sketch, current.sketch).value : null,
    missing: missingOf(reference, current),
    outOfRange: outsideShare(reference, current),
    means: { reference: meanOf(reference.sketch), current: meanOf(current.sketch) },
    cells: sharesOf(cells),
  };
}

function stabilityOf(cells: DriftCells, tested: TestedRows): Pick<ValueDrift, "psi" | "psiCritical"> {
  const filled = cells.reference.filter((count, i) => count + cells.current[i]! > 0).length;
  // One cell holds everything on both sides: nothing can have moved.
  if (filled < 2) return { psi: 0, psiCritical: 0 };
  const { value, critical, nExpected, nActual } = psi(cells.reference, cells.current);
  const scale = (1 / tested.reference + 1 / tested.current) / (1 / nExpected + 1 / nActual);
  return { psi: value, psiCritical: critical * scale };
}

function missingOf(reference: ColumnProfile, current: ColumnProfile): ValueDrift["missing"] {
  const share = (profile: ColumnProfile, kind: string) => (profile.missing[kind] ?? 0) / rowsOf(profile);
  const kinds = [...new Set([...Object.keys(reference.missing), ...Object.keys(current.missing)])].sort();
  const total = (profile: ColumnProfile) => (rowsOf(profile) - profile.sketch.n) / rowsOf(profile);
  return {
    reference: total(reference),
    current: total(current),
    byKind: Object.fromEntries(
      kinds.map((kind) => [kind, { reference: share(reference, kind), current: share(current, kind) }]),
    ),
  };
}

function outsideShare({ sketch: { least, most } }: ColumnProfile, { sketch }: ColumnProfile): number {
  if (sketch.n === 0) return 0;
  if (least === null || most === null) return 1;
  const outside = sketch.values.reduce(
    (sum, value, i) => (value < least || value > most ? sum + sketch.counts[i]! : sum),
    0,
  );
  return outside / sketch.n;
}

function sharesOf({ names, reference, current }: DriftCells): ValueDrift["cells"] {
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  const [n, m] = [total(reference), total(current)];
  return names.map((cell, i) => ({ cell, reference: reference[i]! / n, current: current[i]! / m }));
}

/** Counts by name (dispositions, reasons) against the profile's; `null` where a side has none. */
export function compareCounts(
  reference: { readonly [name: string]: number },
  current: { readonly [name: string]: number },
): CountDrift | null {
  const names = [...new Set([...Object.keys(reference), ...Object.keys(current)])].sort();
  const count = (side: { readonly [name: string]: number }) => names.map((name) => side[name] ?? 0);
  const cells = { names, reference: count(reference), current: count(current) };
  const [n, m] = [cells.reference, cells.current].map((counts) => counts.reduce((sum, one) => sum + one, 0));
  if (n === 0 || m === 0) return null;
  const tested = { reference: n!, current: m! };
  return { ...stabilityOf(cells, tested), p: countsP(cells, tested), cells: sharesOf(cells) };
}

export function driftVerdict(
  { psi: moved, psiCritical, adjustedP }: Pick<ValueDrift, "psi" | "psiCritical" | "adjustedP">,
  falseAlarmRate: number,
): DriftVerdict {
  if (adjustedP <= falseAlarmRate) return moved < PSI_WATCH ? "small" : "drifted";
  return psiCritical > PSI_ACT ? "tooFew" : "stable";
}

/** By how much a value moved, as credit practice acts on it. */
export function severityOf(psi: number): Severity {
  return psi >= PSI_ACT ? "critical" : "warning";
}
