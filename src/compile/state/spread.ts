// n * (sum of squares) - (sum)^2, the exact heart of a variance: it keeps its own n.

import { addToSpread, plainSpreadNumerator, SPREAD_LENGTH, spreadNumerator } from "../../base/index.ts";
import type { State } from "./state.ts";

export const spread: State = {
  name: "spread",
  prelude: (x, mode) => (mode === "plain" ? "" : `const ${x}q = new Float64Array(${SPREAD_LENGTH});`),
  begin: (x, mode) => `let ${x}n = 0; ` + (mode === "plain" ? `let ${x}s = 0, ${x}q = 0;` : `${x}q.fill(0);`),
  add: (x, row, mode) =>
    mode === "plain"
      ? `${x}n++; ${x}s += ${row.value}; ${x}q += ${row.value} * ${row.value};`
      : `${x}n++; addToSpread(${x}q, ${row.high}, ${row.low});`,
  read: (x, mode) =>
    mode === "plain" ? `plainSpreadNumerator(${x}n, ${x}s, ${x}q)` : `spreadNumerator(${x}n, ${x}q)`,
  exactWhile: (largest, rows) => `${largest} * ${largest} * ${rows} < ${2 ** 52}`,
  calls: { addToSpread, plainSpreadNumerator, spreadNumerator },
};
