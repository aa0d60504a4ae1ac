import { describe, expect, it } from "vitest";
import { seededRandom } from "../base/index.ts";
import { sketchOf } from "../evaluate/index.ts";
import { diagnose } from "./diagnosis.ts";
import type { FieldProfile } from "./profile-document.ts";

const random = seededRandom("monitoring/diagnosis");
/** Owed amounts, a tenth of them 0. */
const amounts = Array.from({ length: 4_000 }, () =>
  random.next() < 0.1 ? 0 : Math.round(1_000 * (3 + random.normal()) ** 2),
);
const codes = amounts.map((_, i) => [0, 0, 0, 0, 1, 1, 1, 2, 2, 3][i % 10]!);

function fieldOf(values: readonly number[], more: Partial<FieldProfile> = {}): FieldProfile {
  return {
    source: "core",
    event: "statement",
    field: "billed",
    categories: null,
    entities: 1_000,
    sketch: sketchOf(Float64Array.from(values)),
    missing: {},
    ...more,
  };
}
const NAMES = ["branch", "web", "app", "phone"];
const named = (values: readonly number[], more: Partial<FieldProfile> = {}) =>
  fieldOf(values, { categories: NAMES, ...more });
const told = (reference: FieldProfile, current: FieldProfile, gone: readonly number[] = []) => {
  const { kind, words } = diagnose({ reference, span: current, current, gone: new Set(gone) }, 0.01);
  return `${kind}: ${words}`;
};
const some = (values: readonly number[], change: (value: number) => number) =>
  values.map((value) => (random.next() < 0.2 ? change(value) : value));

describe("of amounts", () => {
  const reference = fieldOf(amounts);
  const changed = (change: (value: number) => number) => told(reference, fieldOf(amounts.map(change)));

  it.each([
    [
      "all a hundred times",
      (value: number) => value * 100,
      "brokenUnit: is about 100 times what it was, at every decile",
    ],
    ["all a thirtieth", (value: number) => value / 30, "brokenUnit: is about 1/30 of what it was, at every decile"],
    ["all twice, as other people may owe", (value: number) => value * 2, "drift: has moved"],
    ["all 40 more", (value: number) => value + 40, "drift: has moved"],
  ])("%s", (_, change, words) => expect(changed(change)).toBe(words));

  it("a fifth of them thirty times", () => {
    const current = fieldOf(some(amounts, (value) => value * 30));
    expect(told(reference, current)).toMatch(
      /^outOfRange: has 1\d\.\d % of its values above 3\d,\d{3}, where the profile has 0\.\d %$/,
    );
  });

  it("a fifth of them far below", () => {
    expect(told(reference, fieldOf(some(amounts, () => -5_000)))).toMatch(/^outOfRange: .* below 0,/);
  });

  it("of people who owe more, a few of them more than was seen", () => {
    const wealthy = amounts.filter((value) => value > 9_000).map((value) => value * 1.3);
    expect(told(reference, fieldOf(wealthy))).toBe("drift: has moved");
  });

  it("absent in a quarter of events", () => {
    const current = fieldOf(amounts.slice(0, 3_000), { missing: { absent: 1_000 } });
    expect(told(reference, current)).toBe("missing: is absent in 25.0 % of events; the profile has 0.0 %");
    const few = fieldOf(amounts.slice(0, 15), { missing: { absent: 1 }, entities: 4 });
    expect(told(reference, few)).not.toMatch(/^missing/);
  });

  it("absent in all", () => {
    expect(told(reference, fieldOf([], { missing: { absent: 500 } }))).toMatch(/^missing: is absent in 100\.0 %/);
  });
});

describe("of names", () => {
  const reference = named(codes);

  it("one that no longer comes", () => {
    const merged = named(codes.map((code) => (code === 3 ? 1 : code)));
    expect(told(reference, merged, [3])).toBe('vanishedCategory: no longer has "phone"');
  });

  it("one that no longer comes among others who moved more", () => {
    const others = named(codes.map((code, i) => (code === 3 || i % 2 === 0 ? 2 : code)));
    expect(told(reference, others, [3])).toBe("drift: has moved");
  });

  it("one that nobody knew", () => {
    const current = named(
      some(codes, () => 4),
      { categories: [...NAMES, "kiosk"] },
    );
    expect(told(named(codes, { categories: [...NAMES, "kiosk"] }), current)).toBe(
      'unseenCategory: has "kiosk", never seen before',
    );
  });

  it("numbers that are codes, a part of them multiplied", () => {
    const current = fieldOf(some(codes, (code) => code * 30));
    expect(told(fieldOf(codes), current)).toBe('unseenCategory: has "30", "60", "90", never seen before');
  });

  it("never a unit where other people bring another mix of the same codes", () => {
    const late = codes.map((code) => (code === 0 ? 0 : 3));
    expect(told(fieldOf(codes), fieldOf(late))).toBe("drift: has moved");
  });
});
