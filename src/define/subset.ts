// Which rows of an event are meant: a subset of it, or a yes-or-no column over it.

import type { Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import type { StreamFacts } from "./event.ts";
import { at } from "./names.ts";
import type { EventNode, FilterNode, RowNode, StreamNode } from "./nodes.ts";
import type { Origin } from "./place.ts";
import { passedOn } from "./protected.ts";
import { bothFilters, readRow } from "./row.ts";
import { definedAs, factsAs, factsOf } from "./thing.ts";

/** A test that holds in every row. */
const EVERY_ROW: FilterNode = { kind: "allOf", filters: [] };

interface Subset {
  /** Null where a problem left none. */
  readonly filter: FilterNode | null;
  /** Set where the subset is an event or a subset of one, null for a column. */
  readonly stream: StreamNode | null;
  readonly problems: readonly Problem[];
}

/** Reads a subset of `event`, or of any event where that is null. */
export function subsetOf(thing: unknown, event: string | null, user: string, origin: Origin): Subset {
  const whole = definedAs<EventNode>(thing, "event");
  const stream = whole === undefined ? factsAs<StreamFacts>(thing, "stream") : undefined;
  if (whole !== undefined) {
    const node = { kind: "stream", event: whole.name, entity: whole.entity, filter: null } as const;
    return checked({ filter: EVERY_ROW, stream: node, problems: [] }, whole.name, event, user, origin);
  }
  if (stream !== undefined) {
    const { node } = stream;
    const found = passedOn(stream.problems, user);
    return checked(
      { filter: node.filter ?? EVERY_ROW, stream: node, problems: found },
      node.event,
      event,
      user,
      origin,
    );
  }
  return event === null ? { filter: null, stream: null, problems: [] } : testOf(thing, event, user, origin);
}

function testOf(thing: unknown, event: string, user: string, origin: Origin): Subset {
  if (factsOf(thing)?.is !== "row") {
    const expected = "a subset of the event, or a test of a column such as statement.monthsLate.is(0)";
    const found = [...(factsOf(thing)?.problems ?? []), problems.BAD_ARGUMENT(user, { expected }, at(origin))];
    return { filter: null, stream: null, problems: found };
  }
  const read = readRow(thing, user, origin);
  if (!("node" in read) || read.node === null) return { filter: null, stream: null, problems: read.problems };
  const found = [...read.problems];
  if (read.type.kind !== "boolean") {
    found.push(problems.BAD_ARGUMENT(user, { expected: "a yes-or-no column; add .is(…)" }, at(origin)));
  }
  const filter = bothFilters(read.stream.filter, yes(read.node));
  return checked({ filter, stream: null, problems: found }, read.stream.event, event, user, origin);
}

function yes(row: RowNode): FilterNode {
  if (row.kind === "rowIs") return { kind: "fieldTest", row: row.of, test: row.test };
  return { kind: "fieldTest", row, test: { kind: "equals", value: 1 } };
}

function checked(subset: Subset, of: string, event: string | null, user: string, origin: Origin): Subset {
  if (event === null || of === event) return subset;
  const found = [...subset.problems, problems.OTHER_ROW(user, { event, other: of }, at(origin))];
  return { filter: null, stream: null, problems: found };
}
