// Drills: a changed copy of events, never written to any log, to see whether a report finds what is the matter. Each change is
// seeded and says what it changed.

import { invariant, seededRandom } from "../base/index.ts";
import type { PlacedEvent } from "../history/index.ts";

type Events = readonly (readonly PlacedEvent[])[];

export interface Drilled {
  readonly events: Events;
  readonly changed: number;
  /** Position of the first changed event. */
  readonly firstPosition: number | null;
}

export interface Drill {
  readonly event: string;
  readonly seed: string;
  /** Share of the events that are changed, by chance. */
  readonly share: number;
  /** Events before this position stay as they are. */
  readonly fromPosition: number;
}

/** One field multiplied: a part of the feed in another unit, or the whole of it. Stored numbers stay whole. */
export function scaleField(
  events: Events,
  drill: Drill & { readonly field: string; readonly factor: number },
): Drilled {
  const { field, factor } = drill;
  return changeSome(events, drill, (event) => {
    const value = event.fields[field];
    if (typeof value !== "number" || Number.isNaN(value)) return event;
    const scaled = Math.round(value * factor) + 0;
    return scaled === value ? event : { ...event, fields: { ...event.fields, [field]: scaled } };
  });
}

/** Known later than declared, by so many microseconds. */
export function delayFeed(events: Events, drill: Drill & { readonly byMicros: number }): Drilled {
  return changeSome(events, drill, (event) => ({ ...event, knownAt: event.knownAt + drill.byMicros }));
}

/** One value of a field replaced by another: a category that a source no longer sends. */
export function replaceValue(
  events: Events,
  drill: Drill & { readonly field: string; readonly value: number; readonly by: number },
): Drilled {
  const { field, value, by } = drill;
  return changeSome(events, drill, (event) =>
    event.fields[field] === value ? { ...event, fields: { ...event.fields, [field]: by } } : event,
  );
}

function changeSome(
  events: Events,
  { event: type, seed, share, fromPosition }: Drill,
  change: (event: PlacedEvent["event"]) => PlacedEvent["event"],
): Drilled {
  invariant(share > 0 && share <= 1, "a drill changes a share of the events");
  const random = seededRandom(seed);
  let changed = 0;
  let firstPosition: number | null = null;
  const inOrder = events.flat().toSorted((a, b) => a.offset - b.offset);
  const drilled = inOrder.map((placed) => {
    const { event, offset } = placed;
    if (event.event !== type || offset < fromPosition || random.next() >= share) return placed;
    const after = change(event);
    if (after === event) return placed;
    changed++;
    firstPosition ??= offset;
    return { event: after, offset };
  });
  return { events: [drilled], changed, firstPosition };
}
