import { expect, test } from "vitest";
import { formatDate, formatInstant, instant, MICROS_PER_DAY } from "../base/index.ts";
import type { RequestNode } from "../define/index.ts";
import { isProblem, majorUnits, storedUnits } from "./request-fields.ts";

const field = (type: RequestNode["fields"][string]["type"]) => ({ type, protection: "none", optional: false }) as const;
const loan: RequestNode = {
  kind: "request",
  name: "loan",
  parties: {},
  fields: { start: field({ kind: "instant" }), due: field({ kind: "date" }) },
};

test("instants and dates are asked as sources write them, and recorded as they can be read again", () => {
  const asked = { start: "2025-03-31T09:00:00+08:00", due: "2025-04-01" };
  const start = instant("2025-03-31T01:00:00Z");
  const due = instant("2025-04-01T00:00:00Z") / MICROS_PER_DAY;
  const stored = storedUnits(loan, asked);
  expect(stored).toEqual({ start, due });
  expect(majorUnits(loan, { start, due })).toEqual({ start, due });
  // As a record holds them.
  expect(storedUnits(loan, { start: formatInstant(start), due: formatDate(due) })).toEqual(stored);
});

test("what is no instant or date is refused with an example of one", () => {
  const refusals = [
    { start: "2025-03-31", due: "2025-04-01" },
    { start: "2025-03-31T09:00:00Z", due: "2025-02-30" },
  ].map((asked) => storedUnits(loan, asked));
  expect(refusals.map((refusal) => isProblem(refusal) && refusal.rule)).toEqual([
    expect.stringContaining("is no instant such as 2025-03-31T09:00:00Z"),
    expect.stringContaining("is no date such as 2025-03-31"),
  ]);
});
