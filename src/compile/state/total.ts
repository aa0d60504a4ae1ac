// The exact sum. In limbs mode the halves need no carry (see base/exact.ts).

import { fromPair, LIMB } from "../../base/index.ts";
import type { State } from "./state.ts";

export const total: State = {
  name: "total",
  begin: (x, mode) => (mode === "plain" ? `let ${x} = 0;` : `let ${x}h = 0, ${x}l = 0;`),
  add: (x, row, mode) => (mode === "plain" ? `${x} += ${row.value};` : `${x}h += ${row.high}; ${x}l += ${row.low};`),
  read: (x, mode) => (mode === "plain" ? x : `fromPair(${x}h, ${x}l)`),
  // 2^52: the product below is rounded, and half the room is more than its error.
  exactWhile: (largest, rows) => `${largest} * ${rows} < ${2 ** 52}`,
  calls: { fromPair },
  summary: {
    width: 1,
    of: (x) => [x],
    merge: (x, read, mode) =>
      mode === "plain"
        ? `${x} += ${read(0)};`
        : `${x}h += Math.floor(${read(0)} / ${LIMB}); ${x}l += ${read(0)} - Math.floor(${read(0)} / ${LIMB}) * ${LIMB};`,
    takeAway: (x, read) => `${x} -= ${read(0)};`,
  },
};
