// What a feature computes, in words for people who do not read code; the code stands beside it. Stored literals (of rows)
// go back to major units, literals of values are in major units already.

import { MICROS_PER_DAY } from "../../base/index.ts";
import type { AggregateName, AggregateParameters, StreamNode, UnitNode, ValueNode } from "../../define/index.ts";
import { words } from "./name-words.ts";
import { decimals, money } from "./number-text.ts";
import { filterWords, rowWords, testWords } from "./row-words.ts";
import { windowWords } from "./window-words.ts";

export function valueWords(node: ValueNode): string {
  switch (node.kind) {
    case "aggregate":
      return aggregateWords(node);
    case "over":
      return `${part(node.left)} divided by ${part(node.right)}`;
    case "minus":
      return `${part(node.left)} less ${part(node.right)}`;
    case "plus":
      return `${part(node.left)} plus ${part(node.right)}`;
    case "product":
      return `${part(node.left)} times ${part(node.right)}`;
    case "greatest":
    case "least":
      return `the ${node.kind} of ${part(node.left)} and ${part(node.right)}`;
    case "clamp":
      return `${part(node.of)}, held ${boundWords(node)}`;
    case "log":
      return `the logarithm of ${part(node.of)}`;
    case "absolute":
      return `${part(node.of)} without its sign`;
    case "choose":
      return `${part(node.yes)} where ${part(node.when)}, otherwise ${part(node.no)}`;
    case "literal":
      return literalWords(node.value, node.unit);
    case "fresh":
      return `the published ${node.of.kind === "aggregate" ? words(node.of.stream.event) : valueWords(node.of)}`;
    case "related":
      return `${part(node.value)}, of whom the ${valueWords(node.link)} names`;
    case "daysUntil":
      return `days until ${valueWords(node.of)}`;
    case "daysPastDue":
      return `${node.window === null ? "days past due" : `most days past due ${windowWords(node.window)}`} (rule ${node.rule})`;
    case "times":
      return `${part(node.of)} times ${decimals(node.factor, 6, 0)}`;
    case "ifMissing":
      return `${valueWords(node.of)}; ${decimals(node.then, 6, 0)} where missing`;
    case "is":
      return `whether ${part(node.of)} is ${testWords(node.test, (value) => decimals(value, 6, 0))}`;
    case "both":
      return `${part(node.left)} and ${part(node.right)}`;
    case "either":
      return `${part(node.left)} or ${part(node.right)}`;
    case "asked":
      return `the ${words(node.field)} asked for`;
  }
}

function boundWords({ atLeast, atMost }: ValueNode & { kind: "clamp" }): string {
  const bounds = Object.entries({ "at least": atLeast, "at most": atMost });
  return bounds.flatMap(([word, value]) => (value === null ? [] : [`${word} ${decimals(value, 6, 0)}`])).join(" and ");
}

/** A value inside another: bracketed where a comma or verb of its own would be misread. */
function part(node: ValueNode): string {
  return node.kind === "aggregate" || node.kind === "asked" ? valueWords(node) : `(${valueWords(node)})`;
}

const VERBS: { readonly [name in AggregateName]: string } = {
  count: "number of",
  sum: "sum of",
  mean: "mean of",
  min: "lowest",
  max: "highest",
  stddev: "standard deviation of",
  latest: "latest",
  first: "first",
  daysSince: "days since the latest",
  distinct: "number of different values of",
  occurs: "whether there is",
  variance: "variance of",
  nth: "value, counted back from the latest, of",
  percentile: "percentile of",
  mode: "most frequent",
  modeShare: "share of the most frequent",
  trend: "growth per day of",
  longestStreak: "longest streak of",
  currentStreak: "current streak of",
  meanGap: "mean days between",
  maxGap: "most days between",
  daysSinceFirst: "days since the first",
  decayedSum: "fading sum of",
  decayedCount: "fading number of",
};

/** What a parameter adds to the verb: which place, which percentile, how fast it fades. */
function verbWords(name: AggregateName, { place, hundredths, halfLifeMicros }: AggregateParameters): string {
  if (hundredths === 5_000) return "median of";
  if (hundredths !== undefined) return `${VERBS[name].replace(" of", "")} ${decimals(hundredths / 100, 2, 0)} of`;
  if (place !== undefined) return VERBS[name].replace(",", ` ${place},`);
  if (halfLifeMicros === undefined) return VERBS[name];
  return VERBS[name].replace(" of", ` (halved every ${decimals(halfLifeMicros / MICROS_PER_DAY, 2, 0)} days) of`);
}

function aggregateWords({
  aggregate: name,
  stream,
  row,
  window,
  parameters,
}: ValueNode & { kind: "aggregate" }): string {
  const of = row === null ? eventWords(stream, name) : `${rowWords(row)} of ${eventWords(stream, name)}`;
  const unsaid = window.kind === "ever" && UNSAID.has(name);
  return `${verbWords(name, parameters ?? {})} ${of}${unsaid ? "" : `, ${windowWords(window)}`}`;
}

/** Those that read all of history by themselves. */
const UNSAID: ReadonlySet<AggregateName> = new Set(["latest", "first", "nth", "daysSince", "daysSinceFirst"]);
const ONE: ReadonlySet<AggregateName> = new Set(["daysSince", "daysSinceFirst", "occurs"]);

function eventWords({ event, filter }: StreamNode, aggregate: AggregateName): string {
  const noun = words(event);
  const counted = ONE.has(aggregate) ? (aggregate === "occurs" ? `a ${noun}` : noun) : `${noun}s`;
  return filter === null ? counted : `${counted} where ${filterWords(filter)}`;
}

/** A literal of a value, in its own unit. */
export function literalWords(value: number, unit: UnitNode | undefined): string {
  if (unit?.kind === "money") return money(value, unit.currency);
  if (unit?.kind === "boolean") return value === 1 ? "yes" : "no";
  if (unit?.kind === "category") return unit.values[value] ?? decimals(value, 0);
  return decimals(value, 6, 0);
}
