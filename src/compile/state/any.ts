import type { State } from "./state.ts";

/** 1 once there was a row. */
export const any: State = {
  name: "any",
  begin: (x) => `let ${x} = 0;`,
  add: (x) => `${x} = 1;`,
  read: (x) => x,
  settled: (x) => `${x} === 1`,
};
