import { expect, it } from "vitest";
import { delayFeed, replaceValue, scaleField } from "./drill.ts";
import { eventsOfPeople } from "./fixtures/lender-events.ts";

const events = eventsOfPeople(50, "drill");
const text = JSON.stringify(events);
const drill = { event: "statement", seed: "drill", share: 0.2, fromPosition: 150 };
const changedOf = (after: readonly (readonly (typeof events)[number][])[]) =>
  after.flat().filter(({ event }, i) => JSON.stringify(event) !== JSON.stringify(events[i]!.event));

it.each([
  ["scaled", () => scaleField([events], { ...drill, field: "billed", factor: 30 })],
  ["delayed", () => delayFeed([events], { ...drill, byMicros: 1 })],
  ["renamed", () => replaceValue([events], { ...drill, field: "channel", value: 1, by: 0 })],
])("says what it changed, in a copy: %s", (_, put) => {
  const drilled = put();
  const changed = changedOf(drilled.events);
  expect(changed.length).toBeGreaterThan(5);
  expect(drilled).toMatchObject({ changed: changed.length, firstPosition: changed[0]!.offset });
  for (const { event, offset } of changed) expect([event.event, offset >= 150]).toEqual(["statement", true]);
  expect(JSON.stringify(events)).toBe(text);
  expect(put()).toEqual(drilled);
});

it("changes about the share that was asked, and all where all were", () => {
  const later = events.filter(({ event, offset }) => event.event === "statement" && offset >= 150).length;
  const part = scaleField([events], { ...drill, field: "billed", factor: 30 }).changed;
  expect(Math.abs(part / later - 0.2)).toBeLessThan(0.1);
  expect(delayFeed([events], { ...drill, share: 1, byMicros: 1 }).changed).toBe(later);
});

it("keeps stored numbers whole, and leaves what is absent or 0", () => {
  const { events: after } = scaleField([events], { ...drill, share: 1, field: "paid", factor: 0.01 });
  for (const { event } of changedOf(after)) expect(Number.isInteger(event.fields["paid"])).toBe(true);
  const months = scaleField([events], { ...drill, share: 1, fromPosition: 0, field: "monthsLate", factor: 30 });
  const nonzero = events.filter(({ event }) => Number(event.fields["monthsLate"] ?? 0) !== 0).length;
  expect(months.changed).toBe(nonzero);
});

it("says that nothing changed", () => {
  const none = replaceValue([events], { ...drill, field: "channel", value: 9, by: 0 });
  expect(none).toMatchObject({ changed: 0, firstPosition: null });
});
