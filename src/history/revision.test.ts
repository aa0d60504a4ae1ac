import { expect, test } from "vitest";
import type { HistoryEvent } from "../compile/index.ts";
import { statementEvent } from "./fixture.ts";
import { type HeldEvent, judge, withRevision } from "./revision.ts";

const first = statementEvent("ann", "s1", { knownAt: 1_704_153_600_000_000 });
const later = first.knownAt + 1;
const says = (billed: number, more: Partial<HistoryEvent> = {}) => ({
  ...first,
  fields: { ...first.fields, billed },
  ...more,
});

function heldOf(...events: HistoryEvent[]): HeldEvent {
  let held: HeldEvent | undefined;
  for (const event of events) held = withRevision(held, event);
  return held!;
}

function verdict(event: HistoryEvent, held: HeldEvent | undefined, ownKnownAt = true) {
  const result = judge({ event, ownKnownAt, diverted: [], documents: [] }, held);
  return result.kind === "refused" ? result.problem.code : result.kind;
}

test("an id that nobody holds is new", () => {
  expect(verdict(first, undefined)).toBe("new");
});

test("the same content is a duplicate, whatever its knownAt and seq", () => {
  const held = heldOf(first);
  expect(verdict(first, held)).toBe("duplicate");
  expect(verdict({ ...first, knownAt: later, seq: 9 }, held)).toBe("duplicate");
});

test("other content is a revision only with its own, strictly later knownAt", () => {
  const held = heldOf(first);
  expect(verdict(says(1, { knownAt: later }), held)).toBe("revision");
  expect(verdict(says(1, { knownAt: later }), held, false)).toBe("ASSAY_HISTORY_CONFLICT");
  expect(verdict(says(1), held)).toBe("ASSAY_HISTORY_CONFLICT");
  expect(verdict(says(1, { knownAt: first.knownAt - 1 }), held)).toBe("ASSAY_HISTORY_CONFLICT");
  expect(verdict({ ...first, retracted: true, knownAt: later }, held)).toBe("revision");
});

test("an old delivery sent again after a revision is a duplicate; going back to what was said is a revision", () => {
  const held = heldOf(first, says(1, { knownAt: later }));
  expect(verdict(first, held)).toBe("duplicate");
  expect(verdict(says(1, { knownAt: later + 5 }), held)).toBe("duplicate");
  expect(verdict({ ...first, knownAt: later + 1 }, held)).toBe("revision");
  expect(verdict(says(2, { knownAt: later }), held)).toBe("ASSAY_HISTORY_CONFLICT");
});

test("an event never moves to another entity or type", () => {
  const held = heldOf(first);
  expect(verdict({ ...first, entity: "bob", knownAt: later }, held)).toBe("ASSAY_HISTORY_OTHER_THING");
  expect(verdict({ ...first, event: "purchase", knownAt: later }, held)).toBe("ASSAY_HISTORY_OTHER_THING");
});

test("applying a revision that is held changes nothing", () => {
  const held = heldOf(first, says(1, { knownAt: later }));
  expect(withRevision(held, first)).toBe(held);
});
