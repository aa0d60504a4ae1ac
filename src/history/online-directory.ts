// Which chunks an (entity, event type) has, in the order of their rows, version 2: rewritten only when a chunk closes or a
// late event lands.
//
//   version (u8) · 3 bytes · number of the next chunk (u32) · per chunk: number (u32) · rows (u32) · last at (f64) ·
//   settled (f64)
//
// *Settled*: the earliest `knownAt` of a row that nothing supersedes or takes back. From then on the chunk shows a row,
// whatever else it holds: so a reader that leaves the chunk out can still tell an empty window from no history.

import { AssayError } from "../base/index.ts";
import { problems } from "./errors.ts";
import type { Views } from "./online-column.ts";
import { STORE_VERSION } from "./online-value.ts";

export interface ChunkEntry {
  readonly chunk: number;
  readonly rows: number;
  /** Microseconds, of its last row. */
  readonly lastAt: number;
  /** Microseconds; infinite where no row settles it. */
  readonly settledAt: number;
}

export interface Directory {
  readonly nextChunk: number;
  readonly chunks: readonly ChunkEntry[];
}

const HEADER = 8;
const ENTRY = 24;

export function writeDirectory({ nextChunk, chunks }: Directory): Buffer {
  const bytes = Buffer.alloc(HEADER + ENTRY * chunks.length);
  bytes[0] = STORE_VERSION;
  bytes.writeUInt32LE(nextChunk, 4);
  for (const [i, { chunk, rows, lastAt, settledAt }] of chunks.entries()) {
    const at = HEADER + ENTRY * i;
    bytes.writeUInt32LE(chunk, at);
    bytes.writeUInt32LE(rows, at + 4);
    bytes.writeDoubleLE(lastAt, at + 8);
    bytes.writeDoubleLE(settledAt, at + 16);
  }
  return bytes;
}

/** `length` of the value. Throws ASSAY_HISTORY_UNKNOWN_VERSION. */
export function readDirectory({ bytes, u32, f64 }: Views, length: number): Directory {
  if (bytes[0] !== STORE_VERSION) {
    const version = String(bytes[0]);
    throw new AssayError(problems.UNKNOWN_VERSION("online store", { format: "directories", version }));
  }
  const chunks: ChunkEntry[] = [];
  for (let at = HEADER; at < length; at += ENTRY) {
    chunks.push({
      chunk: u32[at >>> 2]!,
      rows: u32[(at >>> 2) + 1]!,
      lastAt: f64[(at >>> 3) + 1]!,
      settledAt: f64[(at >>> 3) + 2]!,
    });
  }
  return { nextChunk: u32[1]!, chunks };
}

/**
 * The first chunk to read for windows that reach back to `since` (exclusive of earlier rows): what lies before it is
 * certain to show a row at any later instant, or it is not left out.
 */
export function firstChunk(chunks: readonly ChunkEntry[], since: number): number {
  let [first, settledAt] = [0, Number.POSITIVE_INFINITY];
  while (first < chunks.length && chunks[first]!.lastAt < since) {
    settledAt = Math.min(settledAt, chunks[first++]!.settledAt);
  }
  return settledAt <= since ? first : 0;
}
