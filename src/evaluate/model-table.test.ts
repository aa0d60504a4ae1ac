import { expect, test } from "vitest";
import { canonicalJson, seededRandom } from "../base/index.ts";
import { simulatedPortfolio } from "./fixtures/simulated-portfolio.ts";
import { auc, brier, calibrationLine, chooseSimplest, ks, logLoss, modelRow } from "./index.ts";

const { scores, weaker, probabilities, labels } = simulatedPortfolio(500, "assay-evaluate-1");

test("a row carries each figure of its model, and the AUC of the subgroup alone", () => {
  const mask = scores.map((score) => (score < 1 ? 1 : 0));
  const row = modelRow({ name: "scorecard", scores, probabilities, labels, mask });
  const kept = [...scores.keys()].filter((i) => mask[i] === 1);
  expect(row).toEqual({
    name: "scorecard",
    n: 500,
    bads: 117,
    auc: auc(scores, labels),
    aucWithin: auc(
      kept.map((i) => scores[i]!),
      kept.map((i) => labels[i]!),
    ),
    ks: ks(scores, labels),
    brier: brier(probabilities, labels),
    logLoss: logLoss(probabilities, labels),
    calibrationSlope: calibrationLine(probabilities, labels).slope,
  });
  expect(row.aucWithin.n).toBeLessThan(500);
});

test("a row can be stored, even where nothing can be told", () => {
  const row = modelRow({ name: "empty", scores: [], probabilities: [], labels: [], mask: [] });
  expect(JSON.parse(canonicalJson(row))).toMatchObject({
    n: 0,
    auc: { value: null },
    calibrationSlope: { value: null },
  });
});

test("the simplest within one error of the best is chosen", () => {
  const random = seededRandom("close behind");
  const nearlyAsGood = scores.map((score) => score + 0.1 * random.normal());
  const choice = chooseSimplest(
    [
      { name: "weak", scores: weaker },
      { name: "simple", scores: nearlyAsGood },
      { name: "complex", scores },
    ],
    labels,
  );
  const [weak, simple, best] = choice.behindBest.map(({ difference }) => difference);
  expect(weak!.difference! > weak!.standardError!).toBe(true);
  expect(simple!.difference! <= simple!.standardError!).toBe(true);
  expect(best!.difference).toBe(0);
  expect([choice.chosen, choice.best]).toEqual(["simple", "complex"]);
});

test("of two equally good models the simpler is best; without outcomes of both kinds nothing is told apart", () => {
  const twins = [
    { name: "a", scores },
    { name: "b", scores },
  ];
  expect(chooseSimplest(twins, labels)).toMatchObject({ chosen: "a", best: "a" });
  expect(
    chooseSimplest(
      twins,
      labels.map(() => 0),
    ),
  ).toMatchObject({ chosen: "a", best: "a" });
});
