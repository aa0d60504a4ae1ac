// The bytes of a file that a user named, inflated where it is gzip. Whatever is wrong with the file as a whole is told at
// its end, beside the rows that were read: they were accepted one by one and stay. A line that the failure may have cut is
// never handed out, because half a number is a number too.

import type { BigIntStats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { AssayError, type Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import type { ReadRow } from "./read-row.ts";

const PIECE_BYTES = 1 << 18;
/** A longer line is refused by every reader, so its cut end needs no keeping. */
const HELD_BACK_BYTES = 4 << 20;
const LINE_BREAK = 0x0a;
/** No table compresses better than this; what does is a bomb. Small files may: they cannot do harm. */
const MAX_INFLATION = 200;
const HARMLESS_BYTES = 64 << 20;

/** How a file begins, which says what it is. */
const GZIP = Buffer.from([0x1f, 0x8b]);
const PARQUET = Buffer.from("PAR1");

export type SourceFormat = "text" | "gzip" | "parquet";

/** Throws ASSAY_HISTORY_NO_FILE where the file cannot be read. */
export async function formatOfFile(path: string): Promise<SourceFormat> {
  const file = await openFile(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PARQUET.length), 0, PARQUET.length, 0);
    if (bytesRead === PARQUET.length && buffer.equals(PARQUET)) return "parquet";
    return buffer.subarray(0, GZIP.length).equals(GZIP) ? "gzip" : "text";
  } finally {
    await file.close();
  }
}

/** Rows that `read` makes of the file's bytes, then what is wrong with the file, as the row that follows the last. */
export async function* readSource(
  path: string,
  read: (pieces: AsyncIterable<Uint8Array>) => AsyncGenerator<ReadRow>,
): AsyncGenerator<ReadRow> {
  const format = await formatOfFile(path);
  if (format === "parquet") throw new AssayError(problems.NEEDS_MAPPING(path, { format: "a Parquet file" }));
  const source = new SourceFile(path, await openFile(path), format);
  let last = 0;
  for await (const row of read(source.pieces())) {
    last = row.row;
    yield row;
  }
  if (source.problem !== undefined) yield { row: last + 1, raw: null, problem: source.problem };
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    const file = await open(path);
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    throw new AssayError(problems.NO_FILE(path, { why: error instanceof Error ? error.message : String(error) }), {
      cause: error,
    });
  }
  throw new AssayError(problems.NO_FILE(path, { why: "it is no regular file" }));
}

/** What tells whether a file is still the one that was opened. */
export async function fileState(path: string): Promise<string> {
  const file = await openFile(path);
  try {
    return stateOf(await file.stat({ bigint: true }));
  } finally {
    await file.close();
  }
}

function stateOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs].join(" ");
}

class SourceFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #format: SourceFormat;
  #problem: Problem | undefined;

  constructor(path: string, file: FileHandle, format: SourceFormat) {
    this.#path = path;
    this.#file = file;
    this.#format = format;
  }

  /** Known once the pieces have ended. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  async *pieces(): AsyncGenerator<Buffer> {
    try {
      const before = await this.#file.stat({ bigint: true });
      let held: Buffer = Buffer.alloc(0);
      for await (const piece of this.#inflated(Number(before.size))) {
        const bytes = held.length === 0 ? piece : Buffer.concat([held, piece]);
        const cut = bytes.length > HELD_BACK_BYTES ? bytes.length : bytes.lastIndexOf(LINE_BREAK) + 1;
        if (cut > 0) yield bytes.subarray(0, cut);
        held = bytes.subarray(cut);
      }
      const after = await this.#file.stat({ bigint: true });
      if (stateOf(after) !== stateOf(before)) this.#problem ??= problems.FILE_CHANGED(this.#path, {});
      if (this.#problem === undefined && held.length > 0) yield held;
    } finally {
      await this.#file.close();
    }
  }

  async *#inflated(size: number): AsyncGenerator<Buffer> {
    const stream = this.#file.createReadStream({ highWaterMark: PIECE_BYTES, autoClose: false });
    if (this.#format !== "gzip") {
      yield* stream as AsyncIterable<Buffer>;
      return;
    }
    const limit = Math.max(HARMLESS_BYTES, MAX_INFLATION * size);
    let bytes = 0;
    try {
      for await (const piece of pipeline(stream, createGunzip({ chunkSize: PIECE_BYTES }), () => {})) {
        bytes += (piece as Buffer).length;
        if (bytes > limit) {
          this.#problem = this.#broken(`it inflates to more than ${MAX_INFLATION} times its size`);
          return;
        }
        yield piece as Buffer;
      }
    } catch (error) {
      if (!(error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))) throw error;
      this.#problem = this.#broken("its gzip ends in the middle, or is damaged");
    }
  }

  #broken(why: string): Problem {
    return problems.BROKEN_FILE(this.#path, { why });
  }
}
