import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatScaled, parseScaled } from "./decimal.ts";

describe("scaled decimals", () => {
  test("read and print the same integer", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 8 }), (scaled, scale) => {
        expect(parseScaled(formatScaled(scaled, scale), scale)).toBe(scaled === 0 ? 0 : scaled);
      }),
    );
  });

  test("trailing zeros are no extra decimals; real ones are refused", () => {
    expect(parseScaled("12.5000", 2)).toBe(1250);
    expect(parseScaled("12.505", 2)).toBeUndefined();
    expect(parseScaled("-0", 2)).toBe(0);
  });

  test.each(["", "1e3", "NaN", "1,000", " 1", "+1", ".5", "90071992547409.93"])("%j is refused", (text) => {
    expect(parseScaled(text, 2)).toBeUndefined();
  });
});
