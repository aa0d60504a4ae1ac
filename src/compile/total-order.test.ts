import fc from "fast-check";
import { expect, test } from "vitest";
import { compareBytes, compareEvents } from "./total-order.ts";

function encodedOrder(a: string, b: string): number {
  return Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

test("strings order as their UTF-8 bytes do", () => {
  const text = fc.string({ unit: "binary", maxLength: 6 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(encodedOrder(a, b));
    }),
    { numRuns: 300 },
  );
  expect(compareBytes("\uffee", "\u{1d4b3}")).toBeLessThan(0);
});

const event = { at: 1, source: "a", seq: 1, eventId: "x", knownAt: 1 };

test("at decides before source, source before seq, seq before event id, event id before knownAt", () => {
  const inOrder = [
    { ...event, seq: null, eventId: "z" },
    { ...event, seq: 0, eventId: "y", knownAt: 9 },
    event,
    { ...event, knownAt: 2 },
    { ...event, eventId: "y", knownAt: 0 },
    { ...event, seq: 2, eventId: "a" },
    { ...event, source: "b", seq: 0 },
    { ...event, at: 2, source: "a", seq: 0 },
  ];
  expect([...inOrder].reverse().sort(compareEvents)).toEqual(inOrder);
});

test("a source without a sequence orders its ties by event id", () => {
  const ties = ["b", "a", "c"].map((eventId) => ({ ...event, seq: null, eventId }));
  expect(ties.sort(compareEvents).map(({ eventId }) => eventId)).toEqual(["a", "b", "c"]);
});
