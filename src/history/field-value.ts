// One value of one field: from what a client or a file wrote to stored units, exactly or not at all. Nothing is rounded:
// a float that is no whole number of stored units is refused by name. A protected value is never echoed in a problem.

import { canonicalJson, hashText, nearest, type Problem, parseDate, parseInstant, parseTruth } from "../base/index.ts";
import type { FieldNode, FieldType } from "../define/index.ts";
import { problems } from "./errors.ts";

export const MAX_TOKEN_LENGTH = 200;
const MAX_TEXT_LENGTH = 1000;

/** A number in stored units or a text; a problem where it is neither. */
export type Parsed =
  | {
      readonly value: number | string;
      /** What the value is the hash of, to be kept elsewhere. */
      readonly document?: string;
    }
  | { readonly problem: Problem };

type Parse = (raw: unknown, show: (raw: unknown) => string, thing: string) => Parsed;

/** Reads a value that is there (not null, not absent) as the field's type. */
export function parseField(raw: unknown, field: FieldNode, thing: string): Parsed {
  const show = field.protection === "none" ? showNumber : () => "a protected value";
  return parserOf(field.type)(raw, show, thing);
}

/** For sentences about an unprotected field: a number as it was written, of anything else only what it is. */
function showNumber(raw: unknown): string {
  if (typeof raw === "number") return String(raw);
  return isDecimal(raw) ? JSON.stringify(raw) : describeValue(raw);
}

function isDecimal(raw: unknown): raw is string {
  return typeof raw === "string" && raw.length <= 40 && DECIMAL.test(raw);
}

/** What a value is and how long, never what it says: a cell in the wrong column may name a person. */
export function describeValue(raw: unknown): string {
  if (typeof raw === "string") return `a text of ${raw.length} characters`;
  if (Array.isArray(raw)) return `a list of ${raw.length}`;
  if (raw === null || raw === undefined) return "nothing";
  return typeof raw === "object" ? "an object" : `a ${typeof raw}`;
}

/** A name that a program would give, in quotes; of any other only what it is. */
export function showName(raw: unknown): string {
  return isName(raw) ? JSON.stringify(raw) : describeValue(raw);
}

/** At most 60 of the characters that names of columns and event types are made of. */
export function isName(raw: unknown): boolean {
  return typeof raw === "string" && /^[A-Za-z0-9_.-]{1,60}$/.test(raw);
}

/** Whether a refused row may keep this value of an unprotected field: what the field could hold, or a number. */
export function isKeepable(raw: unknown, field: FieldNode): boolean {
  if (raw === null || typeof raw === "boolean") return true;
  if (field.type.kind === "document") return false;
  if (typeof raw === "number") return Number.isFinite(raw);
  return isDecimal(raw) || "value" in parseField(raw, field, "field");
}

function parserOf(type: FieldType): Parse {
  switch (type.kind) {
    case "integer":
      return parseInteger;
    case "decimal":
      return (raw, show, thing) => parseFixed(raw, type.scale, "units", show, thing);
    case "money":
      return (raw, show, thing) => parseFixed(raw, type.scale, type.currency, show, thing);
    case "boolean":
      return parseBoolean;
    case "category":
      return (raw, show, thing) => parseCategory(raw, type.values, show, thing);
    case "instant":
      return parseTime;
    case "date":
      return parseDay;
    case "vector":
      return (raw, _, thing) => parseVector(raw, type.dim, thing);
    case "document":
      return parseDocument;
    case "text":
      return parseText;
    case "ref":
      return parseToken;
  }
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;
/** Every decimal of at most 15 digits survives the way through a double; a longer one may not. */
const MAX_EXACT_NUMBER = 999_999_999_999_999;

function parseInteger(raw: unknown, show: (raw: unknown) => string, thing: string): Parsed {
  if (typeof raw === "number" && Number.isFinite(raw)) {
    if (!Number.isInteger(raw)) return { problem: problems.NOT_A_WHOLE_NUMBER(thing, { got: show(raw) }) };
    return Number.isSafeInteger(raw) ? { value: raw + 0 } : { problem: problems.TOO_LARGE(thing, { got: show(raw) }) };
  }
  const match = typeof raw === "string" ? DECIMAL.exec(raw) : null;
  if (match === null) return { problem: problems.NOT_A_NUMBER(thing, { got: show(raw) }) };
  if (match[3] !== undefined) return { problem: problems.NOT_A_WHOLE_NUMBER(thing, { got: show(raw) }) };
  return safe(Number(raw), () => show(raw), thing);
}

/** Major units, as a decimal text or a number, to a whole number of 10^-scale. */
function parseFixed(raw: unknown, scale: number, unit: string, show: (raw: unknown) => string, thing: string): Parsed {
  if (typeof raw === "number" && Number.isFinite(raw)) return fixedFromNumber(raw, scale, unit, show, thing);
  const match = typeof raw === "string" ? DECIMAL.exec(raw) : null;
  if (match === null) return { problem: problems.NOT_A_NUMBER(thing, { got: show(raw) }) };
  const [, sign, whole, fraction = ""] = match;
  if (/[1-9]/.test(fraction.slice(scale)))
    return { problem: problems.WRONG_UNITS(thing, { got: show(raw), scale, unit }) };
  return safe(Number(`${sign}${whole}${fraction.slice(0, scale).padEnd(scale, "0")}`), () => show(raw), thing);
}

function fixedFromNumber(
  raw: number,
  scale: number,
  unit: string,
  show: (raw: unknown) => string,
  thing: string,
): Parsed {
  const power = 10 ** scale;
  const stored = Math.round(raw * power);
  if (Math.abs(stored) > Number.MAX_SAFE_INTEGER) return { problem: problems.TOO_LARGE(thing, { got: show(raw) }) };
  // Division rounds correctly, so equality says that `raw` is the double nearest to this decimal.
  if (stored / power !== raw) return { problem: problems.WRONG_UNITS(thing, { got: show(raw), scale, unit }) };
  if (scale > 0 && Math.abs(stored) > MAX_EXACT_NUMBER)
    return { problem: problems.INEXACT_NUMBER(thing, { got: show(raw) }) };
  return { value: stored + 0 };
}

/** Adding 0 turns -0 into 0. */
function safe(value: number, got: () => string, thing: string): Parsed {
  return Number.isSafeInteger(value) ? { value: value + 0 } : { problem: problems.TOO_LARGE(thing, { got: got() }) };
}

function parseBoolean(raw: unknown, show: (raw: unknown) => string, thing: string): Parsed {
  const truth = typeof raw === "string" ? parseTruth(raw) : raw;
  if (typeof truth === "boolean") return { value: truth ? 1 : 0 };
  return { problem: problems.NOT_A_BOOLEAN(thing, { got: show(raw) }) };
}

function parseCategory(raw: unknown, values: readonly string[], show: (raw: unknown) => string, thing: string): Parsed {
  const index = typeof raw === "string" ? values.indexOf(raw) : -1;
  if (index >= 0) return { value: index };
  const near = typeof raw === "string" ? nearest(raw, values) : undefined;
  return { problem: problems.UNKNOWN_CATEGORY(thing, { got: show(raw) }, { nearest: near }) };
}

function parseTime(raw: unknown, show: (raw: unknown) => string, thing: string): Parsed {
  const value = readInstant(raw);
  return value === undefined ? { problem: problems.NOT_AN_INSTANT(thing, { got: show(raw) }) } : { value };
}

/** Microseconds; `undefined` where it is no instant with an offset, or lies beyond 2^53. */
export function readInstant(raw: unknown): number | undefined {
  return typeof raw === "string" ? parseInstant(raw) : undefined;
}

function parseDay(raw: unknown, show: (raw: unknown) => string, thing: string): Parsed {
  const value = typeof raw === "string" ? parseDate(raw) : undefined;
  return value === undefined ? { problem: problems.NOT_A_DATE(thing, { got: show(raw) }) } : { value };
}

/** Each number is rounded once, to float32; -0 becomes 0. A file's cell holds the list as JSON text. */
function parseVector(raw: unknown, dim: number, thing: string): Parsed {
  const list = typeof raw === "string" ? listIn(raw) : raw;
  const good = Array.isArray(list) && list.length === dim && list.every((number) => typeof number === "number");
  const numbers = good ? Float32Array.from(list as number[], (number) => number + 0) : null;
  if (numbers?.every(Number.isFinite) !== true) {
    return { problem: problems.NOT_A_VECTOR(thing, { dim, got: describeValue(list) }) };
  }
  const bytes = Buffer.alloc(dim * Float32Array.BYTES_PER_ELEMENT);
  for (const [place, number] of numbers.entries())
    bytes.writeFloatLE(number + 0, place * Float32Array.BYTES_PER_ELEMENT);
  return { value: bytes.toString("base64") };
}

function listIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const MAX_DOCUMENT_BYTES = 1 << 20;

/** The SHA-256 of the canonical JSON, which is the same however the source spaced it. */
function parseDocument(raw: unknown, _show: (raw: unknown) => string, thing: string): Parsed {
  const document = typeof raw === "object" ? documentText(raw) : undefined;
  if (document === undefined || Buffer.byteLength(document) > MAX_DOCUMENT_BYTES) {
    return { problem: problems.NOT_A_DOCUMENT(thing, { maxBytes: MAX_DOCUMENT_BYTES, got: describeValue(raw) }) };
  }
  return { value: hashText(document), document };
}

/** Undefined where it is no JSON, or nested too deeply to be written. */
function documentText(raw: unknown): string | undefined {
  try {
    return canonicalJson(raw);
  } catch {
    return undefined;
  }
}

function parseText(raw: unknown, _show: (raw: unknown) => string, thing: string): Parsed {
  const fits = typeof raw === "string" && raw.length <= MAX_TEXT_LENGTH && isStorableText(raw);
  return fits ? { value: raw } : { problem: problems.NOT_A_TEXT(thing, { maxLength: MAX_TEXT_LENGTH }) };
}

/** Well formed, and without the character that neither PostgreSQL nor C keeps in a text. */
function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes("\u0000");
}

function parseToken(raw: unknown, _show: (raw: unknown) => string, thing: string): Parsed {
  if (isToken(raw)) return { value: raw };
  return { problem: problems.BAD_TOKEN(thing, { maxLength: MAX_TOKEN_LENGTH }) };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must not be there.
const NOT_IN_TOKEN = /^\s|\s$|[\u0000-\u001f\u007f]/;

/** An opaque id: 1 to 200 characters, well formed, no control characters, no blanks at its ends. */
export function isToken(raw: unknown): raw is string {
  return (
    typeof raw === "string" &&
    raw.length > 0 &&
    raw.length <= MAX_TOKEN_LENGTH &&
    !NOT_IN_TOKEN.test(raw) &&
    raw.isWellFormed()
  );
}
