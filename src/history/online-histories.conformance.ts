// The exam every adapter of the online histories sits. What it gives back must be, array for array, what `layOutHistory`
// makes of the events applied.

import fc from "fast-check";
import { expect, test } from "vitest";
import { type HistoryEvent, layOutHistory } from "../compile/index.ts";
import { purchaseEvent, statementEvent } from "./fixture.ts";
import type { OnlineHistories, OnlineReader } from "./online-histories.ts";
import { identified, identify } from "./wire-event.ts";

export interface OnlineUnderTest {
  readonly store: OnlineHistories;
  /** A reader with a view of its own, as another process would have. */
  reader(): OnlineReader;
  /** Closes the store in an orderly way and opens it again. */
  reopen(): Promise<OnlineHistories>;
}

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
    expect(await store.held(["0123456789abcdef"])).toEqual([undefined]);
    await store.close();
  });

  test("any events in any batches read as they are laid out", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyEvent, { maxLength: 8 }), { maxLength: 6 }), async (drawn) => {
        const batches = unique(drawn);
        const { store } = begin();
        let offset = 0;
        for (const events of batches) {
          await store.applyEvents({ from: at(offset), events: events.map(identified) });
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
    await store.applyEvents({ from: at(0), events: events.slice(0, 2).map(identified) });
    await store.applyEvents({ from: at(0), events: events.map(identified) });
    await store.applyEvents({ from: at(1), events: events.slice(1).map(identified) });
    expect(await store.appliedUpTo()).toEqual(at(3));
    expect(await store.history("ann", BOTH)).toEqual(expected("ann", events));
    await store.close();
  });

  test("a gap in the log is our mistake and is not applied", async () => {
    const { store } = begin();
    await expect(
      (async () => store.applyEvents({ from: at(1), events: [statementEvent("ann", "s1")].map(identified) }))(),
    ).rejects.toThrow(/invariant/);
    expect(await store.appliedUpTo()).toEqual(at(0));
    await store.close();
  });

  test("an event that a transport delivers twice counts once", async () => {
    const { store } = begin();
    const event = statementEvent("ann", "s1");
    await store.held([identify(event).id]);
    await store.applyEvents({ from: at(0), events: [event, event].map(identified) });
    await store.applyEvents({ from: at(2), events: [event].map(identified) });
    expect(await store.history("ann", BOTH)).toEqual(expected("ann", [event]));
    await store.close();
  });

  test("a revision that moves an event behind all others supersedes the row it was", async () => {
    const { store } = begin();
    const first = statementEvent("ann", "s1", { at: 0 });
    const moved = { ...first, at: 9 * DAY, knownAt: 10 * DAY };
    const events = [first, statementEvent("ann", "s2", { at: DAY }), moved];
    for (const [i, event] of events.entries()) await store.applyEvents({ from: at(i), events: [identified(event)] });
    const { statement } = (await store.history("ann", BOTH)).events;
    expect([...statement!.supersededAt]).toEqual([10 * DAY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect({ entity: "ann", events: { statement } }).toEqual(expected("ann", events));
    await store.close();
  });

  test("what is held under an id: every revision by rising knownAt", async () => {
    const { store } = begin();
    const first = statementEvent("ann", "s1");
    const second = { ...first, knownAt: first.knownAt + DAY, retracted: true };
    await store.applyEvents({ from: at(0), events: [first, second].map(identified) });
    const revisions = [first, second].map((event) => ({ content: identify(event).content, knownAt: event.knownAt }));
    expect(await store.held([identify(first).id])).toEqual([{ entity: "ann", event: "statement", revisions }]);
    await store.close();
  });

  test("a reader sees each new batch with its position, and both from one state", async () => {
    const trial = begin();
    const reader = trial.reader();
    const events: HistoryEvent[] = [];
    for (let i = 0; i < 20; i++) {
      const event = statementEvent("ann", `s${i}`, { at: i * DAY });
      await trial.store.applyEvents({ from: at(i), events: [event].map(identified) });
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
      events: [statementEvent("ann", "s1"), purchaseEvent("ann", "p1", 0)].map(identified),
    });
    expect(Object.keys((await store.history("ann", ["purchase"])).events)).toEqual(["purchase"]);
    await store.close();
  });

  test("everything survives an orderly reopening", async () => {
    const trial = begin();
    const events = [statementEvent("ann", "s1"), purchaseEvent("ann", "p1", DAY)];
    await trial.store.applyEvents({ from: at(0), events: events.map(identified) });
    const store = await trial.reopen();
    expect(store.mustRebuild()).toBe(false);
    expect(await store.appliedUpTo()).toEqual(at(2));
    expect(await store.history("ann", BOTH)).toEqual(expected("ann", events));
    await store.close();
  });

  test("a rebuild forgets what was there and ends at the position given; one cut short must be done again", async () => {
    const trial = begin();
    await trial.store.applyEvents({ from: at(0), events: [statementEvent("ann", "s1")].map(identified) });
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
}

async function* pieces(events: readonly HistoryEvent[]) {
  for (const event of events) yield [identified(event)];
}

async function* failing(events: readonly HistoryEvent[]) {
  yield events.slice(0, 1).map(identified);
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
