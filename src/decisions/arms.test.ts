import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Arm, armOf, assignmentOf, type Shares, standIn } from "./arms.ts";

const salt = fc.string({ minLength: 1, maxLength: 20 });
const key = fc.string({ minLength: 1, maxLength: 20 });
const share = fc.integer({ min: 0, max: 5_000 });
const canary = (shareBasisPoints: number, ofSalt = "s"): Shares => ({
  stage: "canary",
  shareBasisPoints,
  salt: ofSalt,
});

const PEOPLE = 20_000;
const people = Array.from({ length: PEOPLE }, (_, i) => `b-${i}`);

function counts(rollout: Shares): Record<Arm, number> {
  const counted = { champion: 0, control: 0, canary: 0 };
  for (const person of people) counted[armOf(rollout, person)]++;
  return counted;
}

describe("an arm", () => {
  it("is the salt's and the person's alone: known answers, whoever asks", () => {
    // sha256sum of "spring\nb-2" begins 246e1997: 611,195,287, of which 5,287 are left over tens of thousands.
    const arms = ["b-1", "b-2", "b-3", "b-6"].map((person) => armOf(canary(3_000, "spring"), person));
    expect(arms).toEqual(["champion", "control", "control", "canary"]);
    expect(armOf(canary(2_643, "spring"), "b-2")).toBe("champion");
    expect(armOf(canary(2_644, "spring"), "b-2")).toBe("control");
  });

  it("is the champion's for everyone in shadow, and where no rollout is under way", () => {
    fc.assert(
      fc.property(salt, key, share, (ofSalt, person, shareBasisPoints) => {
        expect(assignmentOf({ stage: "shadow", shareBasisPoints, salt: ofSalt }, person)).toEqual({
          arm: "champion",
          propensity: 1,
          salt: ofSalt,
        });
        expect(assignmentOf(null, person)).toEqual({ arm: "champion", propensity: 1, salt: null });
      }),
    );
  });

  it("holds for the canary as the share grows; only some of the control change, to the canary", () => {
    fc.assert(
      fc.property(salt, key, share, share, (ofSalt, person, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const [before, after] = [armOf(canary(less, ofSalt), person), armOf(canary(more, ofSalt), person)];
        if (before === "canary") expect(after).toBe("canary");
        if (before === "control") expect(after).not.toBe("champion");
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([100, 1_000, 2_500, 5_000])("of %i basis points is as large as its control, within chance", (basisPoints) => {
    const { canary: challenged, control, champion } = counts(canary(basisPoints, "size"));
    const p = basisPoints / 10_000;
    const fourSigma = 4 * Math.sqrt(PEOPLE * p * (1 - p));
    expect(Math.abs(challenged - PEOPLE * p)).toBeLessThan(fourSigma);
    expect(Math.abs(control - PEOPLE * p)).toBeLessThan(fourSigma);
    expect(champion).toBe(PEOPLE - challenged - control);
    if (basisPoints === 5_000) expect(champion).toBe(0);
  });

  it("of another salt says nothing about this one's", () => {
    const both = people.filter(
      (person) => armOf(canary(2_500, "one"), person) === "canary" && armOf(canary(2_500, "two"), person) === "canary",
    );
    const p = 1 / 16;
    expect(Math.abs(both.length - PEOPLE * p)).toBeLessThan(4 * Math.sqrt(PEOPLE * p * (1 - p)));
  });
});

describe("a propensity", () => {
  it("is the share of the arm that was taken, and the three arms' make one", () => {
    fc.assert(
      fc.property(salt, key, share, (ofSalt, person, basisPoints) => {
        const { arm, propensity } = assignmentOf(canary(basisPoints, ofSalt), person);
        const p = basisPoints / 10_000;
        expect(propensity).toBeCloseTo(arm === "champion" ? 1 - 2 * p : p, 12);
        expect(propensity).toBeGreaterThan(0);
      }),
    );
  });

  it("of a champion that stands in is that of every salt but those that make the person a control", () => {
    expect(standIn(canary(500, "s"))).toEqual({ arm: "champion", propensity: 0.95, salt: "s" });
  });
});
