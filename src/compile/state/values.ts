// All values, for what only the whole of them can tell. Storage is made once and grows; the nearest double of each value is
// enough, because rounding keeps order.

import type { State } from "./state.ts";

export const values: State = {
  name: "values",
  prelude: (x) => `let ${x}v = new Float64Array(64);`,
  begin: (x) => `let ${x}n = 0;`,
  add: (x, row) => `if (${x}n === ${x}v.length) ${x}v = withRoomFor(${x}v); ${x}v[${x}n++] = ${row.value};`,
  /** Two operands: the storage, and how many of it count. Whoever reads may change their order. */
  read: (x) => `${x}v, ${x}n`,
  calls: { withRoomFor },
};

function withRoomFor(values: Float64Array): Float64Array {
  const larger = new Float64Array(2 * values.length);
  larger.set(values);
  return larger;
}
