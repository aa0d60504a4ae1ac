// The newest and the oldest row: rows come newest first, so the first one met is the newest. NaN until a row is met.

import type { State } from "./state.ts";

type Told = "value" | "at";

const newestOf = (name: string, told: Told): State => ({
  name,
  begin: (x) => `let ${x} = NaN;`,
  add: (x, row) => `if (${x} !== ${x}) ${x} = ${row[told]};`,
  read: (x) => x,
  settled: (x) => `${x} === ${x}`,
  summary: { width: 1, of: (x) => [x], merge: (x, read) => `if (${x} !== ${x}) ${x} = ${read(0)};` },
});

const oldestOf = (name: string, told: Told): State => ({
  name,
  begin: (x) => `let ${x} = NaN;`,
  add: (x, row) => `${x} = ${row[told]};`,
  read: (x) => x,
  summary: {
    width: 1,
    of: (x) => [x],
    merge: (x, read) => `if (${read(0)} === ${read(0)}) ${x} = ${read(0)};`,
  },
});

export const newest = newestOf("newest", "value");
export const newestAt = newestOf("newestAt", "at");
export const oldest = oldestOf("oldest", "value");
export const oldestAt = oldestOf("oldestAt", "at");
