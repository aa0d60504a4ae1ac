// Fields of raw events by source: where a broken feed first shows. Protected fields never reach a table file, hence never this.

import { formatScaled, type Instant } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import type { EventNode, FieldNode } from "../define/index.ts";
import { SketchBuilder } from "../evaluate/index.ts";
import { type PlacedEvent, placedEvents, type Snapshot } from "../history/index.ts";
import { ColumnTally } from "./column-tally.ts";
import type { FeedProfile, FieldProfile } from "./profile-document.ts";

export interface EventProfiles {
  readonly fields: readonly FieldProfile[];
  readonly feeds: readonly FeedProfile[];
}

/** What the events of a snapshot look like, by source, type and field. Throws what reading a snapshot throws. */
export async function drawFieldProfiles(snapshot: Snapshot, schema: HistorySchema): Promise<EventProfiles> {
  return await tallyEvents(placedEvents(snapshot, schema), schema);
}

/** The same of any events: a span of the log, or a copy that a drill has changed. */
export async function tallyEvents(
  events: AsyncIterable<readonly PlacedEvent[]> | Iterable<readonly PlacedEvent[]>,
  schema: HistorySchema,
): Promise<EventProfiles> {
  const feeds = new Map<string, FeedTally>();
  for await (const some of events) {
    for (const { event } of some) {
      const node = schema[event.event];
      if (node === undefined || event.retracted) continue;
      const key = `${event.source}\n${event.event}`;
      const feed = feeds.get(key) ?? new FeedTally(event.source, node);
      feeds.set(key, feed);
      feed.add(event);
    }
  }
  const sorted = [...feeds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, feed]) => feed);
  const end = sorted.reduce((latest, feed) => Math.max(latest, feed.newestKnownAt), Number.NEGATIVE_INFINITY);
  return {
    fields: sorted.flatMap((feed) => feed.fieldProfiles()),
    feeds: sorted.map((feed) => feed.feedProfile(end)),
  };
}

/** What a field's stored number is in major units. */
export function majorUnits({ type }: FieldNode): (stored: number) => number {
  if (type.kind !== "money" && type.kind !== "decimal") return (stored) => stored;
  return (stored) => Number(formatScaled(stored, type.scale));
}

class FeedTally {
  readonly #source: string;
  readonly #node: EventNode;
  readonly #columns: readonly {
    name: string;
    node: FieldNode;
    major: (stored: number) => number;
    tally: ColumnTally;
  }[];
  readonly #entities = new Set<string>();
  readonly #lateness = new SketchBuilder();
  readonly #known = new Set<number>();
  #events = 0;

  constructor(source: string, node: EventNode) {
    this.#source = source;
    this.#node = node;
    this.#columns = openFields(node).map(([name, field]) => ({
      name,
      node: field,
      major: majorUnits(field),
      tally: new ColumnTally(),
    }));
  }

  add({ entity, at, knownAt, fields }: PlacedEvent["event"]): void {
    this.#events++;
    this.#entities.add(entity);
    this.#known.add(knownAt);
    this.#lateness.add(knownAt - at - this.#node.delayMicros);
    for (const { name, major, tally } of this.#columns) {
      const value = fields[name] ?? null;
      if (typeof value === "number" && !Number.isNaN(value)) tally.add(major(value));
      else if (value === null || typeof value === "number") tally.addMissing("absent");
    }
  }

  fieldProfiles(): FieldProfile[] {
    return this.#columns.map(({ name, node: { type }, tally }) => ({
      source: this.#source,
      event: this.#node.name,
      field: name,
      categories: type.kind === "category" ? type.values : type.kind === "boolean" ? ["false", "true"] : null,
      entities: this.#entities.size,
      ...tally.profile(),
    }));
  }

  get newestKnownAt(): Instant {
    let newest = Number.NEGATIVE_INFINITY;
    for (const knownAt of this.#known) newest = Math.max(newest, knownAt);
    return newest;
  }

  /** `end`: of all events; a feed that had ended before it has had that gap too. */
  feedProfile(end: Instant): FeedProfile {
    const known = [...this.#known, end].sort((a, b) => a - b);
    const gaps = known.slice(1).map((at, i) => at - known[i]!);
    return {
      source: this.#source,
      event: this.#node.name,
      events: this.#events,
      delayMicros: this.#node.delayMicros,
      lateness: this.#lateness.sketch(),
      longestGapMicros: gaps.reduce((most, gap) => Math.max(most, gap), 0),
    };
  }
}

/** Text and references are not numbers, and a moment in time is later in every span. */
const UNWATCHED: ReadonlySet<string> = new Set(["text", "ref", "instant", "date", "vector", "document"]);

function openFields({ fields }: EventNode): [string, FieldNode][] {
  return Object.entries(fields).filter(
    ([, { protection, type }]) => protection === "none" && !UNWATCHED.has(type.kind),
  );
}
