// A scorecard: an intercept and, for each characteristic, the term of the bin its value falls in. The margin is a sum of
// doubles in the document's order; contributions are differences of terms, exact because the model is additive.

import { z } from "zod";
import { missingCode, missingKinds, type Problem } from "../base/index.ts";
import type { Group, Row, Scorer } from "./artefacts.ts";
import { parseJson, readShape } from "./document.ts";
import { problems } from "./errors.ts";

const shape = z.object({
  format: z.literal("assay.scorecard"),
  version: z.literal(1),
  intercept: z.number(),
  characteristics: z
    .array(
      z.object({
        column: z.string(),
        bins: z.array(z.object({ below: z.number().nullable(), term: z.number(), rows: z.number() })).min(1),
        missing: z.object({ term: z.number(), byKind: z.record(z.string(), z.number()) }),
      }),
    )
    .max(10_000),
});
type Document = z.infer<typeof shape>;
type Characteristic = Document["characteristics"][number];

interface Term {
  readonly column: number;
  /** Upper edges; the last is Infinity. */
  readonly below: Float64Array;
  readonly terms: Float64Array;
  /** Term by missing code. */
  readonly missing: Float64Array;
}

export function loadScorecard(bytes: Uint8Array, columns: readonly string[]): Scorer | Problem[] {
  const parsed = parseJson("the scorecard", bytes);
  if (Array.isArray(parsed)) return parsed;
  const read = readShape("the scorecard", shape, parsed.json);
  if (Array.isArray(read)) return read;
  const { characteristics, intercept } = read.value;
  const wrong = characteristics.flatMap((characteristic, i) =>
    refuseCharacteristic(characteristic, columns, characteristics.slice(0, i)),
  );
  if (wrong.length > 0) return wrong;
  const terms = characteristics.map((characteristic) => compileTerm(characteristic, columns));
  return {
    format: "assay.scorecard",
    columns,
    sumBound: sumBound(intercept, characteristics),
    margin: (row) => terms.reduce((sum, term) => sum + termOf(term, row), intercept),
    explainer: (groups, baseline) => scorecardExplainer(terms, groups, baseline),
  };
}

function refuseCharacteristic(
  { column, bins, missing }: Characteristic,
  columns: readonly string[],
  before: readonly Characteristic[],
): Problem[] {
  const thing = `characteristic ${column} of the scorecard`;
  const found: Problem[] = [];
  if (!columns.includes(column)) found.push(problems.UNKNOWN_COLUMN(thing, {}));
  if (before.some((other) => other.column === column)) found.push(problems.REPEATED_COLUMN(thing, {}));
  if (!ascending(bins)) found.push(problems.BINS(thing, {}));
  for (const kind of Object.keys(missing.byKind)) {
    if (!missingKinds.some((known) => known === kind)) found.push(problems.MISSING_KIND(thing, { kind }));
  }
  return found;
}

function ascending(bins: Characteristic["bins"]): boolean {
  const edges = bins.map((bin) => bin.below ?? Number.POSITIVE_INFINITY);
  const ends = bins.findIndex((bin) => bin.below === null) === bins.length - 1;
  return ends && edges.every((edge, i) => i === 0 || edge > edges[i - 1]!);
}

function compileTerm({ column, bins, missing }: Characteristic, columns: readonly string[]): Term {
  const byCode = new Float64Array(missingKinds.length + 1).fill(missing.term);
  for (const kind of missingKinds) byCode[missingCode(kind)] = missing.byKind[kind] ?? missing.term;
  return {
    column: columns.indexOf(column),
    below: Float64Array.from(bins, (bin) => bin.below ?? Number.POSITIVE_INFINITY),
    terms: Float64Array.from(bins, (bin) => bin.term),
    missing: byCode,
  };
}

function termOf({ column, below, terms, missing }: Term, row: Row): number {
  const value = row.values[column]!;
  if (Number.isNaN(value)) return missing[row.kinds[column]!]!;
  let bin = 0;
  while (bin < below.length - 1 && value >= below[bin]!) bin++;
  return terms[bin]!;
}

function scorecardExplainer(
  terms: readonly Term[],
  groups: readonly Group[],
  baseline: readonly Row[],
): (row: Row) => Float64Array {
  const players = groups.map((group) => terms.filter((term) => group.columns.includes(term.column)));
  const points = (player: readonly Term[], row: Row) => player.reduce((sum, term) => sum + termOf(term, row), 0);
  const means = players.map((player) => baseline.reduce((sum, row) => sum + points(player, row), 0) / baseline.length);
  return (row) => Float64Array.from(players, (player, i) => points(player, row) - means[i]!);
}

function sumBound(intercept: number, characteristics: readonly Characteristic[]): number {
  const largest = characteristics.map(({ bins, missing }) =>
    Math.max(...[...bins.map((bin) => bin.term), missing.term, ...Object.values(missing.byKind)].map(Math.abs)),
  );
  return (characteristics.length + 1) * 2 ** -53 * largest.reduce((sum, term) => sum + term, Math.abs(intercept));
}
