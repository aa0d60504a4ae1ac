import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FieldNode, FieldType } from "../define/index.ts";
import { askedText, offeredTerms } from "./amounts.ts";

const field = (type: FieldType): FieldNode => ({ type, protection: "none", optional: false });
const fields = {
  amount: field({ kind: "money", currency: "USD", scale: 2 }),
  months: field({ kind: "integer" }),
};

function offered(asked: string, times: number, stored: number): string {
  return offeredTerms({ term: { asked, times } }, fields, { [asked]: stored })["term"]!;
}

describe("an offer", () => {
  test.each([
    ["amount", 1, 12_345, "123.45"],
    ["amount", 0.5, 10_001, "50.00"],
    ["amount", 0.1, 3, "0.00"],
    ["amount", 1.1, 100, "1.10"],
    ["amount", 0.29, 10_000, "29.00"],
    ["months", 0.75, 36, "27"],
    ["months", 0.5, 13, "6"],
  ])("of %s times %d on %d stored units is %s", (asked, times, stored, text) => {
    expect(offered(asked, times, stored)).toBe(text);
  });
  test("never exceeds the exact share, and misses it by less than one stored unit", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000_000 }),
        fc.integer({ min: 1, max: 1000 }),
        (stored, thousandths) => {
          const units = BigInt(offered("months", thousandths / 1000, stored));
          const exact = BigInt(stored) * BigInt(thousandths);
          expect(units * 1000n <= exact && exact < (units + 1n) * 1000n).toBe(true);
        },
      ),
    );
  });
});

test.each<[FieldType, number, string]>([
  [{ kind: "money", currency: "USD", scale: 2 }, -5, "-0.05"],
  [{ kind: "decimal", scale: 4 }, 12_345, "1.2345"],
  [{ kind: "integer" }, 24, "24"],
  [{ kind: "category", values: ["home", "car"] }, 1, "car"],
  [{ kind: "boolean" }, 1, "1"],
  [{ kind: "instant" }, 1_743_382_800_000_001, "2025-03-31T01:00:00.000001Z"],
  [{ kind: "date" }, 20_178, "2025-03-31"],
])("a stored field of type %o reads %d as %s", (type, stored, text) => {
  expect(askedText(type, stored)).toBe(text);
});
