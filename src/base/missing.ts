// Nothing has a kind (contract 6). In columns a missing number is NaN beside a non-zero kind code;
// in documents it is `{"missing": kind}`. The codes are part of the formats: append, never renumber.

export const missingKinds = [
  "no history",
  "not linked",
  "empty window",
  "not yet known",
  "stale",
  "not collected then",
  "not applicable",
  "redacted",
] as const;

export type MissingKind = (typeof missingKinds)[number];

export interface Missing<K extends MissingKind = MissingKind> {
  readonly missing: K;
}

export const PRESENT = 0;

/** Code of a kind in a column of kinds: 1 to 8; 0 means present. */
export function missingCode(kind: MissingKind): number {
  const code = missingKinds.indexOf(kind) + 1;
  if (code === PRESENT) throw new RangeError(`no missing kind is called ${kind}`);
  return code;
}

export function missingKindOf(code: number): MissingKind {
  const kind = missingKinds[code - 1];
  if (kind === undefined) throw new RangeError(`no missing kind has code ${code}`);
  return kind;
}

export function isMissing(value: unknown): value is Missing {
  if (typeof value !== "object" || value === null || !("missing" in value)) return false;
  return missingKinds.some((kind) => kind === value.missing);
}
