// The slope of a line through the rows: x is each row's age, whole seconds from it to t, y its value. In plain mode an age is
// cut in two, age = a * 2^16 + b, so that sums of squares stay exact; the numerators outgrow doubles and meet in base/slope.ts.

import { addToLine, LINE_LENGTH, lineSlope, MICROS_PER_SECOND, plainSlope } from "../../base/index.ts";
import type { State } from "./state.ts";

const SUMS = ["x", "y", "ay", "by", "aa", "ab", "bb"] as const;
const ROWS_MAX = 2 ** 19;
const A_MAX = 2 ** 17;

/** Value per second of age, so that growth over time is its opposite. Ages that are all one have no slope: whoever reads asks first. */
export const line: State = {
  name: "line",
  prelude: (x, mode) => (mode === "plain" ? "" : `const ${x}q = new Float64Array(${LINE_LENGTH});`),
  begin: (x, mode) =>
    `let ${x}n = 0; ` +
    (mode === "plain" ? `let ${x}a = 0, ${SUMS.map((sum) => `${x}${sum} = 0`).join(", ")};` : `${x}q.fill(0);`),
  add: (x, row, mode) =>
    `${x}n++; const ${x}g = Math.floor((t - ${row.at}) / ${MICROS_PER_SECOND}); ` +
    (mode === "plain"
      ? `${x}a = Math.floor(${x}g / 65536); const ${x}b = ${x}g - ${x}a * 65536; ${x}x += ${x}g; ${x}y += ${row.value}; ` +
        `${x}ay += ${x}a * ${row.value}; ${x}by += ${x}b * ${row.value}; ` +
        `${x}aa += ${x}a * ${x}a; ${x}ab += ${x}a * ${x}b; ${x}bb += ${x}b * ${x}b;`
      : `addToLine(${x}q, ${x}g, ${row.high}, ${row.low});`),
  read: (x, mode) =>
    mode === "plain" ? `plainSlope(${x}n, ${SUMS.map((sum) => x + sum).join(", ")})` : `slopeSoFar(${x}n, ${x}q)`,
  // Ages of rows not later than t grow along the walk, so the last is the greatest; windows ahead are at most a century.
  exactWhile: (largest, rows) => `${largest} * ${rows} < ${2 ** 52 / A_MAX} && ${rows} < ${ROWS_MAX}`,
  provenBy: (x) => `${x}a < ${A_MAX}`,
  calls: { addToLine, plainSlope, slopeSoFar },
};

const soFar = new Float64Array(LINE_LENGTH);

/** The slope of a line that longer windows will go on with. */
function slopeSoFar(n: number, kept: Float64Array): number {
  soFar.set(kept);
  return lineSlope(n, soFar);
}
