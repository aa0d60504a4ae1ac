// Source that finds whose rows a walk takes: the code, in the walked type's own texts, of what the latest row of another
// type says. Codes are local to each type, so it is looked up once per evaluation. Rows are tested in limbs, which needs no
// proof: one row a call is nothing.

import { RowEmitter, walkHead, walkNames } from "./emit-row.ts";
import { textLiteral } from "./literal.ts";
import type { Plan, Scan } from "./plan.ts";

export type PlannedMatch = NonNullable<Scan["match"]>;

/** A function `(rows of the latest, how many of them, t, known, walked rows) → code`, -1 where nothing belongs to it. */
export function emitMatch(plan: Plan, match: PlannedMatch, name: string): string[] {
  const { filter } = plan.streams[match.parent]!;
  const row = new RowEmitter(walkNames("limbs"));
  const condition = filter === null ? null : row.passes(filter);
  const [parentField, childField] = [textLiteral(match.parentField), textLiteral(match.childField)];
  return [
    `function ${name}(e, end, t, known, walked) {`,
    "  const at = e.at, knownAt = e.knownAt, supersededAt = e.supersededAt, retracted = e.retracted;",
    "  const hidden = !e.prefixVisible;",
    ...walkHead(row.names).map((line) => `  ${line}`),
    "  for (let i = firstFrom(at, end, t) - 1; i >= 0; i--) {",
    "    if (hidden && (knownAt[i] > known || supersededAt[i] <= known || retracted[i] !== 0)) continue;",
    ...row.lines.map((line) => `    ${line}`),
    ...(condition === null ? [] : [`    if (!${condition}) continue;`]),
    `    return codeOf(walked.dictionaries[${childField}], e.dictionaries[${parentField}], e.fields[${parentField}][i]);`,
    "  }",
    "  return -1;",
    "}",
  ];
}

/** The code in `texts` of the text that `code` stands for in `others`; codes of late events come last. */
export function codeOf(
  texts: readonly string[] | undefined,
  others: readonly string[] | undefined,
  code: number,
): number {
  return texts === undefined || others === undefined || !(code >= 0) ? -1 : texts.lastIndexOf(others[code]!);
}
