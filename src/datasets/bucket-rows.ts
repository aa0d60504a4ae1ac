// Rows by the bucket that their party's history lies in: the unit of work of a back-fill, in workers or in place.

import { hashPrefix } from "../base/index.ts";
import type { RelatedValues, RequestValues } from "../compile/index.ts";
import type { BackFillRows } from "./back-fill.ts";

/** Rows in the order of whoever asks. */
export interface PartyRows {
  /** Undefined where there is nobody: such a row is in no bucket. */
  readonly entity: readonly (string | undefined)[];
  /** Microseconds. */
  readonly t: ArrayLike<number>;
  /** Request fields of a row in major units. */
  readonly asked: (row: number) => RequestValues;
  /** Of all rows, one after the other; null where the set relates to nobody. */
  readonly related: RelatedValues | null;
}

export interface BucketWork {
  readonly bucket: number;
  readonly rows: BackFillRows;
}

/** Work for each bucket that holds one of the rows; buckets have 2^bits of them. */
export function rowsByBucket(rows: PartyRows, bits: number): BucketWork[] {
  const present = Array.from(rows.entity.keys()).filter((row) => rows.entity[row] !== undefined);
  const buckets = new Map<string, number>();
  const byBucket = Map.groupBy(present, (row) => {
    const entity = rows.entity[row]!;
    const bucket = buckets.get(entity) ?? hashPrefix(entity, bits);
    buckets.set(entity, bucket);
    return bucket;
  });
  return [...byBucket].map(([bucket, members]) => ({ bucket, rows: backFillRows(rows, members) }));
}

function backFillRows({ entity, t, asked, related }: PartyRows, members: readonly number[]): BackFillRows {
  return {
    index: Int32Array.from(members),
    entity: members.map((row) => entity[row]!),
    t: Float64Array.from(members, (row) => t[row]!),
    asked: members.map(asked),
    related: related === null ? null : relatedOf(related, members, entity.length),
  };
}

function relatedOf({ numbers, kinds }: RelatedValues, members: readonly number[], rows: number): RelatedValues {
  const width = numbers.length / rows;
  const taken = { numbers: new Float64Array(members.length * width), kinds: new Uint8Array(members.length * width) };
  members.forEach((row, i) => {
    taken.numbers.set(numbers.subarray(row * width, (row + 1) * width), i * width);
    taken.kinds.set(kinds.subarray(row * width, (row + 1) * width), i * width);
  });
  return { ...taken, offset: 0 };
}
