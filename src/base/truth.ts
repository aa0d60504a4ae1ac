// True and false as files write them.

const WORDS: { readonly [word: string]: boolean } = {
  true: true,
  yes: true,
  y: true,
  "1": true,
  false: false,
  no: false,
  n: false,
  "0": false,
};

/** The spellings, for sentences. */
export const TRUTH_WORDS = "true or false, yes or no, y or n, 1 or 0, in any case";

/**
 * Reads what is unmistakable; undefined for any other text: `t` and `f` stand for too much else.
 *
 *     parseTruth("Yes"); // true
 */
export function parseTruth(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
}
