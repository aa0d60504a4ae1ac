import { numberLiteral } from "../literal.ts";
import type { State } from "./state.ts";

/** The row that many places back, 1 being the newest. NaN until it is met. */
export const place: State = {
  name: "place",
  takesParameters: true,
  begin: (x) => `let ${x} = NaN, ${x}n = 0;`,
  add: (x, row, _, { place: wanted }) => `if (++${x}n === ${numberLiteral(wanted!)}) ${x} = ${row.value};`,
  read: (x) => x,
  settled: (x, { place: wanted }) => `${x}n >= ${numberLiteral(wanted!)}`,
};
