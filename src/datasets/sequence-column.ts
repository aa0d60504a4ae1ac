// Flat columns on disk, grown a piece at a time and hashed on the way.

import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { endianness } from "node:os";
import { join } from "node:path";
import { type Hash, invariant } from "../base/index.ts";
import { namingDiskFull } from "../storage/index.ts";

export interface WrittenColumn {
  readonly sha256: Hash;
  readonly bytes: number;
}

export class ColumnFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #hash = createHash("sha256");
  #bytes = 0;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async create(folder: string, name: string): Promise<ColumnFile> {
    invariant(endianness() === "LE", "columns are little-endian, and so must the machine be");
    const path = join(folder, name);
    return new ColumnFile(path, await open(path, "wx"));
  }

  async append(column: ArrayBufferView): Promise<void> {
    if (column.byteLength === 0) return;
    const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    await namingDiskFull(this.#path, async () => await this.#file.writeFile(bytes));
  }

  async close(): Promise<WrittenColumn> {
    try {
      await namingDiskFull(this.#path, () => this.#file.sync());
    } finally {
      await this.#file.close();
    }
    return { sha256: this.#hash.digest("hex"), bytes: this.#bytes };
  }
}

/** Whole numbers within 2^53 as int64. */
export function wholeNumbers(numbers: ArrayLike<number>): BigInt64Array {
  return BigInt64Array.from({ length: numbers.length }, (_, i) => BigInt(numbers[i]!));
}
