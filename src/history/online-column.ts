// One column of numbers in as few bytes as hold it: every value as its distance from the smallest, in 0 to 6 bytes, or all
// of them as doubles where the distances are larger. Stored numbers are safe integers, so a distance is exact. Distances of
// 3, 5 and 6 bytes lie in two planes (their low halves side by side, then their high ones), so that decoding runs over
// typed arrays and never over single bytes.

/** The same bytes, by the size of what is read there. */
export interface Views {
  readonly bytes: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly f64: Float64Array;
}

/** `buffer` is a multiple of 8 bytes long, or its last few bytes are left out. */
export function viewsOf(buffer: ArrayBufferLike): Views {
  return {
    bytes: new Uint8Array(buffer),
    u16: new Uint16Array(buffer, 0, buffer.byteLength >>> 1),
    u32: new Uint32Array(buffer, 0, buffer.byteLength >>> 2),
    f64: new Float64Array(buffer, 0, buffer.byteLength >>> 3),
  };
}

export interface Packing {
  /** The smallest value; 0 where there is none. */
  readonly base: number;
  /** Bytes of a distance: 0 to 6, or 8 for doubles as they are. */
  readonly width: number;
  /** Whether some value is not there (NaN or infinite): the largest distance stands for it. */
  readonly missing: boolean;
}

const TWO_32 = 2 ** 32;
/** Set in the byte that tells the width, where values are missing. */
const MISSING = 0x80;
/** By width: bytes of the low plane and of the high one. */
const LOW_BYTES = [0, 1, 2, 2, 4, 4, 4, 8, 8] as const;
const HIGH_BYTES = [0, 0, 0, 1, 0, 1, 2, 0, 0] as const;

/** How to pack `values[from, to)`. */
export function packingOf(values: Float64Array, from: number, to: number): Packing {
  let [smallest, largest, missing] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, false];
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) missing = true;
    else {
      if (value < smallest) smallest = value;
      if (value > largest) largest = value;
    }
  }
  if (smallest > largest) return { base: 0, width: 0, missing };
  return { base: smallest, width: widthOf(largest - smallest, missing), missing };
}

/** Bytes that hold distances up to `range`, and one more where values are missing. */
export function widthOf(range: number, missing: boolean): number {
  const codes = missing ? range + 1 : range;
  if (codes < 256) return codes === 0 ? 0 : 1;
  if (codes < 65_536) return 2;
  if (codes < 2 ** 24) return 3;
  if (codes < TWO_32) return 4;
  if (codes < 2 ** 40) return 5;
  return codes < 2 ** 48 ? 6 : 8;
}

export function packingByte({ width, missing }: Packing): number {
  return missing ? width | MISSING : width;
}

/** Byte behind a column of `count` values that begins at or after `at`. */
export function endOfColumn(width: number, at: number, count: number): number {
  const low = aligned(at, LOW_BYTES[width]!) + LOW_BYTES[width]! * count;
  return aligned(low, HIGH_BYTES[width]!) + HIGH_BYTES[width]! * count;
}

function aligned(at: number, bytes: number): number {
  return bytes < 2 ? at : (at + bytes - 1) & -bytes;
}

/** Writes `values[from, to)` at or after byte `at`; gives the byte behind them. */
export function packColumn(values: Float64Array, from: number, to: number, packing: Packing, into: Views, at: number) {
  const { base, width } = packing;
  const lowBytes = LOW_BYTES[width]!;
  const low = aligned(at, lowBytes);
  const high = aligned(low + lowBytes * (to - from), HIGH_BYTES[width]!);
  const absent = 2 ** (8 * width) - 1;
  if (width === 8) into.f64.set(values.subarray(from, to), low >>> 3);
  else if (width === 1) putBytes(values, from, to, base, absent, 1, into.bytes, low);
  else if (width === 2 || width === 3) putPairs(values, from, to, base, absent, into.u16, low >>> 1);
  else if (width > 3) putWords(values, from, to, base, absent, into.u32, low >>> 2);
  if (width === 3) putBytes(values, from, to, base, absent, 65_536, into.bytes, high);
  else if (width === 5) putBytes(values, from, to, base, absent, TWO_32, into.bytes, high);
  else if (width === 6) putHighs(values, from, to, base, absent, into.u16, high >>> 1);
  return endOfColumn(width, at, to - from);
}

function distance(value: number, base: number, absent: number): number {
  return Number.isFinite(value) ? value - base : absent;
}

// Typed arrays keep the low bits of what is put into them; what is divided is cut to a whole number.

function putBytes(
  values: Float64Array,
  from: number,
  to: number,
  base: number,
  absent: number,
  unit: number,
  into: Uint8Array,
  at: number,
): void {
  for (let i = from; i < to; i++) into[at + i - from] = distance(values[i]!, base, absent) / unit;
}

function putPairs(
  values: Float64Array,
  from: number,
  to: number,
  base: number,
  absent: number,
  into: Uint16Array,
  at: number,
): void {
  for (let i = from; i < to; i++) into[at + i - from] = distance(values[i]!, base, absent);
}

function putWords(
  values: Float64Array,
  from: number,
  to: number,
  base: number,
  absent: number,
  into: Uint32Array,
  at: number,
): void {
  for (let i = from; i < to; i++) into[at + i - from] = distance(values[i]!, base, absent);
}

function putHighs(
  values: Float64Array,
  from: number,
  to: number,
  base: number,
  absent: number,
  into: Uint16Array,
  at: number,
): void {
  for (let i = from; i < to; i++) into[at + i - from] = distance(values[i]!, base, absent) / TWO_32;
}

/**
 * Reads values `[skip, skip + take)` of the `count` that lie at or after byte `at` into `out` from index `to`; `absent` is what
 * a missing one becomes. Gives the byte behind all of them. Hot path.
 */
export function unpackColumn(
  views: Views,
  at: number,
  kind: number,
  base: number,
  absent: number,
  count: number,
  out: Float64Array,
  to: number,
  skip = 0,
  take = count,
): number {
  const width = kind & ~MISSING;
  const lowBytes = LOW_BYTES[width]!;
  const highBytes = HIGH_BYTES[width]!;
  const begin = aligned(at, lowBytes);
  const low = begin + lowBytes * skip;
  const high = aligned(begin + lowBytes * count, highBytes) + highBytes * skip;
  // No distance is -1: without missing values nothing is compared in vain.
  const gone = kind === width ? -1 : 2 ** (8 * width) - 1;
  if (width === 0) out.fill(gone === -1 ? base : absent, to, to + take);
  else if (width === 1) one(views.bytes, low, base, gone, absent, take, out, to);
  else if (width === 2) two(views.u16, low >>> 1, base, gone, absent, take, out, to);
  else if (width === 3) three(views, low >>> 1, high, base, gone, absent, take, out, to);
  else if (width === 4) four(views.u32, low >>> 2, base, gone, absent, take, out, to);
  else if (width === 5) five(views, low >>> 2, high, base, gone, absent, take, out, to);
  else if (width === 6) six(views, low >>> 2, high >>> 1, base, gone, absent, take, out, to);
  else out.set(views.f64.subarray(low >>> 3, (low >>> 3) + take), to);
  return endOfColumn(width, at, count);
}

// One loop for each size: a loop that meets arrays of several kinds is several times slower.

type Loop<T> = (
  lows: T,
  low: number,
  base: number,
  gone: number,
  absent: number,
  count: number,
  out: Float64Array,
  to: number,
) => void;

const one: Loop<Uint8Array> = (lows, low, base, gone, absent, count, out, to) => {
  for (let i = 0; i < count; i++) {
    const distance = lows[low + i]!;
    out[to + i] = distance === gone ? absent : base + distance;
  }
};

const two: Loop<Uint16Array> = (lows, low, base, gone, absent, count, out, to) => {
  for (let i = 0; i < count; i++) {
    const distance = lows[low + i]!;
    out[to + i] = distance === gone ? absent : base + distance;
  }
};

const four: Loop<Uint32Array> = (lows, low, base, gone, absent, count, out, to) => {
  for (let i = 0; i < count; i++) {
    const distance = lows[low + i]!;
    out[to + i] = distance === gone ? absent : base + distance;
  }
};

type HighLoop = (
  views: Views,
  low: number,
  high: number,
  base: number,
  gone: number,
  absent: number,
  count: number,
  out: Float64Array,
  to: number,
) => void;

const three: HighLoop = ({ bytes, u16 }, low, high, base, gone, absent, count, out, to) => {
  for (let i = 0; i < count; i++) {
    const distance = u16[low + i]! + bytes[high + i]! * 65_536;
    out[to + i] = distance === gone ? absent : base + distance;
  }
};

const five: HighLoop = ({ bytes, u32 }, low, high, base, gone, absent, count, out, to) => {
  for (let i = 0; i < count; i++) {
    const distance = u32[low + i]! + bytes[high + i]! * TWO_32;
    out[to + i] = distance === gone ? absent : base + distance;
  }
};

const six: HighLoop = ({ u16, u32 }, low, high, base, gone, absent, count, out, to) => {
  for (let i = 0; i < count; i++) {
    const distance = u32[low + i]! + u16[high + i]! * TWO_32;
    out[to + i] = distance === gone ? absent : base + distance;
  }
};
