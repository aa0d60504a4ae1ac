// Golden files: bytes as a release once wrote them, beside what they mean. One JSON file for each version of each format,
// `golden/NAME-vN.golden.json`. They are never edited; a new version of a format gets a new file.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { canonicalJson } from "../../src/base/index.ts";

const folder = new URL("./golden/", import.meta.url);

export interface Golden {
  readonly format: string;
  readonly version: number;
  readonly bytes: Buffer;
  readonly meaning: unknown;
}

/** How the bytes stand in the file: as readable as they can be without losing one. */
type Stored =
  /** The bytes are the canonical JSON of this value. */
  { readonly canonical: unknown } | { readonly text: string } | { readonly base64: string };

/** Every golden file there is, by name and version. */
export function goldenFiles(): Golden[] {
  const names = readdirSync(folder).filter((name) => /-v\d+\.golden\.json$/.test(name));
  return names.sort().map((name) => {
    const { format, version, stored, meaning } = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as {
      readonly format: string;
      readonly version: number;
      readonly stored: Stored;
      readonly meaning: unknown;
    };
    return { format, version, bytes: bytesOf(stored), meaning };
  });
}

/** Writes the first golden file of a new version; refuses to touch one that is there. */
export function keepGolden({ format, version, bytes, meaning }: Golden): void {
  const file = new URL(`${format}-v${version}.golden.json`, folder);
  if (existsSync(file)) throw new Error(`${file.pathname} is there already: a golden file is never rewritten`);
  const golden = { format, version, stored: storedOf(bytes), meaning };
  writeFileSync(file, `${JSON.stringify(golden, null, 1)}\n`);
}

function bytesOf(stored: Stored): Buffer {
  if ("canonical" in stored) return Buffer.from(canonicalJson(stored.canonical));
  return "text" in stored ? Buffer.from(stored.text) : Buffer.from(stored.base64, "base64");
}

function storedOf(bytes: Buffer): Stored {
  const text = bytes.toString("utf8");
  if (!Buffer.from(text).equals(bytes)) return { base64: bytes.toString("base64") };
  try {
    const value: unknown = JSON.parse(text);
    return canonicalJson(value) === text ? { canonical: value } : { text };
  } catch {
    return { text };
  }
}
