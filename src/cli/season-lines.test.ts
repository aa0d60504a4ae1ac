import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { type Estimate, type EvaluationDocument, modelRow } from "../evaluate/index.ts";
import { fairnessLine, modelLines } from "./season-lines.ts";

const scores = Array.from({ length: 200 }, (_, i) => (i - 100) / 40);
const probabilities = scores.map((score) => 1 / (1 + Math.exp(-score)));
const labels = Uint8Array.from(scores, (_, i) => (i % 3 === 0 || i > 120 ? 1 : 0));
const mask = Uint8Array.from(labels, (_, i) => i % 2);
const row = modelRow({ name: "pd.shallow", scores, probabilities, labels, mask });
const scoreMicros: Estimate = { value: 12.3, low: 10, high: 15, standardError: null, method: "median", n: 200 };
const model = { ...row, family: "xgboost", role: "champion", trainSeconds: 12.34, scoreMicros, validationAuc: row.auc };

it("shows limits for every measure of quality, within 120 columns", () => {
  const lines = modelLines({ models: [model] } as unknown as EvaluationDocument, "AUC, not late").map((line) =>
    stripVTControlCharacters(line),
  );
  for (const [measure, places] of [
    [row.auc, 4],
    [row.aucWithin, 4],
    [row.ks, 3],
    [row.brier, 4],
    [row.logLoss, 4],
    [row.calibrationSlope, 2],
  ] as const) {
    const limits = `${measure.low!.toFixed(places)}–${measure.high!.toFixed(places)}`;
    expect(lines.join("\n")).toMatch(new RegExp(` ${measure.value!.toFixed(places)} +${limits}`));
  }
  expect(lines.filter((line) => line.length > 120)).toEqual([]);
  expect(lines).toContainEqual(expect.stringContaining("one measurement"));
});

it("says whom fairness is counted on", () => {
  const fairness = { people: 4008, drawnOn: "test people whose outcome was known by 2005-11-01" };
  expect(fairnessLine(fairness as Parameters<typeof fairnessLine>[0])).toMatch(/4\D?008 test people whose outcome was/);
});
