// Whether a report keeps its word: silent, at the rate that it states, where nothing has changed; and each fault told as itself.

import { beforeAll, describe, expect, it } from "vitest";
import { hashText, MICROS_PER_DAY } from "../base/index.ts";
import type { PlacedEvent } from "../history/index.ts";
import { drawReport } from "./draw-report.ts";
import { type Drilled, delayFeed, replaceValue, scaleField } from "./drill.ts";
import { drawFeeds } from "./feed-report.ts";
import { type EventProfiles, tallyEvents } from "./field-profile.ts";
import { eventsOfPeople, readers, schema } from "./fixtures/lender-events.ts";
import { type Applicants, lineBundle, lineProfile, lineRequests, servedLines } from "./fixtures/served-lines.ts";
import { atLeast } from "./poisson-tail.ts";
import type { Finding } from "./report-document.ts";
import { FALSE_ALARM_RATE, partRate } from "./test-family.ts";

const bundle = lineBundle();
const ofLines = lineProfile(bundle);
let ofEvents: EventProfiles;
beforeAll(async () => {
  ofEvents = await tallyEvents([eventsOfPeople(3_000, "profile")], schema);
});

const newest = (events: readonly PlacedEvent[]) => Math.max(...events.map(({ event }) => event.knownAt));
const sources = (events: readonly PlacedEvent[], more: { readonly now?: number } = {}) =>
  drawFeeds({
    profile: ofEvents,
    events: [events],
    schema,
    now: newest(events),
    falseAlarmRate: partRate({}),
    readers,
    ...more,
  });
const decisions = (people: number, seed: string, applicants: Applicants = {}) =>
  drawReport({
    bundle: bundle.hash,
    profileHash: hashText("profile"),
    profile: ofLines,
    served: servedLines(bundle, lineRequests(people, seed, applicants)),
    span: { fromKept: 0, toKept: people, sample: null },
    now: 0,
    declaration: {},
  });

const hasMoved = ({ verdict }: { readonly verdict: string }) => verdict === "drifted" || verdict === "small";
/** Whether one in a thousand such tests, or more, would see so many where the rate is kept. */
const keeps = (alarms: number, reports: number, rate: number) => atLeast(alarms, reports * rate) > 0.001;

describe("clean spans", () => {
  const REPORTS = 200;

  it("of sources are silent at the stated rate", async () => {
    let [alarms, moved] = [0, 0];
    for (let i = 0; i < REPORTS; i++) {
      const { report, findings } = await sources(eventsOfPeople(60 + i, `clean-${i}`));
      if (findings.length > 0) alarms++;
      if (report.fields.some(hasMoved) || report.feeds.some(({ verdict }) => verdict !== "onTime")) moved++;
    }
    expect([alarms, keeps(alarms, REPORTS, FALSE_ALARM_RATE)]).toEqual([alarms, true]);
    expect([moved, keeps(moved, REPORTS, FALSE_ALARM_RATE)]).toEqual([moved, true]);
  });

  it("of decisions are silent at the stated rate, and not because nobody looked", async () => {
    let [alarms, moved] = [0, 0];
    const ps: number[] = [];
    for (let i = 0; i < REPORTS; i++) {
      const { features, outputs, findings } = await decisions(60 + i, `clean-${i}`);
      if (findings.length > 0) alarms++;
      if ([...features, ...outputs].some(hasMoved)) moved++;
      ps.push(...features.map(({ p }) => p));
    }
    expect([alarms, keeps(alarms, REPORTS, FALSE_ALARM_RATE)]).toEqual([alarms, true]);
    expect([moved, keeps(moved, REPORTS, FALSE_ALARM_RATE)]).toEqual([moved, true]);
    // Each looks four ways and counts the best four times: about as cautious as that, and no more.
    const low = ps.filter((p) => p <= 0.1).length / ps.length;
    expect(low).toBeGreaterThan(0.025);
    expect(low).toBeLessThan(0.1);
  });
});

describe("each fault is told as itself, and nothing else as critical", () => {
  const critical = (findings: readonly Finding[]) => findings.filter(({ severity }) => severity === "critical");
  const span = eventsOfPeople(800, "span");
  const half = span[Math.floor(span.length / 2)]!.offset;
  const drill = (fromPosition: number) => ({ event: "statement", seed: "fault", share: 1, fromPosition });
  const cards = { source: "cards", event: "statement" };

  const faults: [string, string, (from: number) => Drilled, object][] = [
    [
      "one field ×30 on a fifth of the rows",
      "outOfRange",
      (from) => scaleField([span], { ...drill(from), share: 0.2, field: "billed", factor: 30 }),
      { ...cards, field: "billed", features: ["applicant.billed3", "applicant.billedOverLimit"] },
    ],
    ["a late feed", "lateFeed", (from) => delayFeed([span], { ...drill(from), byMicros: 3 * MICROS_PER_DAY }), cards],
    [
      "a vanished category",
      "vanishedCategory",
      (from) => replaceValue([span], { ...drill(from), field: "channel", value: 2, by: 1 }),
      { ...cards, field: "channel" },
    ],
    [
      "a unit a hundred times too small",
      "brokenUnit",
      (from) => scaleField([span], { ...drill(from), field: "billed", factor: 100 }),
      { ...cards, field: "billed" },
    ],
    [
      "a unit a hundred times too large",
      "brokenUnit",
      (from) => scaleField([span], { ...drill(from), field: "paid", factor: 0.01 }),
      { ...cards, field: "paid" },
    ],
  ];

  const places = faults.flatMap(([what, ...fault]) => [0, half].map((from) => [what, from, ...fault] as const));
  it.each(places)("%s, from position %i", async (_, from, kind, put, subject) => {
    const { events, firstPosition } = put(from);
    const [found, ...others] = critical((await sources(events.flat())).findings);
    expect(found).toMatchObject({ kind, subject });
    expect(others).toEqual([]);
    // Where a fault begins is as sure as its first rows are unlike those before.
    const apart = found!.subject.firstPosition! - firstPosition!;
    expect([apart, Math.abs(apart) <= span.length / 50]).toEqual([apart, true]);
  });

  it("other people, in what sources send", async () => {
    const others = eventsOfPeople(800, "others", { richer: -0.8, late: 0.3, channels: [0.4, 0.3, 0.2, 0.1] });
    const { findings } = await sources(others);
    expect(critical(findings)).toMatchObject([
      { kind: "shiftedPopulation", subject: { firstPosition: expect.any(Number) } },
    ]);
  });

  it("other people, in what is decided", async () => {
    const { findings } = await decisions(800, "others", { strain: 1.2 });
    const ofFeatures = critical(findings).filter(({ kind }) => kind !== "scoreShift" && kind !== "dispositions");
    expect(ofFeatures).toMatchObject([{ kind: "shiftedPopulation" }]);
    expect(findings.filter(({ kind }) => kind === "drift").every(({ severity }) => severity === "notice")).toBe(true);
  });

  it("a feed that no longer comes", async () => {
    const { findings } = await sources(span, { now: newest(span) + 30 * MICROS_PER_DAY });
    expect(critical(findings)).toMatchObject([{ kind: "staleFeed", subject: cards }]);
  });
});
