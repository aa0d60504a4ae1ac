// How many different values there were, counted exactly: numbers in a hash set, codes in cheaper ways (see different-codes.ts).

import { distinctSet } from "./distinct-set.ts";
import type { State } from "./state.ts";

export const different: State = {
  name: "different",
  prelude: (x) => `const ${x}s = distinctSet();`,
  begin: (x) => `${x}s.clear();`,
  add: (x, row, mode) => `${x}s.add(${mode === "plain" ? `${row.value}, 0` : `${row.high}, ${row.low}`});`,
  read: (x) => `${x}s.size`,
  tellsApart: true,
  calls: { distinctSet },
};
