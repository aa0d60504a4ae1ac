// Arithmetic on the numbers of one row, as it is written after a column.

import type { Problem } from "../base/index.ts";
import { scaledInteger } from "./amount.ts";
import { problems } from "./errors.ts";
import { scaleOf, unitNameOfField } from "./field.ts";
import { at } from "./names.ts";
import type { FieldType, RowNode } from "./nodes.ts";
import type { Origin } from "./place.ts";
import { isNumericField, type RowFacts } from "./row.ts";
import { grown, isLiteral, literalRow, type Made, type Mistakes, paired, refused } from "./row-step.ts";
import { atScale, quotientType } from "./row-type.ts";
import { checkSettings } from "./settings.ts";

export function sumStep(user: "minus" | "plus", left: unknown, right: unknown, origin: Origin): RowFacts {
  const kind = user === "minus" ? "rowMinus" : "rowPlus";
  if (isLiteral(right)) {
    return grown(user, left, origin, ({ node, type }) => {
      if (!isNumericField(type)) return refused(user, `cannot do arithmetic on ${unitNameOfField(type)}`, origin);
      const literal = literalRow(user, type, right, origin);
      return "kind" in literal ? { node: { kind, left: node, right: literal }, type } : literal;
    });
  }
  return paired(user, left, right, origin, (a, b) => {
    const refusal = sumRefusal(user, a.type, b.type);
    if (refusal !== undefined) return refused(user, refusal, origin);
    return { node: { kind, left: a.node, right: b.node }, type: a.type };
  });
}

/** Stored integers of two scales cannot meet without a rounding. */
export function sumRefusal(user: "minus" | "plus", a: FieldType, b: FieldType): string | undefined {
  const [left, right] = [unitNameOfField(a), unitNameOfField(b)];
  if (left !== right || !isNumericField(a)) {
    return user === "minus" ? `cannot subtract ${right} from ${left}` : `cannot add ${right} to ${left}`;
  }
  if (scaleOf(a) === scaleOf(b)) return undefined;
  return `a column with ${scaleOf(a)} decimals meets one with ${scaleOf(b)}`;
}

export function overStep(left: unknown, right: unknown, kept: unknown, origin: Origin): RowFacts {
  if (typeof right === "number") {
    return grown("over", left, origin, ({ node, type }) => {
      if (right === 0) return refused("over", "cannot divide by 0", origin);
      const divisor = numberRow(right);
      if (divisor === undefined) return [problems.BAD_ARGUMENT("over", { expected: "a finite number" }, at(origin))];
      return quotient(node, type, divisor.node, divisor.type, kept, origin);
    });
  }
  return paired("over", left, right, origin, (a, b) => quotient(a.node, a.type, b.node, b.type, kept, origin));
}

/** A plain number as a row: with as many decimals as it is written with. */
function numberRow(value: number): { readonly node: RowNode; readonly type: FieldType } | undefined {
  for (let scale = 0; scale <= 15; scale++) {
    const stored = scaledInteger(value, scale);
    if (stored === undefined) continue;
    const type: FieldType = scale === 0 ? { kind: "integer" } : { kind: "decimal", scale };
    return { node: { kind: "rowLiteral", value: stored, type }, type };
  }
  return undefined;
}

function quotient(
  left: RowNode,
  a: FieldType,
  right: RowNode,
  b: FieldType,
  kept: unknown,
  origin: Origin,
): Made | Mistakes {
  const [of, by] = [unitNameOfField(a), unitNameOfField(b)];
  if (!isNumericField(a) || !isNumericField(b) || (of !== by && by !== "number")) {
    return refused("over", `cannot divide ${of} by ${by}`, origin);
  }
  const decimals = decimalsOf("over", kept, origin);
  if (typeof decimals !== "number") return decimals;
  return { node: { kind: "rowOver", left, right, decimals }, type: quotientType(a, b, decimals), gap: true };
}

export function decimalsOf(user: string, kept: unknown, origin: Origin): number | Mistakes {
  const decimals = (kept as { readonly decimals?: unknown } | null | undefined)?.decimals;
  const unknown = checkSettings(user, kept, ["decimals"], origin);
  if (unknown.length > 0) return unknown;
  if (typeof decimals === "number" && Number.isInteger(decimals) && decimals >= 0 && decimals <= 15) return decimals;
  return [problems.BAD_ARGUMENT(user, { expected: "how many decimals to keep: { decimals: 4 }" }, at(origin))];
}

/** Refuses what is no number. */
function onNumbers(
  user: string,
  verb: string,
  thing: unknown,
  origin: Origin,
  step: (of: RowFacts & { node: RowNode }) => Made | Mistakes,
): RowFacts {
  return grown(user, thing, origin, (of) =>
    isNumericField(of.type) ? step(of) : refused(user, `cannot ${verb} ${unitNameOfField(of.type)}`, origin),
  );
}

export function timesStep(thing: unknown, constant: unknown, kept: unknown, origin: Origin): RowFacts {
  return onNumbers("times", "multiply", thing, origin, ({ node: of, type }) => {
    if (typeof constant !== "number" || !Number.isFinite(constant)) {
      return [problems.BAD_ARGUMENT("times", { expected: "a finite number" }, at(origin))];
    }
    const factor = constant + 0;
    if (kept === undefined && Number.isSafeInteger(factor)) {
      return { node: { kind: "rowTimes", of, factor }, type, gap: true };
    }
    if (kept === undefined) {
      const sentence = `${factor} is no whole number: say how many decimals to keep`;
      return refused("times", sentence, origin);
    }
    const decimals = decimalsOf("times", kept, origin);
    if (typeof decimals !== "number") return decimals;
    return { node: { kind: "rowScaled", of, factor, decimals }, type: atScale(type, decimals), gap: true };
  });
}

export function logStep(thing: unknown, kept: unknown, origin: Origin): RowFacts {
  return onNumbers("log", "take the logarithm of", thing, origin, ({ node: of }) => {
    const decimals = decimalsOf("log", kept, origin);
    if (typeof decimals !== "number") return decimals;
    return { node: { kind: "rowLog", of, decimals }, type: { kind: "decimal", scale: decimals }, gap: true };
  });
}

export function absoluteStep(thing: unknown, origin: Origin): RowFacts {
  return onNumbers("absolute", "take the absolute value of", thing, origin, ({ node: of, type }) => {
    return { node: { kind: "rowAbsolute", of }, type };
  });
}

export function clampStep(thing: unknown, bounds: unknown, origin: Origin): RowFacts {
  return onNumbers("clamp", "clamp", thing, origin, ({ node: of, type }) => {
    const { atLeast, atMost } = (bounds ?? {}) as { readonly atLeast?: unknown; readonly atMost?: unknown };
    const [low, high] = [atLeast, atMost].map((literal) =>
      literal === undefined ? null : literalRow("clamp", type, literal, origin),
    );
    const found = [
      ...checkSettings("clamp", bounds, ["atLeast", "atMost"], origin),
      ...[low, high].flatMap((read) => (Array.isArray(read) ? (read as Problem[]) : [])),
    ];
    const [least, most] = [boundOf(low), boundOf(high)];
    if (atLeast === undefined && atMost === undefined) {
      const expected = "{ atLeast: …, atMost: … }, or one of the two";
      found.push(problems.BAD_ARGUMENT("clamp", { expected }, at(origin)));
    }
    if (least !== null && most !== null && least > most) {
      found.push(...refused("clamp", "cannot clamp at least above at most", origin));
    }
    return found.length > 0 ? found : { node: { kind: "rowClamp", of, atLeast: least, atMost: most }, type };
  });
}

function boundOf(read: RowNode | Mistakes | null | undefined): number | null {
  return read !== null && read !== undefined && "kind" in read && read.kind === "rowLiteral" ? read.value : null;
}
