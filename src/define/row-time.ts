// Whole numbers made of the times that a row holds.

import { problems } from "./errors.ts";
import { unitNameOfField } from "./field.ts";
import { at } from "./names.ts";
import type { FieldType, RowNode } from "./nodes.ts";
import type { Origin } from "./place.ts";
import { brokenFacts, type RowFacts, readRow } from "./row.ts";
import { finished, type Mistakes, refused } from "./row-step.ts";
import { subsetOf } from "./subset.ts";

/** Refuses what no calendar reads; `thing` may be the event itself, which stands for when it happened. */
function timeRow(user: string, thing: unknown, origin: Origin): RowFacts {
  const of = readTime(user, thing, origin);
  if (of.node === null || of.type.kind === "instant" || of.type.kind === "date") return of;
  const sentence = `${unitNameOfField(of.type)} is no time: pass an instant, a date or the event itself`;
  return brokenFacts([...of.problems, ...refused(user, sentence, origin)], of);
}

function readTime(user: string, thing: unknown, origin: Origin): RowFacts {
  const stream = subsetOf(thing, null, user, origin);
  if (stream.stream !== null) {
    const type: FieldType = { kind: "instant" };
    return {
      is: "row",
      node: { kind: "rowAt" },
      stream: stream.stream,
      type,
      optional: false,
      problems: stream.problems,
    };
  }
  const of = readRow(thing, user, origin);
  return "node" in of ? of : brokenFacts(of.problems);
}

/** A whole number made of times of one row. */
export function timeStep(
  user: string,
  times: readonly unknown[],
  found: Mistakes,
  make: (nodes: readonly RowNode[], types: readonly FieldType[]) => RowNode | Mistakes,
  origin: Origin,
): RowFacts {
  const first = timeRow(user, times[0], origin);
  const rest = times.slice(1).map((thing) => timeRow(user, thing, origin));
  const read = [first, ...rest];
  const foreign = rest.find(
    ({ node, stream }) => node !== null && first.node !== null && stream.event !== first.stream.event,
  );
  const mistakes = [
    ...found,
    ...(foreign === undefined
      ? []
      : [problems.OTHER_ROW(user, { event: first.stream.event, other: foreign.stream.event }, at(origin))]),
  ];
  const nodes = read.flatMap(({ node }) => node ?? []);
  if (nodes.length < read.length || mistakes.length > 0) {
    return brokenFacts([...read.flatMap((facts) => facts.problems), ...mistakes], first);
  }
  const types = read.map(({ type }) => type);
  const made = make(nodes, types);
  return finished(user, first, read, "kind" in made ? { node: made, type: { kind: "integer" } } : made, origin);
}
