// Runs of rows that say yes, none between them saying no.

import type { State } from "./state.ts";

/** The longest run. */
export const longestRun: State = {
  name: "longestRun",
  begin: (x) => `let ${x} = 0, ${x}r = 0;`,
  add: (x, row) => `if (${row.value} === 0) ${x}r = 0; else if (++${x}r > ${x}) ${x} = ${x}r;`,
  read: (x) => x,
};

/** The run that the newest row ends; 0 where that says no. */
export const currentRun: State = {
  name: "currentRun",
  begin: (x) => `let ${x} = 0, ${x}c = 0;`,
  add: (x, row) => `if (${row.value} === 0) ${x}c = 1; else if (${x}c === 0) ${x}++;`,
  read: (x) => x,
  settled: (x) => `${x}c === 1`,
  summary: {
    width: 2,
    of: (x) => [x, `${x}c`],
    merge: (x, read) => `if (${x}c === 0) { ${x} += ${read(0)}; ${x}c = ${read(1)}; }`,
  },
};
