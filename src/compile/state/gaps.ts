import type { State } from "./state.ts";

/** The longest time between two rows that follow each other, in microseconds; -Infinity below two rows. */
export const longestGap: State = {
  name: "longestGap",
  begin: (x) => `let ${x} = -Infinity, ${x}n = NaN, ${x}o = NaN;`,
  add: (x, row) =>
    `if (${x}o - ${row.at} > ${x}) ${x} = ${x}o - ${row.at}; ${x}o = ${row.at}; if (${x}n !== ${x}n) ${x}n = ${x}o;`,
  read: (x) => x,
  summary: {
    width: 3,
    of: (x) => [x, `${x}n`, `${x}o`],
    merge: (x, read) =>
      `if (${x}o - ${read(1)} > ${x}) ${x} = ${x}o - ${read(1)}; if (${read(0)} > ${x}) ${x} = ${read(0)}; ` +
      `if (${read(2)} === ${read(2)}) ${x}o = ${read(2)}; if (${x}n !== ${x}n) ${x}n = ${read(1)};`,
  },
};
