// What a row of the table of formats says of one: how today's code reads it, and how it writes it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssayError, type Problem } from "../../src/base/index.ts";
import { type Metadata, openMetadata } from "../../src/storage/index.ts";

export interface Format {
  /** Of the golden file; a document's own `format` without "assay.". */
  readonly name: string;
  /** The version that is written today. */
  readonly version: number;
  /** Documents that lie within its bytes. */
  readonly holds?: readonly string[];
  /** False where this machine lacks what reads it. */
  readonly possible?: boolean;
  /** What bytes of any version mean, as plain data. Throws an `AssayError` where it cannot read them. */
  read(bytes: Buffer, at: Workplace): unknown;
  /** What today's code writes where it was given the golden file's things; null where only others write it. */
  readonly write: ((at: Workplace) => Buffer | Promise<Buffer>) | null;
  /** `meaning` where an engine, a fresh nonce or a foreign library decides on the bytes. */
  readonly compare: "bytes" | "meaning";
  /** The bytes as a release to come might write them. */
  future(bytes: Buffer): Buffer;
  /** Code of the error that names it. */
  readonly refusal: string;
}

/** A format whose golden bytes are held by a test of its own. */
export interface HeldElsewhere {
  readonly name: string;
  readonly holds?: readonly string[];
  readonly test: string;
  /** A golden file, or a word that stands in the test beside the bytes. */
  readonly golden: string;
}

/** Where a format's reader may keep files and start an engine; closed after all formats were tried. */
export class Workplace {
  readonly #folders: string[] = [];
  readonly #engines: Metadata[] = [];

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), "assay-replay-"));
    this.#folders.push(folder);
    return folder;
  }

  async postgres(folder: string): Promise<Metadata> {
    const metadata = await openMetadata(folder);
    this.#engines.push(metadata);
    return metadata;
  }

  async close(): Promise<void> {
    for (const engine of this.#engines.splice(0)) await engine.close();
    for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}

/** What a pure room gave, or its first problem thrown. */
export function orThrow<T>(result: T | Problem[]): T {
  if (Array.isArray(result)) throw new AssayError((result as Problem[])[0]!);
  return result;
}

/** JSON bytes with the same member changed everywhere it stands at the top, or in each line. */
export function withVersion(bytes: Buffer, version: number): Buffer {
  const text = bytes.toString("utf8");
  const spoilt = text.replace(/"version":\s*1\b/, `"version":${version}`);
  if (spoilt === text) throw new Error("the bytes name no version");
  return Buffer.from(spoilt);
}

/** Plain data of anything with typed arrays and numbers that JSON lacks. */
export function plain(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
