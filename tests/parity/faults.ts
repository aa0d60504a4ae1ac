// Faults a kernel could have, put into its generated source (or into the rows it is given). Each is one small slip of the
// kind that reviews miss.

import type { HistoryEvent } from "../../src/compile/index.ts";

export interface Fault {
  readonly name: string;
  readonly source?: (source: string) => string;
  readonly rows?: (events: readonly HistoryEvent[]) => readonly HistoryEvent[];
}

export const faults: readonly Fault[] = [
  {
    name: "an event at t itself counts",
    source: (source) => source.replaceAll("rowsBefore(e0, t,", "rowsBefore(e0, t + 1,"),
  },
  {
    name: "a window leaves out its first instant",
    source: (source) => source.replaceAll(/at\[i\] >= low/g, "at[i] > low"),
  },
  { name: "a skip is ignored", source: (source) => source.replaceAll(/if \(taken <= \d+\) continue;/g, "") },
  {
    name: "a skipped window's later edge takes in one instant more",
    source: (source) => source.replaceAll(/firstFrom\(at, end, (t \+ [^)]*\))\)/g, "firstFrom(at, end, $1 + 1)"),
  },
  {
    name: "plain doubles are trusted beyond 2^53",
    source: (source) => source.replaceAll(/return [^;]*max[^;]*;/g, "return true;"),
  },
  { name: "the low limb of a sum is lost", source: (source) => source.replaceAll(/s\d+l \+= x\d+l;/g, "") },
  { name: "a revision does not replace", source: (source) => source.replaceAll("supersededAt[i] <= known", "false") },
  { name: "a retraction is ignored", source: (source) => source.replaceAll("retracted[i] !== 0", "false") },
  { name: "news is known before it came", source: (source) => source.replaceAll("knownAt[i] > known", "false") },
  {
    name: "the last n events are n + 1",
    source: (source) => source.replaceAll(/taken < (\d+)/g, (_, count) => `taken < ${Number(count) + 1}`),
  },
  { name: "an absent field is read", source: (source) => source.replaceAll(/if \((x\d+) === \1\) \{/g, "{") },
  {
    name: "ties are ordered without the source's sequence",
    rows: (events) => events.map((event) => ({ ...event, seq: null })),
  },
  {
    name: "a deviation is divided by n",
    source: (source) => source.replaceAll(/\((s\d+) \* \(\1 - 1\)\)/g, "($1 * $1)"),
  },
  {
    name: "calendar edges outlive their period",
    source: (source) => source.replaceAll(/t < (c\d+)until/g, "t <= $1until"),
  },
  {
    name: "the right operand's missing kind comes first",
    source: (source) => source.replaceAll(/(k\[\d+\]) \|\| (k\[\d+\])/g, "$2 || $1"),
  },
  { name: "minus zero gets out", source: (source) => source.replaceAll("v[step] + 0", "v[step]") },
];
