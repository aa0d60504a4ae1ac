// Fields of raw events by source, against the profile: a value drifts because a source broke a field, from a position on, and
// that is what a lender must know.
//
// A span is comparable where its events are such as the profile's were: the same mix of types and months. A single month against
// half a year shows a season as drift; draw the profile on a snapshot like the span.

import type { Instant } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import { adjustedForMany } from "../evaluate/index.ts";
import { type EventPieces, FeedEvents, paired } from "./feed-events.ts";
import { feedFinding, feedState, lateTest, silentFeeds } from "./feed-state.ts";
import { compareField, isLoud, judgeField } from "./field-drift.ts";
import { type FieldReaders, fieldFindings } from "./field-findings.ts";
import { type EventProfiles, tallyEvents } from "./field-profile.ts";
import type { ProfileDocument } from "./profile-document.ts";
import type { FeedReport, Finding } from "./report-document.ts";

export interface FeedRequest {
  readonly profile: Pick<ProfileDocument, "fields" | "feeds">;
  /** Of one span of the log, each with its position; a copy that a drill changed is as good. */
  readonly events: EventPieces;
  readonly schema: HistorySchema;
  /** The moment up to which events would be here: of a snapshot, when it was sealed. */
  readonly now: Instant;
  /** What this part of a report may spend: `partRate`. */
  readonly falseAlarmRate: number;
  readonly readers: FieldReaders;
}

export async function drawFeeds(request: FeedRequest): Promise<{ report: FeedReport; findings: Finding[] }> {
  const { profile, schema, readers } = request;
  const events = new FeedEvents(request.events);
  const current = await tallyEvents(request.events, schema);
  const { fields, feeds } = judged(request, events, current);
  const drifts = fields.map(({ drift }) => drift);
  // A late feed brings other months than the profile's: that its fields moved says nothing more. What is broken is told still.
  const late = feeds.filter(({ state }) => state.verdict === "late").map(({ state }) => state);
  const ofLate = ({ source, event }: { readonly source: string; readonly event: string }) =>
    late.some((state) => state.source === source && state.event === event);
  const loud = fields.filter((field) => isLoud(field) && !(field.diagnosis!.kind === "drift" && ofLate(field.drift)));
  return {
    report: {
      positions: events.positions,
      feeds: [...feeds.map(({ state }) => state), ...silentFeeds(profile.feeds, current.feeds)],
      fields: drifts,
    },
    findings: [
      ...feeds.map(({ finding }) => finding).filter((finding) => finding !== null),
      ...fieldFindings(loud, drifts.length, readers),
    ],
  };
}

/** All that is tested on events, corrected together. */
function judged({ profile, schema, now, falseAlarmRate }: FeedRequest, events: FeedEvents, current: EventProfiles) {
  const fieldPairs = paired(profile.fields, current.fields);
  const feedPairs = paired(profile.feeds, current.feeds);
  const compared = fieldPairs.map(compareField);
  const late = feedPairs.map((pair) => lateTest(pair, peopleOf(profile, current, pair[1])));
  const adjusted = adjustedForMany([...compared, ...late].map(({ p }) => p));
  const fields = fieldPairs.map((pair, i) => {
    const judging = {
      adjustedP: adjusted[i]!,
      falseAlarmRate,
      node: schema[pair[1].event]!,
      events: events.of(pair[1]),
    };
    return judgeField(pair, compared[i]!, judging);
  });
  const feeds = feedPairs.map((pair, i) => {
    const judging = { adjustedP: adjusted[compared.length + i]!, falseAlarmRate, now, events: events.of(pair[1]) };
    const state = feedState(pair, late[i]!, judging);
    return { state, finding: feedFinding(state, judging.adjustedP, judging.events) };
  });
  return { fields, feeds };
}

/** Whose events a feed brings; its events where none of its fields is open. */
function peopleOf(
  before: EventProfiles,
  now: EventProfiles,
  feed: { readonly source: string; readonly event: string },
) {
  const of = ({ fields, feeds }: EventProfiles) => {
    const own = (part: { readonly source: string; readonly event: string }) =>
      part.source === feed.source && part.event === feed.event;
    return fields.find(own)?.entities ?? feeds.find(own)!.events;
  };
  return { before: of(before), now: of(now) };
}
