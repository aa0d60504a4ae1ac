// How many different codes there were, codes being small whole numbers: places in a category, texts of one history. Up to 32 of
// them are bits of one number; more are stamped, each evaluation with a stamp of its own, so that nothing has to be wiped.

import type { State } from "./state.ts";

/** 32 codes each; larger ones are stamped. */
const WORDS = [0, 1, 2, 3] as const;

/** The same where walks pass over blocks: small codes are bits of a few numbers, which a block can tell. */
const codesInBlocks: State = {
  name: "codesInBlocks",
  prelude: (x, mode) => differentCodes.prelude!(x, mode),
  begin: (x, mode) =>
    `${differentCodes.begin(x, mode)} let ${x}o = 0, ${WORDS.map((word) => `${x}w${word} = 0`).join(", ")};`,
  add: (x, row, mode) =>
    WORDS.map((word) => `if (${row.value} < ${32 * (word + 1)}) ${x}w${word} |= 1 << ${row.value}; else `).join("") +
    `{ ${x}o = 1; ${differentCodes.add(x, row, mode, {})} }`,
  read: (x) => `(${x} + ${WORDS.map((word) => `bitsSet(${x}w${word})`).join(" + ")})`,
  calls: { bitsSet, nextStamp, withRoom },
  summary: {
    width: 1 + WORDS.length,
    of: (x) => [`${x}o`, ...WORDS.map((word) => `${x}w${word}`)],
    untold: (read) => `${read(0)} !== 0`,
    merge: (x, read) => WORDS.map((word) => `${x}w${word} |= ${read(1 + word)};`).join(" "),
  },
};

export const differentCodes: State = {
  name: "differentCodes",
  inBlocks: codesInBlocks,
  prelude: (x) => `let ${x}s = new Uint32Array(64), ${x}r = 0;`,
  begin: (x) => `let ${x} = 0; ${x}r = nextStamp(${x}s, ${x}r);`,
  add: (x, { value }) =>
    `if (${x}s[${value}] !== ${x}r) { if (${value} >= ${x}s.length) ${x}s = withRoom(${x}s, ${value}); ` +
    `${x}s[${value}] = ${x}r; ${x}++; }`,
  read: (x) => x,
  calls: { nextStamp, withRoom },
};

/** For a type of at most 32 codes; a history written later may hold more, which the walk notices and counts with stamps. */
export const differentBits: State = {
  name: "differentBits",
  prelude: (x, mode) => (mode === "plain" ? "" : differentCodes.prelude!(x, mode)),
  begin: (x, mode) => (mode === "plain" ? `let ${x} = 0, ${x}o = 0;` : differentCodes.begin(x, mode)),
  add: (x, row, mode) =>
    mode === "plain" ? `${x} |= 1 << ${row.value}; ${x}o |= ${row.value};` : differentCodes.add(x, row, mode, {}),
  read: (x, mode) => (mode === "plain" ? `bitsSet(${x})` : x),
  provenBy: (x) => `${x}o >>> 5 === 0`,
  calls: { bitsSet, nextStamp, withRoom },
  summary: {
    width: 2,
    of: (x) => [x, `${x}o`],
    // A block's bits are of codes that are known to be few; in limbs mode they are stamped one by one.
    merge: (x, read, mode) =>
      mode === "plain"
        ? `${x} |= ${read(0)}; ${x}o |= ${read(1)};`
        : `for (let ${x}b = ${read(0)}; ${x}b !== 0; ${x}b &= ${x}b - 1) { const ${x}c = 31 - Math.clz32(${x}b & -${x}b); ` +
          `${differentCodes.add(x, { value: `${x}c`, high: "", low: "", at: "" }, mode, {})} }`,
  },
};

function bitsSet(bits: number): number {
  let pairs = bits - ((bits >>> 1) & 0x55555555);
  pairs = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((pairs + (pairs >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** A stamp that no code bears yet. */
function nextStamp(stamps: Uint32Array, stamp: number): number {
  if (stamp < 2 ** 32 - 1) return stamp + 1;
  stamps.fill(0);
  return 1;
}

function withRoom(stamps: Uint32Array, code: number): Uint32Array {
  const larger = new Uint32Array(Math.max(2 * stamps.length, code + 1));
  larger.set(stamps);
  return larger;
}
