// The hash chain over records: a vector whose every hash was checked with a second implementation in Python. A link carries its
// version in the text of `genesis`; another way to chain needs another, and a vector here.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { firstBreak, genesis, type Link, linkAfter, saltedHashOf } from "../../src/decisions/index.ts";

interface Vector {
  readonly writer: string;
  readonly genesis: string;
  readonly contents: readonly { readonly salt: string; readonly decision: string }[];
  readonly links: readonly Link[];
}

const file = new URL("./golden/chain.golden.json", import.meta.url);
const vector = JSON.parse(readFileSync(file, "utf8")) as Vector;

test("the same contents give the same links", () => {
  expect(genesis(vector.writer)).toBe(vector.genesis);
  let head = { ordinal: 0, hash: vector.genesis };
  const links = vector.contents.map((content) => {
    const link = linkAfter(head, vector.writer, saltedHashOf(content));
    head = { ordinal: link.ordinal, hash: link.chainHash };
    return link;
  });
  expect(links).toEqual(vector.links);
});

test("holds, and every altered hash breaks it", () => {
  expect(firstBreak(vector.links)).toBeNull();
  for (const [at, link] of vector.links.entries()) {
    for (const part of ["saltedHash", "previousHash", "chainHash"] as const) {
      const altered = { ...link, [part]: `${link[part].startsWith("0") ? "1" : "0"}${link[part].slice(1)}` };
      expect(firstBreak(vector.links.with(at, altered))?.ordinal).toBe(link.ordinal);
    }
  }
});
