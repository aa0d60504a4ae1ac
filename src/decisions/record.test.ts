import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstBreak, genesis, type Link, linkAfter } from "./record.ts";

const writer = "w-test";

function chainOf(hashes: readonly string[]): Link[] {
  let head = { ordinal: 0, hash: genesis(writer) };
  return hashes.map((saltedHash) => {
    const link = linkAfter(head, writer, saltedHash);
    head = { ordinal: link.ordinal, hash: link.chainHash };
    return link;
  });
}

const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const chain = fc.array(hash, { minLength: 1, maxLength: 12 }).map(chainOf);
const chainAndPlace = chain.chain((links) => fc.tuple(fc.constant(links), fc.nat(links.length - 1)));

describe("a chain", () => {
  it("is whole as it was written, up to any length", () => {
    fc.assert(
      fc.property(chainAndPlace, ([links, place]) => {
        expect(firstBreak(links)).toBeNull();
        expect(firstBreak(links.slice(0, place))).toBeNull();
      }),
    );
  });

  it("breaks at a link whose content, predecessor or own hash was altered", () => {
    const field = fc.constantFrom("saltedHash", "previousHash", "chainHash");
    fc.assert(
      fc.property(chainAndPlace, field, hash, ([links, place], altered, value) => {
        fc.pre(links[place]![altered as "saltedHash"] !== value);
        const forged = links.with(place, { ...links[place]!, [altered]: value });
        expect(firstBreak(forged)?.ordinal).toBe(place + 1);
      }),
    );
  });

  it("breaks where a link before the last is taken out, put in twice or exchanged", () => {
    fc.assert(
      fc.property(chainAndPlace, ([links, place]) => {
        expect(firstBreak(links.toSpliced(place, 0, links[place]!))).not.toBeNull();
        if (place === links.length - 1) return;
        expect(firstBreak(links.toSpliced(place, 1))?.ordinal).toBe(place + 2);
        const exchanged = links.with(place, links[place + 1]!).with(place + 1, links[place]!);
        expect(firstBreak(exchanged)?.ordinal).toBe(place + 2);
      }),
    );
  });

  it("breaks where a link was altered and made to fit, at the one that follows it", () => {
    fc.assert(
      fc.property(chainAndPlace, hash, ([links, place], value) => {
        fc.pre(links[place]!.saltedHash !== value && place < links.length - 1);
        const before = links[place - 1];
        const head = { ordinal: place, hash: before === undefined ? genesis(writer) : before.chainHash };
        expect(firstBreak(links.with(place, linkAfter(head, writer, value)))?.ordinal).toBe(place + 2);
      }),
    );
  });

  it("of one writer cannot stand for another's", () => {
    fc.assert(
      fc.property(chain, (links) => {
        expect(firstBreak(links.map((link) => ({ ...link, writer: "w-other" })))?.ordinal).toBe(1);
      }),
    );
  });
});
