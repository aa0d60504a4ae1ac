// Built sequences row by row, for whoever compares them with what is served.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AssayError, hashBytes } from "../base/index.ts";
import { ageOf, knownFit, type SequenceFit, type Tokens } from "../compile/index.ts";
import { problems } from "./errors.ts";
import { columnFile, FILES, readSequencesManifest, type SequencesManifest } from "./sequence-manifest.ts";

export interface SequencesReader {
  readonly manifest: SequencesManifest;
  readonly fit: SequenceFit;
  /** Tokens of a row, in the order of decision ids: what the encoder gives at the row's t. */
  tokens(row: number): Tokens;
}

/** Reads all files. Throws ASSAY_DATASETS_UNKNOWN_VERSION, DAMAGED_FILE, and ASSAY_COMPILE_UNKNOWN_FIT. */
export async function openSequences(folder: string): Promise<SequencesReader> {
  const manifest = readSequencesManifest(await readFile(join(folder, "manifest.json"), "utf8"));
  const read = (name: string) => checkedFile(folder, manifest, name);
  const numbers = async (name: string) => Float64Array.from(new BigInt64Array((await read(name)).buffer), Number);
  const columns = [];
  for (const [i, column] of manifest.columns.entries()) {
    const { buffer } = await read(columnFile(i, column));
    columns.push(column.type === "code" ? new Int32Array(buffer) : new Float32Array(buffer));
  }
  const flat = { kind: await read(FILES.kind), at: await numbers(FILES.at), columns };
  const [t, start, end] = [await numbers(FILES.t), await numbers(FILES.start), await numbers(FILES.end)];
  const [from, exceptions] = [await numbers(FILES.exceptionsFrom), await numbers(FILES.exceptions)];
  const places = (row: number): number[] => {
    const hidden = new Set(exceptions.subarray(from[row], from[row + 1]));
    const all = Array.from({ length: end[row]! - start[row]! }, (_, i) => start[row]! + i);
    return all.filter((place) => !hidden.has(place));
  };
  const unit = manifest.sequence.ageMicros;
  const fit = knownFit(Buffer.from(await read(FILES.fit)).toString());
  return { manifest, fit, tokens: (row) => gather(flat, places(row), (at) => ageOf(at, t[row]!, unit)) };
}

type Flat = Pick<Tokens, "kind" | "columns"> & { readonly at: Float64Array };

function gather({ kind, at, columns }: Flat, places: readonly number[], age: (at: number) => number): Tokens {
  return {
    length: places.length,
    kind: Uint8Array.from(places, (place) => kind[place]!),
    age: Int32Array.from(places, (place) => age(at[place]!)),
    columns: columns.map((column) => {
      const picked = places.map((place) => column[place]!);
      return column instanceof Int32Array ? Int32Array.from(picked) : Float32Array.from(picked);
    }),
  };
}

/** Its bytes in a buffer of their own. */
async function checkedFile(
  folder: string,
  manifest: SequencesManifest,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readFile(join(folder, name)).catch(() => undefined);
  if (bytes !== undefined && hashBytes(bytes) === manifest.files[name]?.sha256) return Uint8Array.from(bytes);
  throw new AssayError(problems.DAMAGED_FILE(`sequences "${manifest.name}"`, { file: name }));
}
