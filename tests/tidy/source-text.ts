// Reads TypeScript source as text, just well enough for house rules: comments and strings can be blanked out (same
// length, same lines, so that places stay true), and imports listed. It is no parser: it finds where strings, templates,
// regular expressions and comments begin and end, and nothing else.

export interface SourceFile {
  /** Relative to the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly specifier: string;
  readonly line: number;
}

interface Span {
  readonly kind: "comment" | "string";
  readonly from: number;
  readonly to: number;
}

/** Code and strings, without comments. */
export const withoutComments = (text: string): string => blank(text, ["comment"]);

/** Code alone: comments, the insides of strings, templates and regular expressions are spaces. */
export const codeOnly = (text: string): string => blank(text, ["comment", "string"]);

function blank(text: string, kinds: readonly Span["kind"][]): string {
  let blanked = "";
  let copiedTo = 0;
  for (const { kind, from, to } of spansOf(text)) {
    if (!kinds.includes(kind)) continue;
    blanked += text.slice(copiedTo, from) + text.slice(from, to).replace(/[^\n]/g, " ");
    copiedTo = to;
  }
  return blanked + text.slice(copiedTo);
}

function spansOf(text: string): Span[] {
  const spans: Span[] = [];
  const openTemplates: number[] = []; // depth of braces inside each `${ … }` that we are in
  const add = (kind: Span["kind"], from: number, to: number) => spans.push({ kind, from, to });
  const template = (from: number): number => {
    const end = endOfTemplate(text, from);
    add("string", from, end);
    if (!text.startsWith("${", end)) return end + 1;
    openTemplates.push(0);
    return end + 2;
  };
  for (let at = 0; at < text.length; ) {
    const character = text[at] ?? "";
    const inside = openTemplates.length - 1;
    if (text.startsWith("//", at)) {
      const end = endOr(text.indexOf("\n", at), text.length);
      add("comment", at, end);
      at = end;
    } else if (text.startsWith("/*", at)) {
      const end = endOr(text.indexOf("*/", at + 2) + 1, text.length - 1) + 1;
      add("comment", at, end);
      at = end;
    } else if (character === '"' || character === "'") {
      const end = endOfQuoted(text, at + 1, character);
      add("string", at + 1, end);
      at = end + 1;
    } else if (character === "/" && startsRegExp(text, at)) {
      const end = endOfRegExp(text, at + 1);
      add("string", at + 1, end);
      at = end + 1;
    } else if (character === "`") {
      at = template(at + 1);
    } else if (character === "}" && openTemplates[inside] === 0) {
      openTemplates.pop();
      at = template(at + 1);
    } else {
      if (inside >= 0 && character === "{") openTemplates[inside]! += 1;
      if (inside >= 0 && character === "}") openTemplates[inside]! -= 1;
      at += 1;
    }
  }
  return spans;
}

const endOr = (found: number, otherwise: number): number => (found <= 0 ? otherwise : found);

function endOfQuoted(text: string, from: number, quote: string): number {
  let at = from;
  while (at < text.length && text[at] !== quote && text[at] !== "\n") at += text[at] === "\\" ? 2 : 1;
  return at;
}

function endOfTemplate(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== "`" && !text.startsWith("${", at)) at += text[at] === "\\" ? 2 : 1;
  return at;
}

function endOfRegExp(text: string, from: number): number {
  let inClass = false;
  let at = from;
  for (; at < text.length && text[at] !== "\n" && (inClass || text[at] !== "/"); at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "[") inClass = true;
    else if (text[at] === "]") inClass = false;
  }
  return at;
}

/** A slash divides after a value and opens a regular expression after an operator, a bracket or a keyword. */
function startsRegExp(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 20), at).trimEnd();
  return before === "" || /[(,=:[!&|?{};+\-*%~^<>]$/.test(before) || /\b(?:return|typeof|case|in|of)$/.test(before);
}

export const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length;

/** Static and dynamic imports, re-exports, `import("…")` types, and programs named by `new URL("./….ts", import.meta.url)`. */
export function importsOf(text: string): Import[] {
  const spoken = withoutComments(text);
  const code = codeOnly(text);
  const forms = [
    /\b(?:import|export)\b[^;"'`()]*?\bfrom\s*"([^"]+)"/g,
    /\bimport\s*"([^"]+)"/g,
    /\bimport\(\s*"([^"]+)"\s*[),]/g,
    /\bnew URL\(\s*"(\.[^"]+\.ts)"\s*,\s*import\.meta\.url/g,
  ];
  return forms
    .flatMap((form) => [...spoken.matchAll(form)])
    .filter((match) => code[match.index] === spoken[match.index]) // not one that stands inside a string
    .map((match) => ({ specifier: match[1] ?? "", line: lineAt(text, match.index) }))
    .sort((a, b) => a.line - b.line);
}
