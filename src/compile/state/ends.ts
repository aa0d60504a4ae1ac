// The newest and the oldest row: rows come newest first, so the first one met is the newest. NaN until a row is met.

import type { State } from "./state.ts";

export const newest: State = {
  name: "newest",
  begin: (x) => `let ${x} = NaN;`,
  add: (x, row) => `if (${x} !== ${x}) ${x} = ${row.value};`,
  read: (x) => x,
  settled: (x) => `${x} === ${x}`,
};

export const newestAt: State = {
  name: "newestAt",
  begin: (x) => `let ${x} = NaN;`,
  add: (x, row) => `if (${x} !== ${x}) ${x} = ${row.at};`,
  read: (x) => x,
  settled: (x) => `${x} === ${x}`,
};

export const oldest: State = {
  name: "oldest",
  begin: (x) => `let ${x} = NaN;`,
  add: (x, row) => `${x} = ${row.value};`,
  read: (x) => x,
};
