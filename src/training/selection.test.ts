import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/index.ts";
import { auc } from "../evaluate/index.ts";
import { chooseModel, discriminationGate } from "./index.ts";

const rows = 2_000;
const random = seededRandom("training/selection");
const truth = Float64Array.from({ length: rows }, () => random.normal());
const labels = Uint8Array.from(truth, (x) => (random.next() < 1 / (1 + Math.exp(1.2 - 1.5 * x)) ? 1 : 0));
const noisy = (share: number) => truth.map((x) => x + share * random.normal());
const clear = { name: "clear", complexity: 3, margins: noisy(0.1) };
const nearly = { name: "nearly", complexity: 2, margins: clear.margins.map((x) => x + 0.02 * random.normal()) };
const blurred = { name: "blurred", complexity: 1, margins: noisy(1) };

describe("the choice among models", () => {
  test("a simpler model within one paired standard error is chosen, a clearly worse one is not", () => {
    const choice = chooseModel([clear, blurred, nearly], labels);
    expect(choice.figures.map((each) => each.name)).toEqual(["blurred", "nearly", "clear"]);
    expect(choice.best).toBe("clear");
    expect(choice.chosen).toBe("nearly");
    expect(choice.runnerUp).toBe("clear");
    expect(choice.sentence).toMatch(/^"nearly" is chosen, the simplest .* behind with standard error 0\.\d{4}\.$/);
    const [worse, near, best] = choice.figures;
    expect(worse!.behind).toBeGreaterThan(worse!.standardError);
    expect(near!.behind).toBeLessThanOrEqual(near!.standardError);
    expect(best).toMatchObject({ behind: 0, standardError: 0 });
  });

  test("where the simplest is the best it says so, and a lone model has no runner-up", () => {
    const alone = chooseModel([{ ...clear, complexity: 1 }], labels);
    expect(alone).toMatchObject({ chosen: "clear", runnerUp: null });
    expect(alone.sentence).toContain("it is the best itself");
    expect(
      chooseModel(
        [
          { ...clear, complexity: 1 },
          { ...blurred, complexity: 2 },
        ],
        labels,
      ).chosen,
    ).toBe("clear");
  });

  test("equal models: the simpler one", () => {
    expect(chooseModel([clear, { ...clear, name: "twin", complexity: 0 }], labels)).toMatchObject({
      chosen: "twin",
      best: "twin",
      runnerUp: "clear",
    });
  });

  test("too few outcomes are refused", () => {
    expect(() => chooseModel([{ ...clear, margins: clear.margins.slice(0, 3) }], [0, 0, 1])).toThrow(
      /TOO_FEW_OUTCOMES/,
    );
  });
});

describe("the discrimination gate", () => {
  const verdict = (margins: Float64Array) => {
    const { value, low } = auc(margins, labels);
    return discriminationGate({ auc: value, low });
  };

  test("passes a model that ranks", () => {
    expect(verdict(clear.margins)).toMatchObject({ verdict: "pass" });
  });

  test("refuses reversed, constant and unmeasurable models, each for its reason", () => {
    expect(verdict(clear.margins.map((x) => -x)).sentence).toContain("the wrong way round");
    expect(verdict(new Float64Array(rows)).sentence).toContain("may not rank at all");
    expect(discriminationGate({ auc: 0.53, low: 0.5 })).toMatchObject({ verdict: "fail" });
    expect(discriminationGate({ auc: 0.9, low: null }).sentence).toContain("too few outcomes");
    expect(discriminationGate({ auc: 0.4, low: 0.35 })).toMatchObject({ gate: "discrimination", verdict: "fail" });
  });
});
