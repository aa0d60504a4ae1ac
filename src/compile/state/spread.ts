// n * (sum of squares) - (sum)^2, the exact heart of a variance: it keeps its own n. In plain mode a square that is an exact
// double is split at 2^26 and both parts are added up, so that only the size of single values limits it, never their number.

import {
  addSumsToSpread,
  addToSpread,
  EXACT_SQUARE_MAX,
  plainSpreadNumerator,
  SPREAD_LENGTH,
  spreadNumerator,
  TO_LIMBS,
} from "../../base/index.ts";
import type { State } from "./state.ts";

export const spread: State = {
  name: "spread",
  prelude: (x, mode) => (mode === "plain" ? "" : `const ${x}q = new Float64Array(${SPREAD_LENGTH});`),
  begin: (x, mode) =>
    `let ${x}n = 0; ` + (mode === "plain" ? `let ${x}s = 0, ${x}h = 0, ${x}l = 0;` : `${x}q.fill(0);`),
  add: (x, row, mode) =>
    mode === "plain"
      ? `${x}n++; ${x}s += ${row.value}; const ${x}t = ${row.value} * ${row.value}, ${x}u = ${x}t + ${TO_LIMBS} - ${TO_LIMBS}; ` +
        `${x}h += ${x}u; ${x}l += ${x}t - ${x}u;`
      : `${x}n++; addToSpread(${x}q, ${row.high}, ${row.low});`,
  read: (x, mode) =>
    mode === "plain" ? `plainSpreadNumerator(${x}n, ${x}s, ${x}h, ${x}l)` : `spreadNumerator(${x}n, ${x}q)`,
  exactWhile: (largest) => `${largest} <= ${EXACT_SQUARE_MAX}`,
  calls: { addSumsToSpread, addToSpread, plainSpreadNumerator, spreadNumerator },
  summary: {
    width: 4,
    of: (x) => [`${x}n`, `${x}s`, `${x}h`, `${x}l`],
    merge: (x, read, mode) =>
      `${x}n += ${read(0)}; ` +
      (mode === "plain"
        ? `${x}s += ${read(1)}; ${x}h += ${read(2)}; ${x}l += ${read(3)};`
        : `addSumsToSpread(${x}q, ${read(1)}, ${read(2)}, ${read(3)});`),
    takeAway: (x, read) => `${x}n -= ${read(0)}; ${x}s -= ${read(1)}; ${x}h -= ${read(2)}; ${x}l -= ${read(3)};`,
  },
};
