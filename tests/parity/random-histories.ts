// Histories made to be awkward: ties down to the event id, late news, revisions that move an event, retractions, gaps, values
// at the end of the exact range, events exactly on the edges of windows and of days that clocks change in.

import fc from "fast-check";
import { instant, MICROS_PER_DAY, MICROS_PER_HOUR } from "../../src/base/index.ts";
import type { HistoryEvent, HistorySchema } from "../../src/compile/index.ts";
import type { FieldNode, FieldType } from "../../src/define/index.ts";

function field(type: FieldType, optional = false): FieldNode {
  return { type, protection: "none", optional };
}

const money: FieldType = { kind: "money", currency: "USD", scale: 2 };

export const schema: HistorySchema = {
  statement: {
    kind: "event",
    name: "statement",
    entity: "borrower",
    delayMicros: 0,
    fields: {
      billed: field(money),
      paid: field(money, true),
      fee: field(money),
      monthsLate: field({ kind: "integer" }),
      status: field({ kind: "category", values: ["good", "late", "lost"] }, true),
      flagged: field({ kind: "boolean" }),
      dueOn: field({ kind: "date" }, true),
    },
  },
  purchase: {
    kind: "event",
    name: "purchase",
    entity: "borrower",
    delayMicros: 0,
    fields: {
      amount: field({ kind: "decimal", scale: 3 }, true),
      memo: field({ kind: "text" }, true),
      shop: field({ kind: "ref", entity: "merchant" }),
      when: field({ kind: "instant" }),
      taste: field({ kind: "vector", dim: 3 }, true),
    },
  },
  pull: {
    kind: "event",
    name: "pull",
    entity: "borrower",
    delayMicros: 0,
    fields: { pull: field({ kind: "text" }, true), score: field({ kind: "integer" }) },
  },
  line: {
    kind: "event",
    name: "line",
    entity: "borrower",
    delayMicros: 0,
    fields: { pull: field({ kind: "text" }), balance: field(money, true), open: field({ kind: "boolean" }) },
  },
  closure: { kind: "event", name: "closure", entity: "borrower", delayMicros: 0, fields: {} },
  visit: {
    kind: "event",
    name: "visit",
    entity: "merchant",
    delayMicros: 0,
    fields: {
      takings: field(money),
      crowd: field({ kind: "integer" }, true),
      trade: field({ kind: "category", values: ["food", "fuel"] }),
      closed: field({ kind: "boolean" }, true),
    },
  },
};

/** Clock changes in New York (both), Taipei's new year, a skipped midnight in São Paulo, a skipped day in Apia. */
export const moments = [
  "2025-03-09T05:00:00Z",
  "2025-11-02T04:00:00Z",
  "2024-12-31T16:00:00Z",
  "2018-11-04T03:00:00Z",
  "2011-12-30T10:00:00Z",
  "2024-02-29T05:00:00Z",
].map(instant);

/** Instants around a moment; days apart with little noise, so that windows of whole days end exactly on events. */
export function instants(around: number): fc.Arbitrary<number> {
  const days = fc.oneof(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -70, max: 40 }));
  const noise = fc.constantFrom(0, 0, 0, 0, -1, 1, MICROS_PER_HOUR, -MICROS_PER_HOUR, 12 * MICROS_PER_HOUR);
  return fc.tuple(days, noise).map(([day, micros]) => around + day * MICROS_PER_DAY + micros);
}

type Size = "small" | "large" | "huge";

function integers(size: Size): fc.Arbitrary<number> {
  if (size === "small") return fc.integer({ min: -300, max: 300 });
  if (size === "large") return fc.integer({ min: -90_000_000, max: 90_000_000 });
  const edge = fc.constantFrom(2 ** 53 - 1, 1 - 2 ** 53, 2 ** 52, -(2 ** 52), 2 ** 52 + 1, 0, 1);
  return fc.oneof(edge, fc.maxSafeInteger(), fc.integer({ min: 2 ** 52 - 3, max: 2 ** 52 + 3 }));
}

/** Small, large, below what float32 tells from 0, and beyond what whole numbers hold. */
const vectors = [
  [0.1, -0.5, 1],
  [1e30, 1e-40, -3.25],
  [123_456.789, 0, -1e-3],
].map((numbers) => btoa(String.fromCharCode(...new Uint8Array(Float32Array.from(numbers).buffer))));

function dayAround(moment: number): number {
  return Math.floor(moment / MICROS_PER_DAY);
}

function fieldValue({ type, optional }: FieldNode, size: Size): fc.Arbitrary<number | string | null> {
  const value: fc.Arbitrary<number | string> =
    type.kind === "vector"
      ? fc.constantFrom(...vectors)
      : type.kind === "date"
        ? fc.oneof(fc.constantFrom(...moments).map(dayAround), fc.integer({ min: -60_000, max: 60_000 }))
        : type.kind === "instant"
          ? fc.oneof(fc.constantFrom(...moments).chain(instants), integers(size))
          : type.kind === "text" || type.kind === "ref"
            ? fc.constantFrom("a", "b", "é", "\u{1d4b3}", "\uffee")
            : type.kind === "category"
              ? fc.nat({ max: type.values.length - 1 })
              : type.kind === "boolean"
                ? fc.nat({ max: 1 })
                : integers(size);
  return optional ? fc.option(value, { freq: 3 }) : value;
}

function revision(event: string, around: number, size: Size) {
  return fc.record({
    at: instants(around),
    delay: fc.constantFrom(0, 0, 0, 1, MICROS_PER_DAY, 5 * MICROS_PER_DAY, -MICROS_PER_DAY),
    retracted: fc.integer({ min: 0, max: 9 }).map((draw) => draw === 0),
    fields: fc.record(
      Object.fromEntries(Object.entries(schema[event]!.fields).map(([name, node]) => [name, fieldValue(node, size)])),
    ),
  });
}

function revisions(event: string, around: number, size: Size, tidy: boolean): fc.Arbitrary<HistoryEvent[]> {
  const identity = fc.record({
    source: fc.constantFrom("a", "b", "\uffee", "\u{1d4b3}"),
    letter: fc.constantFrom("x", "y", "\uffee", "\u{1d4b3}"),
    seq: fc.option(fc.nat({ max: 2 })),
  });
  const list = fc.array(revision(event, around, size), { minLength: 1, maxLength: tidy ? 1 : 3, size: "max" });
  return fc.tuple(identity, list).map(([{ source, letter, seq }, drawn]) => {
    const base = { event, entity: "borrower-1", source, eventId: letter, seq };
    let known = Number.NEGATIVE_INFINITY;
    return drawn.map(({ at, delay, retracted, fields }) => {
      known = Math.max(known + 1, tidy ? at : at + delay);
      return { ...base, at, knownAt: known, retracted: !tidy && retracted, fields };
    });
  });
}

/** One entity's events in no order; tidy histories have every event known at once, none revised. */
export function histories(around: number): fc.Arbitrary<HistoryEvent[]> {
  const shape = fc.record({ size: fc.constantFrom<Size>("small", "small", "large", "huge"), tidy: fc.boolean() });
  return shape.chain(({ size, tidy }) => {
    const event = fc.constantFrom("statement", "statement", "purchase", "closure", "pull", "line");
    const lists = fc.array(
      event.chain((name) => revisions(name, around, size, tidy)),
      { maxLength: 24, size: "max" },
    );
    // Ids are told apart by their place, behind a letter that decides how they sort.
    return lists.map((all) =>
      all.flatMap((list, place) => list.map((one) => ({ ...one, eventId: `${one.eventId}${place}` }))),
    );
  });
}

/** What purchases refer to as their shop. */
const shops = ["a", "b", "é", "\u{1d4b3}", "\uffee"];

/** Events of some of the merchants that purchases name, by id; others are linked and have no history. */
export function merchants(around: number): fc.Arbitrary<ReadonlyMap<string, readonly HistoryEvent[]>> {
  const visits = fc
    .record({ size: fc.constantFrom<Size>("small", "large", "huge"), tidy: fc.boolean() })
    .chain(({ size, tidy }) => fc.array(revisions("visit", around, size, tidy), { maxLength: 8, size: "max" }));
  return fc.array(fc.tuple(fc.constantFrom(...shops), visits), { minLength: 3, maxLength: 5 }).map((drawn) => {
    const byShop = new Map(drawn);
    return new Map([...byShop].map(([entity, lists]) => [entity, eventsAbout(entity, lists)]));
  });
}

function eventsAbout(entity: string, lists: readonly (readonly HistoryEvent[])[]): HistoryEvent[] {
  return lists.flatMap((list, place) => list.map((one) => ({ ...one, entity, eventId: `${one.eventId}${place}` })));
}
