// A sketch of numbers that merges exactly: values are truncated toward zero to eight bits of mantissa and counted, so a whole
// number below 512 stands for itself and any other is off by less than 1 part in 256. The truncation reads the bits of the
// double, never a logarithm, so that the same values give the same sketch on every machine, in every order, however merged.
// (The layout of HdrHistogram and of DDSketch with a linear mapping; Masson et al., VLDB 2019.)

import { invariant } from "../base/index.ts";

/** Numbers with how many rows have each: `values` ascending and distinct, `counts` beside them. */
export interface WeightedPoints {
  readonly values: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
}

/** Plain JSON: part of a bundle's profile. A set of weighted points like any other. */
export interface ValueSketch {
  /** Values counted; missing ones are not. */
  readonly n: number;
  readonly least: number | null;
  readonly most: number | null;
  /** Truncated values, ascending and distinct. */
  readonly values: readonly number[];
  /** How many values were truncated to each; beside `values`. */
  readonly counts: readonly number[];
}

const emptySketch: ValueSketch = Object.freeze({ n: 0, least: null, most: null, values: [], counts: [] });

const view = new DataView(new ArrayBuffer(8));

/** The value with all but its sign, exponent and first eight bits of mantissa cut off; -0 becomes 0. */
export function truncated(value: number): number {
  invariant(Number.isFinite(value), "a sketch counts finite numbers");
  view.setFloat64(0, value);
  view.setUint32(0, view.getUint32(0) & 0xff_ff_f0_00);
  view.setUint32(4, 0);
  return view.getFloat64(0) + 0;
}

/** Counts one value at a time; NaN is skipped, for what is missing is counted elsewhere. */
export class SketchBuilder {
  readonly #counts = new Map<number, number>();
  #n = 0;
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;

  add(value: number): void {
    if (Number.isNaN(value)) return;
    const key = truncated(value);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    this.#n++;
    if (value < this.#least) this.#least = value;
    if (value > this.#most) this.#most = value;
  }

  sketch(): ValueSketch {
    return sketchFrom(this.#counts, this.#n, this.#least, this.#most);
  }
}

function sketchFrom(counts: ReadonlyMap<number, number>, n: number, least: number, most: number): ValueSketch {
  if (n === 0) return emptySketch;
  const values = [...counts.keys()].sort((a, b) => a - b);
  return { n, least: least + 0, most: most + 0, values, counts: values.map((value) => counts.get(value)!) };
}

/** The sketch of a column; NaN is skipped. A million values take some milliseconds: they are counted by their bits. */
export function sketchOf(column: ArrayLike<number>): ValueSketch {
  if (column.length < DENSE_FROM) return sparseSketch(column);
  const bits = new Float64Array(1);
  const words = new Uint32Array(bits.buffer);
  const high = LITTLE_ENDIAN ? 1 : 0;
  const counts = new Uint32Array(KEYS);
  let [n, least, most] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < column.length; row++) {
    const value = column[row]!;
    if (Number.isNaN(value)) continue;
    bits[0] = value;
    counts[words[high]! >>> DROPPED_BITS]!++;
    n++;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  invariant(n === 0 || (Number.isFinite(least) && Number.isFinite(most)), "a sketch counts finite numbers");
  return sketchFrom(countsByValue(counts), n, least, most);
}

/** Fewer values are counted faster in a map than in a table of every key. */
const DENSE_FROM = 20_000;
/** Of the high word: twelve sign and exponent bits and eight of mantissa stay. */
const DROPPED_BITS = 12;
const KEYS = 1 << 20;
const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

function sparseSketch(column: ArrayLike<number>): ValueSketch {
  const builder = new SketchBuilder();
  for (let row = 0; row < column.length; row++) builder.add(column[row]!);
  return builder.sketch();
}

function countsByValue(counts: Uint32Array): Map<number, number> {
  const byValue = new Map<number, number>();
  for (let key = 0; key < counts.length; key++) {
    const count = counts[key]!;
    if (count === 0) continue;
    view.setUint32(0, (key << DROPPED_BITS) >>> 0);
    view.setUint32(4, 0);
    const value = view.getFloat64(0) + 0;
    byValue.set(value, (byValue.get(value) ?? 0) + count);
  }
  return byValue;
}

/** The sketch of all the values together: the same whatever the order and the grouping. */
export function mergeSketches(sketches: readonly ValueSketch[]): ValueSketch {
  const counts = new Map<number, number>();
  let [n, least, most] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const sketch of sketches) {
    sketch.values.forEach((value, i) => {
      counts.set(value, (counts.get(value) ?? 0) + sketch.counts[i]!);
    });
    n += sketch.n;
    least = Math.min(least, sketch.least ?? least);
    most = Math.max(most, sketch.most ?? most);
  }
  return sketchFrom(counts, n, least, most);
}

/** Nearest rank: the least value that at least this share of the rows do not exceed. `undefined` where there are none. */
export function quantileOf({ values, counts }: WeightedPoints, share: number): number | undefined {
  invariant(share > 0 && share <= 1, "a share above 0, at most 1");
  const n = totalOf(counts);
  let seen = 0;
  for (let i = 0; i < values.length; i++) {
    seen += counts[i]!;
    if (seen >= share * n) return values[i]!;
  }
  return undefined;
}

/** `null` where there are no rows. */
export function meanOf({ values, counts }: WeightedPoints): number | null {
  const n = totalOf(counts);
  if (n === 0) return null;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * counts[i]!;
  return sum / n;
}

/** Of a population (divided by n); `null` where there are no rows. */
export function deviationOf(points: WeightedPoints): number | null {
  const mean = meanOf(points);
  if (mean === null) return null;
  let sum = 0;
  for (let i = 0; i < points.values.length; i++) {
    const apart = points.values[i]! - mean;
    sum += apart * apart * points.counts[i]!;
  }
  return Math.sqrt(sum / totalOf(points.counts));
}

/** A raw sample as weighted points, nothing truncated; NaN is skipped. */
export function pointsOf(sample: ArrayLike<number>): WeightedPoints {
  const sorted = Float64Array.from(sample)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const [values, counts]: [number[], number[]] = [[], []];
  for (const value of sorted) {
    if (values.at(-1) === value) counts[counts.length - 1]!++;
    else {
      values.push(value);
      counts.push(1);
    }
  }
  return { values, counts };
}

export function totalOf(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i]!;
  return sum;
}
