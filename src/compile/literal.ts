// The only way that anything from a definition enters generated source: numbers that are finite, texts as JSON. A stored
// bundle is foreign input, so nothing of it is ever pasted.

import { invariant } from "../base/index.ts";

export function numberLiteral(value: number): string {
  invariant(typeof value === "number" && Number.isFinite(value), `${String(value)} in generated source`);
  const text = JSON.stringify(value + 0);
  return value < 0 ? `(${text})` : text;
}

export function textLiteral(text: string): string {
  invariant(typeof text === "string", "no text");
  return JSON.stringify(text).replace(/[\u2028\u2029]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16)}`);
}

/** A comment of one line, whatever the words hold. */
export function comment(words: string): string {
  return `// ${words.replace(/[^\x20-\x7e]/g, "?")}`;
}
