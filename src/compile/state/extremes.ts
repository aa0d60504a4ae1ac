// The least and the greatest value. Rounding to the nearest double keeps order, so the nearest double of each row is enough.

import type { State } from "./state.ts";

export const least: State = {
  name: "least",
  begin: (x) => `let ${x} = Infinity;`,
  add: (x, row) => `if (${row.value} < ${x}) ${x} = ${row.value};`,
  read: (x) => x,
  summary: { width: 1, of: (x) => [x], merge: (x, read) => `if (${read(0)} < ${x}) ${x} = ${read(0)};` },
};

export const greatest: State = {
  name: "greatest",
  begin: (x) => `let ${x} = -Infinity;`,
  add: (x, row) => `if (${row.value} > ${x}) ${x} = ${row.value};`,
  read: (x) => x,
  summary: { width: 1, of: (x) => [x], merge: (x, read) => `if (${read(0)} > ${x}) ${x} = ${read(0)};` },
};
