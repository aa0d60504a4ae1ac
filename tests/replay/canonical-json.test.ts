// Canonical JSON against the vectors of RFC 8785. Every hash in Assay is over these bytes; the SHA-256 of the documents was
// checked with a second implementation in Python.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { canonicalJson, hashJson } from "../../src/base/index.ts";

interface Vectors {
  readonly numbers: { readonly [bits: string]: string };
  readonly refused: readonly string[];
  readonly documents: readonly { readonly json: string; readonly canonical: string; readonly sha256: string }[];
}

const file = new URL("./golden/canonical-json.golden.json", import.meta.url);
const vectors = JSON.parse(readFileSync(file, "utf8")) as Vectors;

function double(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`));
  return view.getFloat64(0);
}

test.each(Object.entries(vectors.numbers))("the double %s is written %s", (bits, text) => {
  expect(canonicalJson(double(bits))).toBe(text);
});

test.each(vectors.refused)("%s is no JSON", (bits) => {
  expect(() => canonicalJson(double(bits))).toThrow(TypeError);
});

test.each(vectors.documents)("$sha256 stays the hash of its document", ({ json, canonical, sha256 }) => {
  const value: unknown = JSON.parse(json);
  expect(canonicalJson(value)).toBe(canonical);
  expect(hashJson(value)).toBe(sha256);
});
