// The exact sum. In limbs mode the halves need no carry (see base/exact.ts).

import { fromPair } from "../../base/index.ts";
import type { State } from "./state.ts";

export const total: State = {
  name: "total",
  begin: (x, mode) => (mode === "plain" ? `let ${x} = 0;` : `let ${x}h = 0, ${x}l = 0;`),
  add: (x, row, mode) => (mode === "plain" ? `${x} += ${row.value};` : `${x}h += ${row.high}; ${x}l += ${row.low};`),
  read: (x, mode) => (mode === "plain" ? x : `fromPair(${x}h, ${x}l)`),
  // 2^52: the product below is rounded, and half the room is more than its error.
  exactWhile: (largest, rows) => `${largest} * ${rows} < ${2 ** 52}`,
  calls: { fromPair },
};
