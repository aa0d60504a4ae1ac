import type { State } from "./state.ts";

/** 1 once there was a row. */
export const any: State = {
  name: "any",
  begin: (x) => `let ${x} = 0;`,
  add: (x) => `${x} = 1;`,
  read: (x) => x,
  settled: (x) => `${x} === 1`,
  summary: { width: 1, of: (x) => [x], merge: (x, read) => `if (${read(0)} === 1) ${x} = 1;` },
};
