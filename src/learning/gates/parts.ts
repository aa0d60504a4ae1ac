// A hold-out in parts, and whether the challenger ranks each of them as well as the champion. A part too small to tell is put
// together with its neighbour, so that no part is small for any reason but that the whole is.

import { adjustedForMany, notWorse, type PairedDifference, pairedAucDifference } from "../../evaluate/index.ts";
import type { GateVerdict } from "../loop-document.ts";
import { type Answer, cannotTell, worstOf } from "./gate.ts";
import type { HoldOut } from "./hold-out.ts";

/** Rows of the hold-out by place. */
export interface Part {
  readonly name: string;
  readonly rows: readonly number[];
}

export interface PartBounds {
  readonly margin: number;
  readonly leastBads: number;
}

type Compared = Pick<HoldOut, "challenger" | "champion" | "labels">;

/** Neighbours together until each has `leastBads` bad rows and as many good ones; what is left over joins the last. */
export function joined(parts: readonly Part[], labels: ArrayLike<number>, leastBads: number): Part[] {
  const whole: Part[][] = [];
  let open: Part[] = [];
  for (const part of parts.filter(({ rows }) => rows.length > 0)) {
    open.push(part);
    if (!hasEnough(mergedPart(open), labels, leastBads)) continue;
    whole.push(open);
    open = [];
  }
  if (open.length > 0 && whole.length > 0) whole.at(-1)!.push(...open);
  else if (open.length > 0) whole.push(open);
  return whole.map(mergedPart);
}

function mergedPart(parts: readonly Part[]): Part {
  const names = [...new Set([parts[0]!.name, parts.at(-1)!.name])];
  return { name: names.join(" to "), rows: parts.flatMap(({ rows }) => rows) };
}

function hasEnough({ rows }: Part, labels: ArrayLike<number>, leastBads: number): boolean {
  const bads = rows.reduce((sum, row) => sum + labels[row]!, 0);
  return Math.min(bads, rows.length - bads) >= leastBads;
}

/** What chance may do to all parts together. */
const FAMILY_ALPHA = 0.05;

/**
 * Passing takes every part's own 95 % limit: where any part is truly worse, that part must clear its limit too, so looking at
 * many makes a wrong pass no likelier (Berger 1982, intersection-union). Failing takes one part only, so it also takes that
 * part's p-value of no difference after the correction for how many were looked at (Benjamini and Hochberg).
 */
export function judgeParts(holdOut: Compared, parts: readonly Part[], { margin, leastBads }: PartBounds): Answer {
  const large = parts.filter((part) => hasEnough(part, holdOut.labels, leastBads));
  const small = parts.filter((part) => !large.includes(part)).map(({ name }) => name);
  if (large.length === 0) return cannotTell(`no part has ${leastBads} bad and ${leastBads} good rows`, { parts: 0 });
  const differences = large.map((part) => differenceIn(holdOut, part));
  const adjusted = adjustedForMany(differences.map(({ pValue }) => pValue ?? 1));
  const verdicts = differences.map((one, i): GateVerdict => {
    const alone = notWorse(one, margin);
    return alone === "fail" && adjusted[i]! > FAMILY_ALPHA ? "inconclusive" : alone;
  });
  const verdict = worstOf([...verdicts, ...small.map(() => "inconclusive" as const)]);
  const measured = Object.fromEntries(large.map(({ name }, i) => [name, differences[i]!.difference]));
  return { verdict, sentence: words(large, differences, small), measured: { ...measured, parts: large.length } };
}

function differenceIn({ challenger, champion, labels }: Compared, { rows }: Part): PairedDifference {
  const of = (column: ArrayLike<number>) => Float64Array.from(rows, (row) => column[row]!);
  return pairedAucDifference(of(challenger.scores), of(champion.scores), of(labels));
}

function words(parts: readonly Part[], differences: readonly PairedDifference[], small: readonly string[]): string {
  const worst = differences.reduce(
    (least, one, i) => ((one.low ?? -1) < (differences[least]!.low ?? -1) ? i : least),
    0,
  );
  const { difference, low, high } = differences[worst]!;
  const told = `of ${parts.length} parts the worst is ${parts[worst]!.name}: AUC ${signed(difference)} (${signed(low)} to ${signed(high)})`;
  return small.length === 0 ? told : `${told}; too few outcomes in ${small.join(", ")}`;
}

export function signed(value: number | null): string {
  if (value === null) return "unknown";
  return `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(3)}`;
}
