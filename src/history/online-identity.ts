// Who the rows of a value are: source, event id and seq, which only the writer reads. Rows follow each other in time and
// their ids mostly differ at the end, so each is told by what it shares with the one before:
//
//   first (varint): bytes shared with the id before × 4 + (1: another source than before) + (2: it has a seq)
//   bytes that follow (varint) · those bytes · [source: bytes (varint), UTF-8] · [seq (varint)]

import { ByteReader, type ByteWriter } from "./online-bytes.ts";

export interface RowIdentity {
  readonly source: string;
  readonly eventId: string;
  readonly seq: number | null;
}

const OTHER_SOURCE = 1;
const HAS_SEQ = 2;

/** Writes rows one behind the other; `source` and `id` are those of the row before. */
export class IdentityWriter {
  readonly #into: ByteWriter;
  #source = "";
  #id: Uint8Array = new Uint8Array(0);

  constructor(into: ByteWriter) {
    this.#into = into;
  }

  /** Goes on behind rows that were written elsewhere. */
  follow(source: string, id: Uint8Array): void {
    this.#source = source;
    this.#id = id;
  }

  add({ source, eventId, seq }: RowIdentity): void {
    const id = Buffer.from(eventId);
    const shared = sharedBytes(this.#id, id);
    const other = source !== this.#source;
    this.#into.varint(shared * 4 + (other ? OTHER_SOURCE : 0) + (seq === null ? 0 : HAS_SEQ));
    this.#into.varint(id.length - shared);
    this.#into.put(id.subarray(shared));
    if (other) this.#into.text(source);
    if (seq !== null) this.#into.varint(seq);
    this.#source = source;
    this.#id = id;
  }
}

function sharedBytes(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let shared = 0;
  while (shared < most && a[shared] === b[shared]) shared++;
  return shared;
}

/** The identities of `rows` rows, in their order. */
export function readIdentities(bytes: Uint8Array, rows: number): RowIdentity[] {
  const reader = new ByteReader(bytes);
  let [source, id] = ["", Buffer.alloc(64)];
  return Array.from({ length: rows }, () => {
    const first = reader.varint();
    const rest = reader.varint();
    const shared = Math.floor(first / 4);
    const length = shared + rest;
    if (length > id.length) id = Buffer.from(grown(id, length).buffer);
    reader.takeInto(rest, id, shared);
    if ((first & OTHER_SOURCE) !== 0) source = reader.text();
    const seq = (first & HAS_SEQ) !== 0 ? reader.varint() : null;
    return { source, eventId: id.toString("utf8", 0, length), seq };
  });
}

/** Source and id of the last of `rows` rows, so that more can be written behind them. */
export function lastIdentity(bytes: Uint8Array, rows: number): { source: string; id: Uint8Array } {
  const reader = new ByteReader(bytes);
  let [source, id] = ["", new Uint8Array(64)];
  let length = 0;
  for (let row = 0; row < rows; row++) {
    const first = reader.varint();
    const rest = reader.varint();
    const shared = Math.floor(first / 4);
    length = shared + rest;
    if (length > id.length) id = grown(id, length);
    reader.takeInto(rest, id, shared);
    if ((first & OTHER_SOURCE) !== 0) source = reader.text();
    if ((first & HAS_SEQ) !== 0) reader.varint();
  }
  return { source, id: id.subarray(0, length) };
}

function grown(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const more = new Uint8Array(length * 2);
  more.set(bytes);
  return more;
}

/**
 * The rows of an event among `rows`. Nothing is decoded: how far an id agrees with the one sought follows from what it
 * shares with the id before.
 */
export function rowsOfIdentity(bytes: Uint8Array, rows: number, source: string, eventId: string): number[] {
  const reader = new ByteReader(bytes);
  const sought = Buffer.from(eventId);
  const found: number[] = [];
  let [agrees, sourceAgrees] = [0, source === ""];
  for (let row = 0; row < rows; row++) {
    const first = reader.varint();
    const rest = reader.varint();
    const shared = Math.floor(first / 4);
    if (shared <= agrees) agrees = shared + reader.agreement(rest, sought, shared);
    reader.skip(rest);
    if ((first & OTHER_SOURCE) !== 0) sourceAgrees = reader.text() === source;
    if ((first & HAS_SEQ) !== 0) reader.varint();
    if (sourceAgrees && agrees === sought.length && shared + rest === sought.length) found.push(row);
  }
  return found;
}

/** 32 bits that tell ids apart well enough to find one; who is found is compared whole. */
export function nameHash(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
