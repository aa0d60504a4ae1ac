// How late the events of a feed (one source, one event type) come, against the delay that its definition declares: by the
// two clocks the source gives (`knownAt` − `at`) and by ours (arrival − `at`). Counted in fixed logarithmic bins, so that
// counts of any two spans add up; each event costs a few additions. Only first deliveries count: what revises or retracts
// an event is late by nature.

import type { HistoryEvent } from "../compile/index.ts";

const MICROS_PER_MS = 1000;
/** Sub-bins of each doubling: a bin is at most a quarter wider than its lower bound. */
const PARTS = 4;
/** 2^44 ms are beyond what an instant can hold. */
const BINS = 1 + 44 * PARTS;
/** Beyond it further sources count together: a client may name as many as it likes. */
const MAX_FEEDS = 1000;
export const OTHER_SOURCES = "*";

/** 0 below a millisecond, also where it is negative; then four bins to each doubling of milliseconds. */
export function latenessBin(micros: number): number {
  const ms = Math.floor(micros / MICROS_PER_MS);
  if (ms < 1) return 0;
  const doublings = ms < 2 ** 31 ? 31 - Math.clz32(ms) : 53 - Math.clz32(Math.floor(ms / 2 ** 22));
  return 1 + doublings * PARTS + Math.floor((ms / 2 ** doublings - 1) * PARTS);
}

/** Where a bin begins, in microseconds. */
export function binStartMicros(bin: number): number {
  if (bin === 0) return 0;
  const [doublings, part] = [Math.floor((bin - 1) / PARTS), (bin - 1) % PARTS];
  return Math.ceil((1 + part / PARTS) * 2 ** doublings) * MICROS_PER_MS;
}

/** Counts by one pair of clocks. */
class LatenessCounts {
  events = 0;
  /** Of them, those later than the declared delay: counted exactly, not from bins. */
  late = 0;
  readonly bins = new Float64Array(BINS);

  add(micros: number, delayMicros: number): void {
    this.events++;
    if (micros > delayMicros) this.late++;
    this.bins[latenessBin(micros)]!++;
  }

  merge({ events, late, bins }: PlainCounts): void {
    this.events += events;
    this.late += late;
    for (const [bin, count] of bins) this.bins[bin]! += count;
  }

  plain(): PlainCounts {
    const bins: [number, number][] = [];
    for (const [bin, count] of this.bins.entries()) if (count > 0) bins.push([bin, count]);
    return { events: this.events, late: this.late, bins };
  }
}

export interface PlainCounts {
  readonly events: number;
  readonly late: number;
  /** Bin and count, by bin; only those that hold something. */
  readonly bins: readonly (readonly [number, number])[];
}

/** One feed under one declared delay; after a change of the declaration another begins. */
export interface FeedLateness {
  readonly source: string;
  readonly event: string;
  readonly delayMicros: number;
  /** `knownAt` − `at`. */
  readonly known: PlainCounts;
  /** Arrival − `at`; fewer where the process was killed between taking events in and counting them. */
  readonly arrived: PlainCounts;
}

interface CountedFeed extends Omit<FeedLateness, "known" | "arrived"> {
  readonly known: LatenessCounts;
  readonly arrived: LatenessCounts;
}

export class LatenessTally {
  readonly #feeds = new Map<string, CountedFeed>();
  /** The feed of the event before: events of one come together. */
  #last:
    | { readonly source: string; readonly event: string; readonly delayMicros: number; readonly feed: CountedFeed }
    | undefined;

  /** `arrivedAt` is null where nobody knows any more. */
  add({ source, event, at, knownAt }: HistoryEvent, delayMicros: number, arrivedAt: number | null): void {
    const last = this.#last;
    const same = last?.source === source && last.event === event && last.delayMicros === delayMicros;
    const feed = same ? last.feed : this.#feed(source, event, delayMicros);
    if (!same) this.#last = { source, event, delayMicros, feed };
    feed.known.add(knownAt - at, delayMicros);
    if (arrivedAt !== null) feed.arrived.add(arrivedAt - at, delayMicros);
  }

  merge(feeds: readonly FeedLateness[]): void {
    for (const { source, event, delayMicros, known, arrived } of feeds) {
      const feed = this.#feed(source, event, delayMicros);
      feed.known.merge(known);
      feed.arrived.merge(arrived);
    }
  }

  /** By source, event and delay. */
  feeds(): FeedLateness[] {
    const keys = [...this.#feeds.keys()].sort();
    return keys.map((key) => {
      const { source, event, delayMicros, known, arrived } = this.#feeds.get(key)!;
      return { source, event, delayMicros, known: known.plain(), arrived: arrived.plain() };
    });
  }

  #feed(source: string, event: string, delayMicros: number): CountedFeed {
    const there = this.#feeds.get(keyOf(source, event, delayMicros));
    if (there !== undefined) return there;
    const named = this.#feeds.size < MAX_FEEDS ? source : OTHER_SOURCES;
    const key = keyOf(named, event, delayMicros);
    const counts = { known: new LatenessCounts(), arrived: new LatenessCounts() };
    const feed = this.#feeds.get(key) ?? { source: named, event, delayMicros, ...counts };
    this.#feeds.set(key, feed);
    return feed;
  }
}

function keyOf(source: string, event: string, delayMicros: number): string {
  return `${source}\u0000${event}\u0000${delayMicros}`;
}

/** Share of events later than declared; null where none was counted. */
export function lateShare({ events, late }: PlainCounts): number | null {
  return events === 0 ? null : late / events;
}

/** No more than `share` of the events came later than this many microseconds: the end of a bin; null without events. */
export function latenessQuantile({ events, bins }: PlainCounts, share: number): number | null {
  let seen = 0;
  for (const [bin, count] of bins) {
    seen += count;
    if (seen >= share * events) return binStartMicros(bin + 1);
  }
  return null;
}
