// The bytes of one segment file of the local log, version 1.
//
//   header  "ASYLOG" · version 1 · 0 · offset of the first record (u64)
//   frame   length (u32; the highest bit marks the first frame of a group) · CRC-32 (u32) · payload
//
// Little endian. The CRC covers the four length bytes and the payload, so a run of zeros is no frame. A group is what
// one sync made durable, and a group is written only after the one before it is durable. So a bad frame that is followed
// by the start of a later group damages acknowledged records, while a bad frame with no later group is a torn tail.

import { crc32 } from "node:zlib";

export const HEADER_BYTES = 16;
export const MAX_RECORD_BYTES = 16 << 20;
const FRAME_BYTES = 8;
const GROUP_BIT = 0x8000_0000;
export const SEGMENT_VERSION = 1;
const VERSION_BYTE = 6;
const MAGIC = Buffer.from(`ASYLOG${String.fromCharCode(SEGMENT_VERSION)}\x00`, "latin1");

export function encodeHeader(firstOffset: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeBigUInt64LE(BigInt(firstOffset), 8);
  return header;
}

/** The offset of the first record; `undefined` where the bytes are no header of a known version. */
export function decodeHeader(bytes: Buffer): number | undefined {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  return Number(bytes.readBigUInt64LE(8));
}

/** The version of a segment, also of one that is not known here; `undefined` where the bytes are no segment. */
export function segmentVersion(bytes: Buffer): number | undefined {
  const isSegment =
    bytes.length >= HEADER_BYTES && bytes.subarray(0, VERSION_BYTE).equals(MAGIC.subarray(0, VERSION_BYTE));
  return isSegment ? bytes[VERSION_BYTE] : undefined;
}

/** Frames of one group, ready to be written in one piece. */
export function encodeGroup(records: readonly Uint8Array[]): Buffer {
  let size = 0;
  for (const record of records) size += FRAME_BYTES + record.length;
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const record of records) {
    bytes.writeUInt32LE((record.length | (at === 0 ? GROUP_BIT : 0)) >>> 0, at);
    bytes.writeUInt32LE(checksum(bytes.subarray(at, at + 4), record), at + 4);
    bytes.set(record, at + FRAME_BYTES);
    at += FRAME_BYTES + record.length;
  }
  return bytes;
}

function checksum(length: Uint8Array, payload: Uint8Array): number {
  return crc32(payload, crc32(length));
}

export interface ScannedFrames {
  readonly records: Uint8Array[];
  /** Byte after the last good frame. */
  readonly end: number;
}

/** Reads frames from byte `start` until the end, the first bad frame, or `limit` records. Records are views. */
export function scanFrames(bytes: Buffer, start: number, limit: number): ScannedFrames {
  const records: Uint8Array[] = [];
  let at = start;
  while (records.length < limit) {
    const next = frameEnd(bytes, at);
    if (next === undefined) break;
    records.push(bytes.subarray(at + FRAME_BYTES, next));
    at = next;
  }
  return { records, end: at };
}

/** Byte after the frame that begins at `at`; `undefined` where no good frame begins there. */
function frameEnd(bytes: Buffer, at: number): number | undefined {
  if (at + FRAME_BYTES > bytes.length) return undefined;
  const length = bytes.readUInt32LE(at) & ~GROUP_BIT;
  const end = at + FRAME_BYTES + length;
  if (length === 0 || length > MAX_RECORD_BYTES || end > bytes.length) return undefined;
  const sum = checksum(bytes.subarray(at, at + 4), bytes.subarray(at + FRAME_BYTES, end));
  return sum === bytes.readUInt32LE(at + 4) ? end : undefined;
}

/** Whether a later group begins somewhere after a bad frame at `from`: then acknowledged records are damaged. */
export function laterGroupBegins(bytes: Buffer, from: number): boolean {
  for (let at = from + 1; at + FRAME_BYTES < bytes.length; at++) {
    const marked = (bytes[at + 3]! & 0x80) !== 0;
    if (marked && frameEnd(bytes, at) !== undefined) return true;
  }
  return false;
}
