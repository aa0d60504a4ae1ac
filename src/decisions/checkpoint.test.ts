import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Checkpoint, checkpointBreaks, checkpointHash } from "./checkpoint.ts";
import { firstBreak, genesis, type Link, linkAfter } from "./record.ts";

function chainOf(writer: string, length: number): Link[] {
  const links: Link[] = [];
  let head = { ordinal: 0, hash: genesis(writer) };
  for (let i = 0; i < length; i++) {
    const link = linkAfter(head, writer, String(i).padStart(64, "0"));
    links.push(link);
    head = { ordinal: link.ordinal, hash: link.chainHash };
  }
  return links;
}

function checkpointAt(links: readonly Link[], previous = ""): Checkpoint {
  const last = links.at(-1)!;
  const heads = [{ writer: last.writer, ordinal: last.ordinal, chain_hash: last.chainHash }];
  return { heads, hash: checkpointHash(previous, heads) };
}

describe("checkpoints", () => {
  const links = chainOf("w", 8);
  const first = checkpointAt(links.slice(0, 3));
  const second = checkpointAt(links, first.hash);

  test("say nothing about a chain that only grew", () => {
    expect(checkpointBreaks([first], new Map([["w", links]]))).toEqual([]);
    expect(checkpointBreaks([first, second], new Map([["w", links]]))).toEqual([]);
  });

  test("find every cut end that they had seen, though the links left over are whole", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7 }), (kept) => {
        const cut = links.slice(0, kept);
        expect(firstBreak(cut)).toBeNull();
        const found = checkpointBreaks([first, second], new Map([["w", cut]]));
        expect(found.map(({ ordinal }) => ordinal)).toEqual(kept < 3 ? [3, 8] : [8]);
      }),
    );
  });

  test("find a chain that is gone altogether, and a checkpoint that was altered or taken out", () => {
    expect(checkpointBreaks([first, second], new Map())).toHaveLength(2);
    const other = { ...first, hash: "0".repeat(64) };
    expect(checkpointBreaks([other, second], new Map([["w", links]]))).toHaveLength(2);
    expect(checkpointBreaks([second], new Map([["w", links]]))).toHaveLength(1);
  });
});
