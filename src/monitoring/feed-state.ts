// When a feed's events come: later than declared, or not any more.

import { formatInstant, type Instant, MICROS_PER_HOUR } from "../base/index.ts";
import { quantileOf } from "../evaluate/index.ts";
import type { PlacedEvent } from "../history/index.ts";
import { changeBegins } from "./first-position.ts";
import type { FeedProfile } from "./profile-document.ts";
import type { FeedState, Finding } from "./report-document.ts";
import { shareEstimate } from "./share-estimate.ts";
import { riseP } from "./share-rise.ts";

export type FeedPair = readonly [before: FeedProfile, now: FeedProfile];

export interface LateTest {
  readonly p: number;
  readonly before: number;
  readonly now: number;
}

/** `people`: whose events these are, on each side. One person's events may all come by the same slow way. */
export function lateTest([before, now]: FeedPair, people: { readonly before: number; readonly now: number }): LateTest {
  const [was, is] = [lateShare(before), lateShare(now)];
  const p = riseP({ hits: was * people.before, n: people.before }, { hits: is * people.now, n: people.now });
  return { p, before: was, now: is };
}

function lateShare({ lateness }: FeedProfile): number {
  const late = lateness.values.reduce((sum, value, i) => (value > 0 ? sum + lateness.counts[i]! : sum), 0);
  return lateness.n === 0 ? 0 : late / lateness.n;
}

/** A feed is late where this share more than before comes later than declared. */
const LATE_RISE = 0.02;
/** So many of its longest gaps without an event, and a feed counts as stale. */
const STALE_GAPS = 3;

export interface FeedJudging {
  readonly adjustedP: number;
  readonly falseAlarmRate: number;
  readonly now: Instant;
  /** Of the feed, in the order of the log. */
  readonly events: readonly PlacedEvent[];
}

export function feedState([before, now]: FeedPair, late: LateTest, judging: FeedJudging): FeedState {
  const newest = judging.events.reduce((most, { event }) => Math.max(most, event.knownAt), Number.NEGATIVE_INFINITY);
  const ageMicros = judging.now - newest;
  const isLate = judging.adjustedP <= judging.falseAlarmRate && late.now - late.before >= LATE_RISE;
  const isStale = before.longestGapMicros > 0 && ageMicros > STALE_GAPS * before.longestGapMicros;
  return {
    source: now.source,
    event: now.event,
    events: now.events,
    delayMicros: now.delayMicros,
    lateShare: shareEstimate(Math.round(late.now * now.events), now.events),
    lateShareReference: late.before,
    lateness95thMicros: quantileOf(now.lateness, 0.95) ?? null,
    newestKnownAt: formatInstant(newest),
    ageMicros,
    longestGapMicros: before.longestGapMicros,
    verdict: isLate ? "late" : isStale ? "stale" : "onTime",
  };
}

/** Feeds of the profile that sent nothing at all in the span, which may be too short for them. */
export function silentFeeds(before: readonly FeedProfile[], now: readonly FeedProfile[]): FeedState[] {
  return before
    .filter((feed) => !now.some(({ source, event }) => source === feed.source && event === feed.event))
    .map((feed) => ({
      source: feed.source,
      event: feed.event,
      events: 0,
      delayMicros: feed.delayMicros,
      lateShare: shareEstimate(0, 0),
      lateShareReference: lateShare(feed),
      lateness95thMicros: null,
      newestKnownAt: null,
      ageMicros: null,
      longestGapMicros: feed.longestGapMicros,
      verdict: "tooFew",
    }));
}

function hours(micros: number | null): string {
  return `${((micros ?? 0) / MICROS_PER_HOUR).toFixed(1)} h`;
}

/** `null` where the feed is as it was. */
export function feedFinding(feed: FeedState, adjustedP: number, events: readonly PlacedEvent[]): Finding | null {
  if (feed.verdict === "late") return lateFinding(feed, adjustedP, events);
  return feed.verdict === "stale" ? staleFinding(feed) : null;
}

const WAY_OUT = "Decisions miss what has not arrived: ask the source, and declare the delay that it keeps";

function lateFinding(feed: FeedState, adjustedP: number, events: readonly PlacedEvent[]): Finding {
  const { source, event, delayMicros, lateShareReference } = feed;
  const share = feed.lateShare.value!;
  const cells = events.map(({ event: { at, knownAt } }) => (knownAt - at > delayMicros ? 1 : 0));
  const expected = [1 - lateShareReference, lateShareReference].map((part) => part * events.length);
  const firstPosition = events[changeBegins(cells, expected)]!.offset;
  return {
    key: `lateFeed ${source} ${event}`,
    kind: "lateFeed",
    severity: "critical",
    subject: { name: event, source, event, firstPosition },
    effect: { measure: "share later than declared", value: share },
    bound: { value: lateShareReference + LATE_RISE, method: "the profile's share and .02 more, beyond chance" },
    adjustedP,
    sentence: `${event} of source "${source}" comes late: ${(share * 100).toFixed(1)} % of events are known later than the declared ${hours(delayMicros)} after they happened, 95 in 100 within ${hours(feed.lateness95thMicros)} more, from position ${firstPosition} of the log.`,
    wayOut: WAY_OUT,
  };
}

function staleFinding({ source, event, ageMicros, longestGapMicros }: FeedState): Finding {
  return {
    key: `staleFeed ${source} ${event}`,
    kind: "staleFeed",
    severity: "critical",
    subject: { name: event, source, event },
    effect: { measure: "hours without an event", value: ageMicros! / MICROS_PER_HOUR },
    bound: { value: (STALE_GAPS * longestGapMicros) / MICROS_PER_HOUR, method: "three of the profile's longest gaps" },
    adjustedP: null,
    sentence: `${event} of source "${source}" has not come for ${hours(ageMicros)}; its longest gap was ${hours(longestGapMicros)}.`,
    wayOut: WAY_OUT,
  };
}
