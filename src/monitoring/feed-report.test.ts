import { beforeAll, describe, expect, it } from "vitest";
import { MICROS_PER_DAY } from "../base/index.ts";
import type { PlacedEvent } from "../history/index.ts";
import { delayFeed, scaleField } from "./drill.ts";
import { drawFeeds, type FeedRequest } from "./feed-report.ts";
import { type EventProfiles, tallyEvents } from "./field-profile.ts";
import { eventsOfPeople, readers, schema } from "./fixtures/lender-events.ts";

let profile: EventProfiles;
beforeAll(async () => {
  profile = await tallyEvents([eventsOfPeople(2_000, "profile")], schema);
});
const span = eventsOfPeople(600, "span");
const newest = Math.max(...span.map(({ event }) => event.knownAt));
const draw = (events: readonly PlacedEvent[], more: Partial<FeedRequest> = {}) =>
  drawFeeds({ profile, events: [events], schema, now: newest, falseAlarmRate: 0.0025, readers, ...more });
const drill = { event: "statement", seed: "feeds", share: 1, fromPosition: 0 };
const kinds = ({ findings }: { findings: readonly { kind: string }[] }) => findings.map(({ kind }) => kind);

describe("a report on sources", () => {
  it("says where it looked, how feeds kept their time and how fields stood", async () => {
    const { report, findings } = await draw(span.map(({ event, offset }) => ({ event, offset: offset + 500 })));
    expect(findings).toEqual([]);
    expect(report.positions).toEqual({ from: 500, to: 500 + span.length });
    const statements = span.filter(({ event }) => event.event === "statement");
    const late = statements.filter(({ event }) => event.knownAt - event.at > 2 * MICROS_PER_DAY).length;
    expect(report.feeds).toMatchObject([
      {
        source: "cards",
        event: "statement",
        events: 3_600,
        delayMicros: 2 * MICROS_PER_DAY,
        verdict: "onTime",
        lateShare: { value: late / 3_600, n: 3_600 },
        ageMicros: 0,
      },
      { source: "core", event: "account", events: 600, lateShareReference: 0, verdict: "onTime" },
    ]);
    expect(report.fields.map(({ name, verdict, firstPosition }) => [name, verdict, firstPosition])).toEqual(
      ["billed", "paid", "monthsLate", "channel"]
        .map((field) => [`statement.${field}`, "stable", null])
        .concat([
          ["account.creditLimit", "stable", null],
          ["account.product", "stable", null],
        ]),
    );
  });

  it("is the same in whatever pieces and order events come", async () => {
    const pieces = [span.slice(2_000), span.slice(0, 2_000).toReversed()];
    expect(await draw([], { events: pieces })).toEqual(await draw(span));
  });

  it("names the features that read a broken field, and none where none does", async () => {
    const broken = async (field: string) => {
      const { events } = scaleField([span], { ...drill, field, factor: 100 });
      return (await draw(events.flat())).findings[0]!;
    };
    expect(await broken("billed")).toMatchObject({
      subject: { features: ["applicant.billed3", "applicant.billedOverLimit"] },
      sentence: expect.stringMatching(
        /^statement\.billed of source "cards" is about \d+ times .*, from position \d+ of the log\. 2 features read it\.$/,
      ),
    });
    expect((await broken("paid")).sentence).not.toContain("read");
  });

  it("tells what is broken in a late feed too, and not its mere shifts", async () => {
    const { events } = delayFeed([span], { ...drill, byMicros: 5 * MICROS_PER_DAY });
    expect(kinds(await draw(events.flat()))).toEqual(["lateFeed"]);
    const both = scaleField(events, { ...drill, field: "billed", factor: 100 });
    expect(kinds(await draw(both.events.flat()))).toEqual(["lateFeed", "brokenUnit"]);
    const strangers = eventsOfPeople(600, "others", { richer: -0.8 });
    const late = delayFeed([strangers], { ...drill, byMicros: 5 * MICROS_PER_DAY });
    const { findings } = await draw(late.events.flat());
    expect(findings.map(({ kind, subject }) => [kind, subject.event])).toEqual([
      ["lateFeed", "statement"],
      ["drift", "account"],
    ]);
  });

  it("takes one late event for what it is", async () => {
    const prompt = await tallyEvents([eventsOfPeople(400, "prompt").map(onTime)], schema);
    const few = eventsOfPeople(6, "few").map(onTime);
    const last = few.findLast(({ event }) => event.event === "statement")!.offset;
    const { events } = delayFeed([few], { ...drill, fromPosition: last, byMicros: MICROS_PER_DAY });
    const { report, findings } = await draw(events.flat(), { profile: prompt, now: few.at(-1)!.event.knownAt });
    expect(report.feeds[0]!.lateShare.value).toBeGreaterThan(0.02);
    expect(findings).toEqual([]);
  });

  it("says too few of a feed that sent nothing in the span", async () => {
    const { report, findings } = await draw(span.filter(({ event }) => event.event === "statement"));
    expect(report.feeds).toContainEqual(
      expect.objectContaining({ event: "account", events: 0, verdict: "tooFew", newestKnownAt: null }),
    );
    expect(report.fields.some(({ event }) => event === "account")).toBe(false);
    expect(findings).toEqual([]);
  });

  it("has nothing to say of nothing", async () => {
    const { report, findings } = await draw([]);
    expect(report).toMatchObject({ positions: { from: 0, to: 0 }, fields: [] });
    expect(report.feeds.every(({ verdict }) => verdict === "tooFew")).toBe(true);
    expect(findings).toEqual([]);
  });
});

function onTime({ event, offset }: PlacedEvent): PlacedEvent {
  return { event: { ...event, knownAt: event.at + schema[event.event as keyof typeof schema].delayMicros }, offset };
}
