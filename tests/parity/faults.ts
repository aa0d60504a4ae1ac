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
  {
    name: "another related value is taken",
    source: (source) => source.replaceAll("related.offset + 0]", "related.offset + 1]"),
  },
  {
    name: "a stale result is taken for an empty window",
    source: (source) => source.replaceAll("=== 3 ? 5 :", "=== 3 ? 3 :"),
  },
  {
    name: "a choice is missing where the other branch is",
    source: (source) =>
      source.replaceAll(
        /if \(v\[(\d+)\] !== 0\) \{ k\[(\d+)\] = k\[(\d+)\];/g,
        "if (v[$1] !== 0) { k[$2] = k[$3] || 3;",
      ),
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
  {
    name: "half a unit goes down",
    source: (source) => source.replaceAll(/Math\.round\((.*?)\);/g, "Math.round($1 * (1 - 2 ** -52));"),
  },
  { name: "a quotient is not rounded", source: (source) => source.replaceAll("= Math.round(", "= (") },
  { name: "a value beyond 2^53 is kept", source: (source) => source.replaceAll(/Math\.abs\(x\d+w\) < \d+/g, "true") },
  {
    name: "a bound takes the other's place",
    source: (source) => source.replaceAll(/(x\d+) < (\S+) \? (\S+) : \1 >/g, "$1 <= $2 ? $2 + 1 : $1 >"),
  },
  {
    name: "a row that is not in the subset is read",
    source: (source) => source.replaceAll(/(x\d+)p \? (x\d+) : x\d+;/g, "$1p ? $2 : $2;"),
  },
  { name: "a test of nothing is no", source: (source) => source.replaceAll(/(x\d+) !== \1 \? NaN : /g, "") },
  {
    name: "clocks stay as they were at the last change",
    source: (source) => source.replaceAll(/\bz\d+\((\w+)\)/g, "($1 - 18000000000)"),
  },
  { name: "weeks begin on Sunday", source: (source) => source.replaceAll("weekdayOfDay(", "weekdayOfDay(1 + ") },
  {
    name: "days are counted in lengths of 24 hours",
    source: (source) =>
      source.replaceAll(
        /dayOfLocal\(z\d+\((\w+)\)\) - dayOfLocal\(z\d+\((\w+)\)\)/g,
        "Math.floor(($1 - $2) / 86400000000)",
      ),
  },
  {
    name: "cycles begin on the first",
    source: (source) => source.replaceAll(/(calendarOf\("month", "[^"]*"), \d+\)/g, "$1)"),
  },
  {
    name: "what stood then includes the instant itself",
    source: (source) =>
      source.replaceAll(/firstFrom\(at, end, (t \+ \(-\d+\))\) - 1/g, "firstFrom(at, end, $1 + 1) - 1"),
  },
  {
    name: "rows of every pull count",
    source: (source) => source.replaceAll(/if \(f\d+\[i\] !== code\) continue;/g, ""),
  },
  {
    name: "without a pull, its lines' history is asked",
    source: (source) =>
      source.replaceAll(
        /none\d+, v, k, match(\d+)\((e\d+), end(\d+), t, known, e(\d+)\)/g,
        "none$4, v, k, match$1($2, end$3, t, known, e$4)",
      ),
  },
  {
    name: "the pull's own filter is ignored",
    source: (source) => source.replaceAll(/if \(!.*\) continue;\n {4}return codeOf/g, "return codeOf"),
  },
  { name: "a percentile's rank is rounded down", source: (source) => source.replaceAll("Math.ceil(", "Math.floor(") },
  { name: "a place is counted from 0", source: (source) => source.replaceAll(/if \(\+\+(s\d+n) ===/g, "if ($1++ ===") },
  { name: "a no does not end a streak", source: (source) => source.replaceAll(/=== 0\) s\d+r = 0;/g, "=== 0) ;") },
  { name: "weights forget age", source: (source) => source.replaceAll("decayWeight(t - at[i],", "decayWeight(0,") },
  { name: "growth over age, not over time", source: (source) => source.replaceAll("-(plainSlope", "(plainSlope") },
  {
    name: "gaps are one more than there are",
    source: (source) => source.replaceAll(/\/ \((s\d+) - 1\) \/ 86400000000/g, "/ $1 / 86400000000"),
  },
  { name: "minus zero gets out", source: (source) => source.replaceAll("v[step] + 0", "v[step]") },
];
