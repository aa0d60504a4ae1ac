// Where an event id may be held: a hash table in pages. An entry is 32 bits of the id's hash and 32 of the group's that
// holds it; a bucket is all low halves, then all groups. The table grows by one bucket at a time (linear hashing, Litwin
// 1980), so no batch ever waits for all of it to be laid anew. Whoever is found here is compared whole in the group.

import { numberKey, type OnlineEnvironment } from "./online-environment.ts";
import { nameHash } from "./online-identity.ts";

/** Entries a bucket holds on average just before the table grows: small enough to lie within LMDB's own pages. */
const BUCKET_ENTRIES = 100;

export interface IndexSize {
  readonly buckets: number;
  readonly entries: number;
}

export const EMPTY_INDEX: IndexSize = { buckets: 1, entries: 0 };

/** 32 bits of a source's event id. */
export function idHash(source: string, eventId: string): number {
  return nameHash(eventId, nameHash(source, 0x9747b28c));
}

/** 32 bits of an (entity, event type). */
export function groupHash(entity: string, event: string): number {
  return nameHash(event, nameHash(entity, 0x3c6ef372));
}

/** The bucket of an id in a table of `buckets`. */
function bucketOf(id: number, buckets: number): number {
  const level = 2 ** (31 - Math.clz32(buckets));
  const wide = id % (level * 2);
  return wide < buckets ? wide : id % level;
}

type Ids = OnlineEnvironment["ids"];

/** A bucket's entries, as a copy: ids, then groups. */
function readBucketEntries(ids: Ids, bucket: number): Uint32Array {
  const bytes = ids.getBinaryFast(numberKey(bucket));
  if (bytes === undefined) return NOTHING;
  const copy = new Uint8Array(bytes.length);
  copy.set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  return new Uint32Array(copy.buffer);
}

const NOTHING = new Uint32Array(0);

function writeBucketEntries(ids: Ids, bucket: number, entries: Uint32Array): void {
  ids.putSync(numberKey(bucket), Buffer.from(entries.buffer, entries.byteOffset, entries.byteLength));
}

/** Groups that may hold each of the ids, by hash. */
export function findIds(ids: Ids, { buckets }: IndexSize, hashes: Uint32Array): number[][] {
  const found: number[][] = Array.from(hashes, () => NO_GROUPS);
  for (const [bucket, places] of byBucket(hashes, buckets)) {
    const entries = readBucketEntries(ids, bucket);
    for (const place of places) found[place] = groupsOf(entries, hashes[place]!);
  }
  return found;
}

const NO_GROUPS: number[] = [];

function groupsOf(entries: Uint32Array, id: number): number[] {
  const count = entries.length / 2;
  let groups = NO_GROUPS;
  for (let i = 0; i < count; i++) {
    if (entries[i] === id) groups = [...groups, entries[count + i]!];
  }
  return groups;
}

function byBucket(hashes: Uint32Array, buckets: number): Map<number, number[]> {
  const places = new Map<number, number[]>();
  for (let i = 0; i < hashes.length; i++) {
    const bucket = bucketOf(hashes[i]!, buckets);
    const known = places.get(bucket);
    if (known === undefined) places.set(bucket, [i]);
    else known.push(i);
  }
  return places;
}

/**
 * Enters ids with the groups that hold them; gives the size since, and which of the pairs were there already (or twice
 * among these), by place.
 */
export function enterIds(
  ids: Ids,
  size: IndexSize,
  hashes: Uint32Array,
  groups: Uint32Array,
): { readonly size: IndexSize; readonly known: Uint8Array } {
  const known = new Uint8Array(hashes.length);
  let { entries } = size;
  const buckets = [...byBucket(hashes, size.buckets)].sort(([a], [b]) => a - b);
  for (const [bucket, places] of buckets) {
    const before = readBucketEntries(ids, bucket);
    const fresh = unknownPlaces(before, places, hashes, groups, known);
    if (fresh.length === 0) continue;
    writeBucketEntries(ids, bucket, withEntries(before, fresh, hashes, groups));
    entries += fresh.length;
  }
  return { size: grow(ids, { buckets: size.buckets, entries }), known };
}

/** Marks in `known` the pairs that are held; gives the places of the others. */
function unknownPlaces(
  before: Uint32Array,
  places: readonly number[],
  hashes: Uint32Array,
  groups: Uint32Array,
  known: Uint8Array,
): number[] {
  const count = before.length / 2;
  const fresh: number[] = [];
  for (const place of places) {
    const [id, group] = [hashes[place]!, groups[place]!];
    let held = fresh.some((other) => hashes[other] === id && groups[other] === group);
    for (let i = 0; i < count && !held; i++) held = before[i] === id && before[count + i] === group;
    if (held) known[place] = 1;
    else fresh.push(place);
  }
  return fresh;
}

function withEntries(before: Uint32Array, fresh: readonly number[], hashes: Uint32Array, groups: Uint32Array) {
  const count = before.length / 2;
  const after = new Uint32Array(before.length + 2 * fresh.length);
  after.set(before.subarray(0, count));
  after.set(before.subarray(count), count + fresh.length);
  for (const [i, place] of fresh.entries()) {
    after[count + i] = hashes[place]!;
    after[2 * count + fresh.length + i] = groups[place]!;
  }
  return after;
}

/** Splits buckets, each into itself and one new one, until they hold what they should on average. */
function grow(ids: Ids, { buckets, entries }: IndexSize): IndexSize {
  let after = buckets;
  for (; entries > after * BUCKET_ENTRIES; after++) {
    const level = 2 ** (31 - Math.clz32(after));
    splitBucket(ids, after - level, after);
  }
  return { buckets: after, entries };
}

function splitBucket(ids: Ids, from: number, into: number): void {
  const entries = readBucketEntries(ids, from);
  const count = entries.length / 2;
  const [stay, move] = [[] as number[], [] as number[]];
  for (let i = 0; i < count; i++) (bucketOf(entries[i]!, into + 1) === from ? stay : move).push(i);
  const picked = (places: readonly number[]) =>
    Uint32Array.from([...places.map((i) => entries[i]!), ...places.map((i) => entries[count + i]!)]);
  writeBucketEntries(ids, from, picked(stay));
  writeBucketEntries(ids, into, picked(move));
}

/** Writes a whole table at once, into an empty one: in the order of the buckets. */
export function fillIndex(
  hashes: Uint32Array,
  groups: Uint32Array,
  write: (bucket: number, entries: Uint32Array) => void,
): IndexSize {
  const buckets = Math.max(1, Math.ceil(hashes.length / BUCKET_ENTRIES));
  const starts = new Uint32Array(buckets + 1);
  for (let i = 0; i < hashes.length; i++) starts[bucketOf(hashes[i]!, buckets) + 1]!++;
  for (let i = 0; i < buckets; i++) starts[i + 1]! += starts[i]!;
  const next = starts.slice();
  const order = new Uint32Array(hashes.length);
  for (let i = 0; i < hashes.length; i++) order[next[bucketOf(hashes[i]!, buckets)]!++] = i;
  let entries = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const page = pageOf(order.subarray(starts[bucket], starts[bucket + 1]), hashes, groups);
    entries += page.length / 2;
    if (page.length > 0) write(bucket, page);
  }
  return { buckets, entries };
}

const SEEN = 1 << 12;
const seen = new Int32Array(SEEN);

/** Each pair once: a revision has the id of its event. */
function pageOf(places: Uint32Array, hashes: Uint32Array, groups: Uint32Array): Uint32Array {
  seen.fill(-1);
  let count = 0;
  for (const place of places) {
    if (count < SEEN / 2 && !isFirst(place, hashes, groups)) continue;
    places[count++] = place;
  }
  const page = new Uint32Array(2 * count);
  for (let i = 0; i < count; i++) {
    page[i] = hashes[places[i]!]!;
    page[count + i] = groups[places[i]!]!;
  }
  return page;
}

/** Notes the pair. Those of one bucket differ in their upper bits. */
function isFirst(place: number, hashes: Uint32Array, groups: Uint32Array): boolean {
  let slot = hashes[place]! >>> 20;
  for (let other = seen[slot]!; other >= 0; other = seen[slot]!) {
    if (hashes[other] === hashes[place] && groups[other] === groups[place]) return false;
    slot = (slot + 1) % SEEN;
  }
  seen[slot] = place;
  return true;
}
