// Fields of raw events by source, against the profile: a value drifts because a source broke a field, from a position on, and
// that is what a lender must know.
//
// Events of one person resemble each other (a large balance last month is large this month), so a test that counted events would
// alarm at random batches of people. It counts people instead: exact where a person's events are alike, and cautious where they
// are not.
//
// A span is comparable where its events are such as the profile's were: the same mix of types and months. A single month against
// half a year shows a season as drift; draw the profile on a snapshot like the span.

import { formatInstant, type Instant } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import { adjustedForMany, quantileOf, sameShareP } from "../evaluate/index.ts";
import type { PlacedEvent } from "../history/index.ts";
import { type Diagnosis, diagnose, nameOf, unseenValues, vanishedValues } from "./diagnosis.ts";
import { severityOf } from "./drift-findings.ts";
import { majorUnits, tallyEvents } from "./field-profile.ts";
import { firstPosition } from "./first-position.ts";
import type { FeedProfile, FieldProfile, ProfileDocument } from "./profile-document.ts";
import type { FeedReport, FeedState, FieldDrift, Finding } from "./report-document.ts";
import { shareEstimate } from "./shadow-report.ts";
import { compareValue, driftVerdict, PSI_WATCH } from "./value-drift.ts";

export interface FeedRequest {
  readonly profile: Pick<ProfileDocument, "fields" | "feeds">;
  /** Of one span of the log, each with its position; a copy that a drill changed is as good. */
  readonly events: readonly (readonly PlacedEvent[])[];
  readonly schema: HistorySchema;
  readonly now: Instant;
  readonly falseAlarmRate: number;
  /** `event.field` → `role.feature` of the features that read it. */
  readonly readers: ReadonlyMap<string, readonly string[]>;
}

export async function drawFeeds(request: FeedRequest): Promise<{ report: FeedReport; findings: Finding[] }> {
  const { profile, events, schema } = request;
  const current = await tallyEvents(events, schema);
  const pairs = paired(profile.fields, current.fields);
  const compared = pairs.map(([before, now]) => comparedField(before, now));
  const feedPairs = paired(profile.feeds, current.feeds);
  const late = feedPairs.map(([before, now]) => lateTest(before, now));
  const adjusted = adjustedForMany([...compared, ...late].map(({ p }) => p));
  const feeds = feedPairs.map((pair, i) => feedState(pair, late[i]!, adjusted[compared.length + i]!, request));
  const lateEvents = new Set(feeds.filter(({ verdict }) => verdict === "late").map(({ event }) => event));
  const drifts = compared.map((value, i) => fieldDrift(pairs[i]!, value, adjusted[i]!, request));
  const loud = drifts.filter(({ drift, diagnosis }) => isLoud(drift, diagnosis) && !lateEvents.has(drift.event));
  return {
    report: {
      positions: positionsOf(events),
      feeds: [...feeds, ...silentFeeds(profile.feeds, current.feeds)],
      fields: drifts.map(({ drift }) => drift),
    },
    findings: [...feedFindings(feeds), ...fieldFindings(loud, drifts.length, request)],
  };
}

function paired<T extends { readonly source: string; readonly event: string; readonly field?: string }>(
  before: readonly T[],
  now: readonly T[],
): (readonly [T, T])[] {
  const key = ({ source, event, field }: T) => `${source}\n${event}\n${field ?? ""}`;
  const byKey = new Map(now.map((one) => [key(one), one]));
  return before.flatMap((one) => {
    const match = byKey.get(key(one));
    return match === undefined ? [] : [[one, match] as const];
  });
}

function comparedField(before: FieldProfile, now: FieldProfile) {
  const tested = { reference: before.entities, current: now.entities };
  return compareValue(`${now.event}.${now.field}`, before, now, tested);
}

type Compared = ReturnType<typeof comparedField>;

interface JudgedField {
  readonly drift: FieldDrift;
  readonly diagnosis: Diagnosis | null;
}

function fieldDrift(
  [before, now]: readonly [FieldProfile, FieldProfile],
  value: Compared,
  adjustedP: number,
  request: FeedRequest,
): JudgedField {
  const { source, event, field } = now;
  const chance = request.falseAlarmRate;
  const verdict = driftVerdict({ ...value, adjustedP }, chance);
  const moved = verdict === "drifted" || verdict === "small";
  const diagnosis = moved ? diagnose(before, now, chance) : null;
  const names = (values: readonly number[]) => values.map((one) => nameOf(before, one));
  const drift = {
    ...value,
    adjustedP,
    verdict,
    source,
    event,
    field,
    unseen: names(unseenValues(before, now)),
    vanished: moved ? names(vanishedValues(before, now, chance)) : [],
    firstPosition: diagnosis === null ? null : positionOf(diagnosis, [before, now], request),
  };
  return { drift, diagnosis };
}

/** What is a cause by itself is told whatever its PSI; a mere shift where credit practice would watch it. */
function isLoud({ verdict, psi }: FieldDrift, diagnosis: Diagnosis | null): boolean {
  return (
    diagnosis !== null &&
    (verdict === "drifted" || (verdict === "small" && diagnosis.kind !== "drift" && psi >= PSI_WATCH / 5))
  );
}

function positionOf(
  { shows, kind }: Diagnosis,
  [before, now]: readonly [FieldProfile, FieldProfile],
  { events, schema }: FeedRequest,
): number | null {
  if (shows === null && kind !== "missing" && kind !== "brokenUnit") return null;
  const holds = shows ?? beyond(before);
  const major = majorUnits(schema[now.event]!.fields[now.field]!);
  const points = events
    .flat()
    .filter(({ event }) => event.source === now.source && event.event === now.event && !event.retracted)
    .map(({ event, offset }) => {
      const value = event.fields[now.field];
      const absent = typeof value !== "number" || Number.isNaN(value);
      return { offset, shows: (kind === "missing" ? absent : !absent && holds(major(value))) ? 1 : 0 };
    })
    .sort((a, b) => a.offset - b.offset);
  const expected = before.sketch.values.reduce(
    (sum, value, i) => sum + (holds(value) ? before.sketch.counts[i]! : 0),
    0,
  );
  return firstPosition(
    { offsets: points.map(({ offset }) => offset), shows: points.map((point) => point.shows) },
    expected / Math.max(1, before.sketch.n),
  );
}

/** For a broken unit: values beyond the middle nine tenths of the profile. */
function beyond({ sketch }: FieldProfile): (value: number) => boolean {
  const [low, high] = [quantileOf(sketch, 0.05) ?? 0, quantileOf(sketch, 0.95) ?? 0];
  return (value) => value < low || value > high;
}

function fieldFindings(loud: readonly JudgedField[], fields: number, { readers }: FeedRequest): Finding[] {
  const findings = loud.map(({ drift, diagnosis }) => fieldFinding(drift, diagnosis!, readers));
  const mere = loud.filter(({ diagnosis }) => diagnosis!.kind === "drift").map(({ drift }) => drift);
  if (mere.length < loud.length || mere.length < 2 || mere.length * 2 < fields) return findings;
  return [populationFinding(mere, fields), ...findings.map((one) => ({ ...one, severity: "notice" as const }))];
}

const BOUND = "PSI's 95th percentile without drift, people counted and not their events";

function fieldFinding(drift: FieldDrift, { kind, words }: Diagnosis, readers: FeedRequest["readers"]): Finding {
  const { source, event, field, name, firstPosition: position } = drift;
  const features = readers.get(name) ?? [];
  const reach =
    features.length === 0 ? "" : ` ${features.length} ${features.length === 1 ? "feature reads" : "features read"} it.`;
  return {
    key: `${kind} ${source} ${name}`,
    kind,
    severity: kind === "drift" ? severityOf(drift.psi) : "critical",
    subject: { name, source, event, field, features, ...(position === null ? {} : { firstPosition: position }) },
    effect: { measure: "PSI", value: drift.psi },
    bound: { value: drift.psiCritical, method: BOUND },
    adjustedP: drift.adjustedP,
    sentence: `${name} of source "${source}" ${words}${position === null ? "" : `, from position ${position} of the log`}.${reach}`,
    wayOut: WAYS[kind],
  };
}

const WAYS: { readonly [K in Diagnosis["kind"]]: string } = {
  vanishedCategory: "Ask the source what became of it; if it was renamed, map the new name to the old one",
  unseenCategory: "Ask the source what it means before any model reads it",
  missing: "Ask the source why it no longer fills the field; what arrived can be corrected by revisions",
  brokenUnit: "Ask the source for its unit; correct what arrived by revisions, and fix the mapping",
  outOfRange: "Look at the events from that position on; correct them by revisions, or stop the source",
  drift: "Look at whose events these are; if people changed and not the source, retrain",
};

function populationFinding(drifts: readonly FieldDrift[], fields: number): Finding {
  const most = drifts.toSorted((a, b) => b.psi - a.psi);
  return {
    key: "shiftedPopulation fields",
    kind: "shiftedPopulation",
    severity: severityOf(most[0]!.psi),
    subject: { name: "the people whose events arrive", source: most[0]!.source },
    effect: { measure: "share of fields that moved", value: drifts.length / fields },
    bound: { value: 0.5, method: "half of the fields, each beyond chance after correction and by a PSI of .1" },
    adjustedP: Math.max(...drifts.map(({ adjustedP }) => adjustedP)),
    sentence: `${drifts.length} of ${fields} fields have moved together and none is broken: these are other people. Most moved: ${most
      .slice(0, 3)
      .map(({ name }) => name)
      .join(", ")}.`,
    wayOut: "Ask what changed in whom you address; check calibration by vintage; retrain once outcomes are known",
  };
}

// ---- Feeds: when events come

interface LateTest {
  readonly p: number;
  readonly before: number;
  readonly now: number;
}

function lateShare({ lateness }: FeedProfile): number {
  const late = lateness.values.reduce((sum, value, i) => (value > 0 ? sum + lateness.counts[i]! : sum), 0);
  return lateness.n === 0 ? 0 : late / lateness.n;
}

function lateTest(before: FeedProfile, now: FeedProfile): LateTest {
  const [was, is] = [lateShare(before), lateShare(now)];
  const p = sameShareP({ hits: was * before.events, n: before.events }, { hits: is * now.events, n: now.events });
  return { p: is > was ? p : 1, before: was, now: is };
}

/** A feed is late where this share more than before comes later than declared. */
const LATE_RISE = 0.02;

function feedState(
  [before, now]: readonly [FeedProfile, FeedProfile],
  late: LateTest,
  adjustedP: number,
  { events, now: moment, falseAlarmRate }: FeedRequest,
): FeedState {
  const { source, event } = now;
  const isLate = adjustedP <= falseAlarmRate && late.now - late.before >= LATE_RISE;
  const newest = newestKnownAt(events, source, event);
  const ageMicros = moment - newest;
  const isStale = before.longestGapMicros > 0 && ageMicros > STALE_GAPS * before.longestGapMicros;
  return {
    source,
    event,
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

/** So many of its longest gaps without an event, and a feed counts as stale. */
const STALE_GAPS = 3;

function newestKnownAt(events: FeedRequest["events"], source: string, type: string): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const { event } of events.flat()) {
    if (event.source === source && event.event === type) newest = Math.max(newest, event.knownAt);
  }
  return newest;
}

/** Feeds of the profile that sent nothing at all in the span, which may be too short for them. */
function silentFeeds(before: readonly FeedProfile[], now: readonly FeedProfile[]): FeedState[] {
  return before
    .filter((feed) => !now.some(({ source, event }) => source === feed.source && event === feed.event))
    .map(({ source, event, delayMicros, longestGapMicros }) => ({
      source,
      event,
      events: 0,
      delayMicros,
      lateShare: shareEstimate(0, 0),
      lateShareReference: 0,
      lateness95thMicros: null,
      newestKnownAt: null,
      ageMicros: null,
      longestGapMicros,
      verdict: "tooFew",
    }));
}

function feedFindings(feeds: readonly FeedState[]): Finding[] {
  return feeds.flatMap((feed) => (feed.verdict === "late" || feed.verdict === "stale" ? [feedFinding(feed)] : []));
}

const MICROS_PER_HOUR = 3_600_000_000;

function feedFinding({
  source,
  event,
  verdict,
  lateShare,
  lateShareReference,
  lateness95thMicros,
  ...feed
}: FeedState): Finding {
  const hours = (micros: number | null) => `${((micros ?? 0) / MICROS_PER_HOUR).toFixed(1)} h`;
  const late = verdict === "late";
  const share = ((lateShare.value ?? 0) * 100).toFixed(1);
  return {
    key: `${late ? "lateFeed" : "staleFeed"} ${source} ${event}`,
    kind: late ? "lateFeed" : "staleFeed",
    severity: "critical",
    subject: { name: event, source, event },
    effect: late
      ? { measure: "share later than declared", value: lateShare.value ?? 0 }
      : { measure: "hours without an event", value: (feed.ageMicros ?? 0) / MICROS_PER_HOUR },
    bound: late
      ? { value: lateShareReference + LATE_RISE, method: "the profile's share and .02 more, beyond chance" }
      : {
          value: (STALE_GAPS * feed.longestGapMicros) / MICROS_PER_HOUR,
          method: "three of the profile's longest gaps",
        },
    adjustedP: null,
    sentence: late
      ? `${event} of source "${source}" comes late: ${share} % of events are known later than the declared ${hours(feed.delayMicros)} after they happened, 95 in 100 within ${hours(lateness95thMicros)} more.`
      : `${event} of source "${source}" has not come for ${hours(feed.ageMicros)}; its longest gap was ${hours(feed.longestGapMicros)}.`,
    wayOut: "Decisions miss what has not arrived: ask the source, and declare the delay that it keeps",
  };
}

function positionsOf(events: FeedRequest["events"]): FeedReport["positions"] {
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  for (const { offset } of events.flat()) {
    from = Math.min(from, offset);
    to = Math.max(to, offset + 1);
  }
  return { from: Number.isFinite(from) ? from : 0, to };
}
