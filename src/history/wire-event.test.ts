import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, hashText } from "../base/index.ts";
import type { HistoryEvent } from "../compile/index.ts";
import { statementEvent } from "./fixture.ts";
import { contentOf, decodeEvent, EVENT_VERSION, encodeEvent, encodeEvents, idOf } from "./wire-event.ts";

const text = fc.string({ unit: "binary", maxLength: 12 });
const stored = fc.oneof(
  fc.maxSafeInteger().map((value) => value + 0),
  text,
  fc.constant(null),
);
const events: fc.Arbitrary<HistoryEvent> = fc.record({
  event: text,
  entity: text,
  source: text,
  eventId: text,
  seq: fc.option(fc.maxSafeNat()),
  at: fc.maxSafeInteger().map((value) => value + 0),
  knownAt: fc.maxSafeInteger().map((value) => value + 0),
  retracted: fc.boolean(),
  fields: fc.dictionary(
    text.filter((name) => name !== "__proto__"),
    stored,
    { noNullPrototype: true },
  ),
});

test("the bytes are the canonical JSON of the event and its version, and decode to the event", () => {
  fc.assert(
    fc.property(events, (event) => {
      const bytes = encodeEvent(event);
      expect(bytes.toString()).toBe(canonicalJson({ ...event, version: EVENT_VERSION }));
      expect(decodeEvent(bytes)).toEqual(event);
    }),
  );
});

interface GoldenCase {
  readonly event: HistoryEvent;
  readonly text: string;
  readonly id: string;
  readonly content: string;
}

test("version 1 stays what it was (golden file)", () => {
  const golden = JSON.parse(readFileSync(new URL("../../tests/replay/events-v1.json", import.meta.url), "utf8")) as {
    readonly cases: readonly GoldenCase[];
  };
  expect(golden.cases.length).toBeGreaterThan(2);
  for (const { event, text, id, content } of golden.cases) {
    expect(encodeEvent(event).toString()).toBe(text);
    expect(decodeEvent(Buffer.from(text))).toEqual(event);
    expect(identityHex(event)).toEqual({ id, content });
  }
});

/** Stores of version 1 kept these instead of the texts. */
function shortHash(text: string): string {
  return hashText(text).slice(0, 32);
}

function identityHex(event: HistoryEvent) {
  const [id, content] = [idOf(event), contentOf(event)];
  return { id: shortHash(id), content: shortHash(content) };
}

test("many at once are the same bytes", () => {
  const events = ["s1", "é", "\u{1f600}"].map((id) => statementEvent(id, id));
  expect(encodeEvents(events)).toEqual(events.map(encodeEvent));
  expect(encodeEvents([])).toEqual([]);
});

test("a version of the future is refused by name", () => {
  const later = Buffer.from(encodeEvent(statementEvent("ann", "s1")).toString().replace('"version":1', '"version":2'));
  expect(() => decodeEvent(later)).toThrow(/version 2 of events is not known here/);
});

test("content is what the event says: not when it was known, not its seq, not its name", () => {
  const event = statementEvent("ann", "s1");
  const same = [
    { ...event, knownAt: event.knownAt + 1 },
    { ...event, seq: 4 },
    { ...event, eventId: "s2" },
  ];
  for (const other of same) expect(contentOf(other)).toBe(contentOf(event));
  const different = [
    { ...event, at: event.at + 1 },
    { ...event, retracted: true },
    { ...event, entity: "bob" },
    { ...event, fields: { ...event.fields, billed: 10_001 } },
  ];
  for (const other of different) expect(contentOf(other)).not.toBe(contentOf(event));
  expect(idOf({ ...event, source: "a", eventId: "b" })).not.toBe(idOf({ ...event, source: "a\u0000b", eventId: "" }));
});
