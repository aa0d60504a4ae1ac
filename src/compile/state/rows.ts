import type { State } from "./state.ts";

/** How many rows there were. */
export const rows: State = {
  name: "rows",
  begin: (x) => `let ${x} = 0;`,
  add: (x) => `${x}++;`,
  read: (x) => x,
  summary: {
    width: 1,
    of: (x) => [x],
    merge: (x, read) => `${x} += ${read(0)};`,
    takeAway: (x, read) => `${x} -= ${read(0)};`,
  },
};
