// The exam every adapter of the online histories sits. What it gives back must be, array for array, what `layOutHistory`
// makes of the events applied.

import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../base/index.ts";
import { compareEvents, type EventColumns, type HistoryEvent, layOutHistory } from "../compile/index.ts";
import { purchaseEvent, statementEvent } from "./fixture.ts";
import type { OnlineHistories, OnlineReader } from "./online-histories.ts";
import { contentOf } from "./wire-event.ts";

export interface OnlineUnderTest {
  readonly store: OnlineHistories;
  /** A reader with a view of its own, as another process would have. */
  reader(): OnlineReader;
  /** Closes the store in an orderly way and opens it again. */
  reopen(): Promise<OnlineHistories>;
}

type Random = ReturnType<typeof seededRandom>;

const at = (offset: number) => ({ partition: 0, offset });
const DAY = 86_400_000_000;
const BOTH = ["statement", "purchase"];

export function onlineConformance(begin: () => OnlineUnderTest, schema: Parameters<typeof layOutHistory>[2]): void {
  const expected = (entity: string, events: readonly HistoryEvent[]) =>
    layOutHistory(
      entity,
      events.filter((event) => event.entity === entity),
      schema,
    );

  test("an empty store knows no one and stands at the start", async () => {
    const { store } = begin();
    expect(await store.history("ann", BOTH)).toEqual({ entity: "ann", events: {} });
    expect(await store.appliedUpTo()).toEqual(at(0));
    expect(await store.held([{ source: "core", eventId: "s1" }])).toEqual([undefined]);
    await store.close();
  });

  test("any events in any batches read as they are laid out", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyEvent, { maxLength: 8 }), { maxLength: 6 }), async (drawn) => {
        const batches = unique(drawn);
        const { store } = begin();
        let offset = 0;
        for (const events of batches) {
          await store.applyEvents({ from: at(offset), events: events });
          offset += events.length;
        }
        expect(await store.appliedUpTo()).toEqual(at(offset));
        for (const entity of ENTITIES)
          expect(await store.history(entity, BOTH)).toEqual(expected(entity, batches.flat()));
        await store.close();
      }),
      { numRuns: 40 },
    );
  });

  test("a batch applied twice, or overlapping, counts once", async () => {
    const { store } = begin();
    const events = [
      statementEvent("ann", "s1"),
      statementEvent("ann", "s2", { at: 5 * DAY }),
      statementEvent("bob", "s3"),
    ];
    await store.applyEvents({ from: at(0), events: events.slice(0, 2) });
    await store.applyEvents({ from: at(0), events: events });
    await store.applyEvents({ from: at(1), events: events.slice(1) });
    expect(await store.appliedUpTo()).toEqual(at(3));
    expect(await store.history("ann", BOTH)).toEqual(expected("ann", events));
    await store.close();
  });

  test("a gap in the log is our mistake and is not applied", async () => {
    const { store } = begin();
    await expect(
      (async () => store.applyEvents({ from: at(1), events: [statementEvent("ann", "s1")] }))(),
    ).rejects.toThrow(/invariant/);
    expect(await store.appliedUpTo()).toEqual(at(0));
    await store.close();
  });

  test("an event that a transport delivers twice counts once", async () => {
    const { store } = begin();
    const event = statementEvent("ann", "s1");
    await store.held([event]);
    await store.applyEvents({ from: at(0), events: [event, event] });
    await store.applyEvents({ from: at(2), events: [event] });
    expect(await store.history("ann", BOTH)).toEqual(expected("ann", [event]));
    await store.close();
  });

  test("a revision that moves an event behind all others supersedes the row it was", async () => {
    const { store } = begin();
    const first = statementEvent("ann", "s1", { at: 0 });
    const moved = { ...first, at: 9 * DAY, knownAt: 10 * DAY };
    const events = [first, statementEvent("ann", "s2", { at: DAY }), moved];
    for (const [i, event] of events.entries()) await store.applyEvents({ from: at(i), events: [event] });
    const { statement } = (await store.history("ann", BOTH)).events;
    expect([...statement!.supersededAt]).toEqual([10 * DAY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect({ entity: "ann", events: { statement } }).toEqual(expected("ann", events));
    await store.close();
  });

  test("what is held under an id: every revision by rising knownAt", async () => {
    const { store } = begin();
    const first = statementEvent("ann", "s1");
    const second = { ...first, knownAt: first.knownAt + DAY, retracted: true };
    await store.applyEvents({ from: at(0), events: [first, second] });
    const revisions = [first, second].map((event) => ({ content: contentOf(event), knownAt: event.knownAt }));
    expect(await store.held([first])).toEqual([{ entity: "ann", event: "statement", revisions }]);
    await store.close();
  });

  test("a reader sees each new batch with its position, and both from one state", async () => {
    const trial = begin();
    const reader = trial.reader();
    const events: HistoryEvent[] = [];
    for (let i = 0; i < 20; i++) {
      const event = statementEvent("ann", `s${i}`, { at: i * DAY });
      await trial.store.applyEvents({ from: at(i), events: [event] });
      events.push(event);
      const { position, histories } = await reader.read([
        { entity: "ann", events: BOTH },
        { entity: "bob", events: BOTH },
      ]);
      expect(position).toEqual(at(i + 1));
      expect(histories).toEqual([expected("ann", events), expected("bob", events)]);
    }
    await reader.close();
    await trial.store.close();
  });

  test("only the types asked for are read", async () => {
    const { store } = begin();
    await store.applyEvents({
      from: at(0),
      events: [statementEvent("ann", "s1"), purchaseEvent("ann", "p1", 0)],
    });
    expect(Object.keys((await store.history("ann", ["purchase"])).events)).toEqual(["purchase"]);
    await store.close();
  });

  test("everything survives an orderly reopening", async () => {
    const trial = begin();
    const events = [statementEvent("ann", "s1"), purchaseEvent("ann", "p1", DAY)];
    await trial.store.applyEvents({ from: at(0), events: events });
    const store = await trial.reopen();
    expect(store.mustRebuild()).toBe(false);
    expect(await store.appliedUpTo()).toEqual(at(2));
    expect(await store.history("ann", BOTH)).toEqual(expected("ann", events));
    await store.close();
  });

  test("a rebuild forgets what was there and ends at the position given; one cut short must be done again", async () => {
    const trial = begin();
    await trial.store.applyEvents({ from: at(0), events: [statementEvent("ann", "s1")] });
    const events = [statementEvent("bob", "s1"), purchaseEvent("bob", "p1", DAY)];
    await expect(trial.store.rebuild(failing(events), at(9))).rejects.toThrow("cut short");
    const again = await trial.reopen();
    expect(again.mustRebuild()).toBe(true);
    await again.rebuild(pieces(events), at(9));
    expect(again.mustRebuild()).toBe(false);
    expect(await again.appliedUpTo()).toEqual(at(9));
    expect(await again.history("ann", BOTH)).toEqual({ entity: "ann", events: {} });
    expect(await again.history("bob", BOTH)).toEqual(expected("bob", events));
    await again.close();
  });

  test("thousands of events in batches of 1 to 5,000, and the same rebuilt in any pieces", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const random = seededRandom(`online/${seed}`);
        const events = manyEvents(random, 3_000 + random.integer(2_000));
        const once = [...new Map(events.map((event) => [revisionName(event), event])).values()];
        const { store } = begin();
        let offset = 0;
        for (const batch of cut(events, random)) {
          await store.applyEvents({ from: at(offset), events: batch });
          offset += batch.length;
        }
        await agrees(store, once);
        await tellsWhatIsHeld(store, once, random);
        await readsSince(store, random);
        await store.rebuild(batches(cut(shuffled(once, random), random)), at(offset));
        await agrees(store, once);
        await tellsWhatIsHeld(store, once, random);
        await store.rebuild(batches([[...once].sort(compareEvents)]), at(offset));
        await agrees(store, once);
        await store.close();
      }),
      { numRuns: 3 },
    );
  });

  test("forgets people and lays others anew: nothing else changes, and what comes again is new", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const random = seededRandom(`forget/${seed}`);
        const events = [...new Map(manyEvents(random, 2_000).map((event) => [revisionName(event), event])).values()];
        const trial = begin();
        await trial.store.applyEvents({ from: at(0), events });
        const [gone, changed] = [ENTITIES[0]!, ENTITIES[1]!];
        const isChanged = ({ entity, event }: HistoryEvent) => entity === changed && event === "purchase";
        const anew = events
          .filter(isChanged)
          .map((event) => ({ ...event, fields: { ...event.fields, merchant: null } }));
        const left = [...events.filter((event) => event.entity !== gone && !isChanged(event)), ...anew];
        await trial.store.forget([gone], [{ entity: changed, event: "purchase" }], anew);
        await agrees(trial.store, left);
        await tellsWhatIsHeld(trial.store, left, random);
        const theirs = events.filter(({ entity }) => entity === gone);
        expect(await trial.store.held(theirs.slice(0, 50))).toEqual(theirs.slice(0, 50).map(() => undefined));
        await trial.store.applyEvents({ from: at(events.length), events: theirs });
        await agrees(trial.store, [...left, ...theirs]);
        await trial.store.close();
      }),
      { numRuns: 4 },
    );
  });

  async function agrees(store: OnlineHistories, events: readonly HistoryEvent[]): Promise<void> {
    for (const entity of ENTITIES) expect(await store.history(entity, BOTH)).toEqual(expected(entity, events));
  }
}

function revisionName({ source, eventId, knownAt }: HistoryEvent): string {
  return `${source} ${eventId} ${knownAt}`;
}

async function tellsWhatIsHeld(store: OnlineHistories, events: readonly HistoryEvent[], random: Random): Promise<void> {
  const asked = Array.from({ length: 40 }, () => events[random.integer(events.length)]!);
  const unknown = { source: "core", eventId: "never sent" };
  const held = await store.held([...asked, unknown]);
  const told = asked.map(({ source, eventId, entity, event }) => {
    const same = events.filter((each) => each.source === source && each.eventId === eventId);
    const revisions = same.map((each) => ({ content: contentOf(each), knownAt: each.knownAt }));
    return { entity, event, revisions: revisions.sort((a, b) => a.knownAt - b.knownAt) };
  });
  expect(held).toEqual([...told, undefined]);
}

/** What is left out lies before `since`, and leaves a trace exactly where it shows something from then on. */
async function readsSince(store: OnlineHistories, random: Random): Promise<void> {
  let leftOut = 0;
  for (const entity of ENTITIES) {
    for (const [event, all] of Object.entries((await store.history(entity, BOTH)).events)) {
      for (let i = 0; i < 5; i++) {
        const since = all.at[random.integer(all.length)]!;
        const some = (await store.history(entity, [event], since)).events[event]!;
        const first = all.length - some.length;
        leftOut += first;
        expect(first === 0 || all.at[first - 1]! < since).toBe(true);
        for (const name of ["at", "knownAt", "supersededAt", "retracted"] as const) {
          expect([...some[name]]).toEqual([...all[name].subarray(first)]);
        }
        expect(textsAndNumbers(some)).toEqual(textsAndNumbers(all).slice(first));
        const settled = [...all.at.subarray(0, first).keys()].some(
          (row) => all.knownAt[row]! <= since && all.supersededAt[row] === Infinity && all.retracted[row] === 0,
        );
        expect(some.earlier === true).toBe(first > 0);
        expect(first === 0 || settled).toBe(true);
      }
    }
  }
  expect(leftOut).toBeGreaterThan(0);
}

function textsAndNumbers({ length, fields, dictionaries }: EventColumns): object[] {
  return Array.from({ length }, (_, row) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, column]) => [name, dictionaries[name]?.[column[row]!] ?? column[row]]),
    ),
  );
}

/** As sources send them: mostly in order, some late, tied, corrected, taken back or sent twice. */
function manyEvents(random: Random, count: number): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  for (let i = 0; i < count; i++) {
    const drawn = random.next();
    const earlier = events[random.integer(Math.max(1, events.length))];
    if (earlier !== undefined && drawn < 0.02) events.push(earlier);
    else if (earlier !== undefined && drawn < 0.07) events.push(correction(earlier, i, random));
    else events.push(firstOf(i, random));
  }
  return events;
}

function firstOf(i: number, random: Random): HistoryEvent {
  const entity = ENTITIES[random.integer(100) < 80 ? 0 : 1 + random.integer(2)]!;
  const late = random.integer(10) === 0 ? random.integer(300) : 0;
  const when = (Math.floor(i / (1 + random.integer(3))) - late) * (DAY / 8);
  const seq = random.integer(5) === 0 ? random.integer(1_000_000) : null;
  const source = random.integer(20) === 0 ? "bureau" : "core";
  const eventId = `${entity}-${i}`;
  const known = { at: when, knownAt: when + (random.integer(30) === 0 ? random.integer(9) * DAY : 0), seq, source };
  if (random.integer(8) === 0)
    return { ...statementEvent(entity, eventId, { fields: statementFields(random) }), ...known };
  return { ...purchaseEvent(entity, eventId, when, purchaseFields(random)), ...known };
}

function statementFields(random: Random): HistoryEvent["fields"] {
  return {
    billed: (random.integer(2 ** 20) - 2 ** 19) * 2 ** 20,
    monthsLate: random.integer(4) === 0 ? null : random.integer(7),
  };
}

function purchaseFields(random: Random): HistoryEvent["fields"] {
  const rare = random.integer(500) === 0;
  return {
    amount: rare ? -Number.MAX_SAFE_INTEGER + random.integer(1000) : random.integer(50_000),
    rate: random.integer(3) === 0 ? null : random.integer(10_000_000),
    kind: random.integer(3),
    online: random.integer(2),
    merchant: random.integer(9) === 0 ? null : `m${random.integer(40)}`,
    note: random.integer(40) === 0 ? `note ${random.integer(2 ** 31)} é` : null,
    booked: random.integer(2) === 0 ? null : random.integer(2 ** 30) * 65_536,
  };
}

/** Another revision, known later than any before; some move the event in time, some take it back. */
function correction(event: HistoryEvent, i: number, random: Random): HistoryEvent {
  const moved = random.integer(4) === 0 ? event.at + (random.integer(200) - 100) * DAY : event.at;
  const fields = event.event === "statement" ? statementFields(random) : purchaseFields(random);
  return { ...event, at: moved, knownAt: 10_000 * DAY + i, retracted: random.integer(3) === 0, fields };
}

function cut(events: readonly HistoryEvent[], random: Random): HistoryEvent[][] {
  const pieces: HistoryEvent[][] = [];
  for (let from = 0; from < events.length; ) {
    const size = 1 + random.integer([1, 10, 500, 5_000][random.integer(4)]!);
    pieces.push(events.slice(from, from + size));
    from += size;
  }
  return pieces;
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const keyed = items.map((item) => ({ item, key: random.next() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

async function* batches(pieces: readonly (readonly HistoryEvent[])[]) {
  yield* pieces;
}

async function* pieces(events: readonly HistoryEvent[]) {
  for (const event of events) yield [event];
}

async function* failing(events: readonly HistoryEvent[]) {
  yield events.slice(0, 1);
  throw new Error("cut short");
}

const ENTITIES = ["ann", "bob", "Zoë \u{1f4b3}"] as const;

const anyEvent: fc.Arbitrary<HistoryEvent> = fc
  .record({
    type: fc.constantFrom("statement", "purchase"),
    entity: fc.constantFrom(...ENTITIES),
    source: fc.constantFrom("core", "bureau"),
    id: fc.nat(4),
    seq: fc.option(fc.nat(3)),
    day: fc.nat(5),
    lateDays: fc.nat(4),
    retracted: fc.boolean(),
    number: fc.option(fc.maxSafeInteger().map((value) => value + 0)),
    text: fc.option(fc.string({ unit: "grapheme", maxLength: 5 })),
  })
  .map(({ type, entity, source, id, seq, day, lateDays, retracted, number, text }) => {
    const fields =
      type === "statement"
        ? { billed: number, monthsLate: 1 }
        : { amount: number, kind: 0, merchant: text, note: text };
    // The id tells type and entity, so that revisions stay with their event.
    const eventId = `${type}-${entity}-${id}`;
    const base =
      type === "statement" ? statementEvent(entity, eventId, { fields }) : purchaseEvent(entity, eventId, 0, fields);
    return { ...base, source, seq, at: day * DAY, knownAt: (day + lateDays) * DAY, retracted };
  });

/** Leaves out what could never have been accepted: two revisions of one event known at the same time. */
function unique(batches: readonly (readonly HistoryEvent[])[]): HistoryEvent[][] {
  const seen = new Set<string>();
  const isNew = ({ source, eventId, knownAt }: HistoryEvent) => {
    const name = `${source} ${eventId} ${knownAt}`;
    return seen.size < seen.add(name).size;
  };
  return batches.map((events) => events.filter(isNew));
}
