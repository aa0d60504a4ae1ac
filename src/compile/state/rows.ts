import type { State } from "./state.ts";

/** How many rows there were. */
export const rows: State = {
  name: "rows",
  begin: (x) => `let ${x} = 0;`,
  add: (x) => `${x}++;`,
  read: (x) => x,
};
