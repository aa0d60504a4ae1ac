// The events of a span by feed, each feed's in the order of the log.

import type { PlacedEvent } from "../history/index.ts";

export interface FeedName {
  readonly source: string;
  readonly event: string;
}

/** What of a request says which events, as they come: in pieces, in any order. */
export type EventPieces = readonly (readonly PlacedEvent[])[];

export class FeedEvents {
  readonly #feeds: ReadonlyMap<string, readonly PlacedEvent[]>;
  /** Positions of the log, half open. */
  readonly positions: { readonly from: number; readonly to: number };

  constructor(events: EventPieces) {
    const inOrder = events.flat().sort((a, b) => a.offset - b.offset);
    const told = inOrder.filter(({ event }) => !event.retracted);
    this.#feeds = Map.groupBy(told, ({ event }) => keyOf(event));
    this.positions = { from: inOrder[0]?.offset ?? 0, to: (inOrder.at(-1)?.offset ?? -1) + 1 };
  }

  of(feed: FeedName): readonly PlacedEvent[] {
    return this.#feeds.get(keyOf(feed)) ?? [];
  }
}

function keyOf({ source, event }: FeedName): string {
  return `${source}\n${event}`;
}

type Part = FeedName & { readonly field?: string };

/** What the profile has and the span has too. */
export function paired<T extends Part>(before: readonly T[], now: readonly T[]): (readonly [T, T])[] {
  const key = (part: T) => `${keyOf(part)}\n${part.field ?? ""}`;
  const byKey = new Map(now.map((part) => [key(part), part]));
  return before.flatMap((part) => {
    const match = byKey.get(key(part));
    return match === undefined ? [] : [[part, match] as const];
  });
}
