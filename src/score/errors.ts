// What can be wrong with a fitted artefact. An artefact is refused whole: a model that is nearly right is wrong.

import { problemTable } from "../base/index.ts";

const exportAgain = "Export the model again with the version of XGBoost that Assay pins";

export const problems = problemTable("SCORE", {
  UNREADABLE: (p: { why: string }) => ({ rule: `the document cannot be read: ${p.why}`, wayOut: exportAgain }),
  VERSION: (p: { got: string; known: string }) => ({
    rule: `its layout has version ${p.got}, and only ${p.known} is read`,
    wayOut: exportAgain,
  }),
  OBJECTIVE: (p: { got: string }) => ({
    rule: `its objective is ${p.got}, and a probability needs binary:logistic`,
    wayOut: "Train it with objective binary:logistic",
  }),
  BOOSTER: (p: { got: string }) => ({
    rule: `its booster is ${p.got}, and only gbtree is read`,
    wayOut: "Train it with booster gbtree and one output",
  }),
  CLASSES: (p: { got: string }) => ({
    rule: `it has ${p.got}, and a scorer gives one number`,
    wayOut: "Train one model for each outcome",
  }),
  CATEGORICAL: (_: Record<never, never>) => ({
    rule: "it splits on categories, whose unseen values XGBoost accepts in silence",
    wayOut: "Write each category as a feature of its own, with .by(…) or .is(…)",
  }),
  FEATURE_COUNT: (p: { got: number; expected: number }) => ({
    rule: `it was fitted on ${p.got} columns, and ${p.expected} were declared`,
    wayOut: "Declare the columns in the order of the fit",
  }),
  FEATURE_NAME: (p: { position: number; got: string; expected: string }) => ({
    rule: `its column ${p.position} is ${p.got}, and ${p.expected} was declared`,
    wayOut: "Declare the columns in the order of the fit",
  }),
  BASE_SCORE: (p: { got: string }) => ({
    rule: `its base_score ${p.got} is not a list of one probability from 0.000001 to 0.999999`,
    wayOut: exportAgain,
  }),
  TREE: (p: { why: string }) => ({ rule: p.why, wayOut: exportAgain }),
  TOO_LARGE: (p: { what: string; got: number; most: number }) => ({
    rule: `it has ${p.got} ${p.what}, and at most ${p.most} are read`,
    wayOut: "Train a smaller model",
  }),
  UNKNOWN_COLUMN: (_: Record<never, never>) => ({
    rule: "it is not among the declared columns",
    wayOut: "Declare it, or fit again without it",
  }),
  REPEATED_COLUMN: (_: Record<never, never>) => ({ rule: "it appears twice", wayOut: "Keep one of the two" }),
  BINS: (_: Record<never, never>) => ({
    rule: "its bins do not ascend to one last bin without an upper edge",
    wayOut: "Sort the bins by their upper edge and end with below: null",
  }),
  MISSING_KIND: (p: { kind: string }) => ({
    rule: `it gives a term to ${p.kind}, which is no kind of missing value`,
    wayOut: "Use a kind from the list of missing kinds",
  }),
  CALIBRATOR: (p: { why: string }) => ({
    rule: p.why,
    wayOut: "Fit the calibrator again: margins ascend strictly, probabilities never fall",
  }),
});
