// Models bind sets to roles, pick features in the set's order, and say what comes out; a contest is a family among families.

import { expect, test } from "vitest";
import {
  atLeast,
  contest,
  count,
  days,
  definitionOf,
  entity,
  event,
  features,
  integer,
  isotonic,
  label,
  type ModelNode,
  model,
  months,
  occurs,
  probability,
  scorecard,
  xgboost,
} from "./index.ts";

const borrower = entity("borrower");
const statement = event("statement", borrower, { fields: { monthsLate: integer } });
const late = statement.where({ monthsLate: atLeast(1) });
const owner = { owner: "card-risk", use: "credit" };
const review = features("review", borrower, { all: count(statement).ever(), late: count(late).ever() }, owner);
const other = features("other", borrower, { n: count(late).ever() }, owner);
const defaulted = label("defaulted", borrower, { bad: occurs(late).next(days(30)), observedBy: statement });
const outcome = { bad: occurs(late).next(days(30)), matures: days(1) };
const plan = {
  of: defaulted,
  from: { applicant: review, coApplicant: review },
  outputs: { pd: probability({ horizon: months(1, "Asia/Taipei") }) },
};

function nodeOf(thing: unknown): ModelNode {
  return definitionOf(thing).node as ModelNode;
}

function codes(thing: unknown): string[] {
  return definitionOf(thing).problems.map((problem) => problem.code);
}

test("features are listed in the set's order, for each role", () => {
  const picked = model("pd", { ...plan, features: [review.late, review.all], family: scorecard() });
  expect(nodeOf(picked).inputs).toEqual([
    { role: "applicant", set: "review", features: ["all", "late"] },
    { role: "coApplicant", set: "review", features: ["all", "late"] },
  ]);
  expect(nodeOf(model("pd", { ...plan, features: [review.late], family: scorecard() })).inputs[0]?.features).toEqual([
    "late",
  ]);
});

test("outputs say their horizon, and calibration its part", () => {
  const node = nodeOf(model("pd", { ...plan, family: scorecard(), calibrate: isotonic({ on: "validation" }) }));
  expect(node.outputs).toEqual([{ kind: "probability", name: "pd", horizon: "1 month Asia/Taipei" }]);
  expect(node.calibrate).toEqual({ method: "isotonic", on: "validation" });
  expect(nodeOf(model("pd", { ...plan, family: scorecard() })).calibrate.method).toBe("none");
});

test("a contest lists its families in the order written", () => {
  const family = contest({ card: scorecard({ bins: 6 }), trees: xgboost({ depth: 3, trees: 200, monotone: true }) });
  const made = model("pd", { ...plan, family });
  expect(codes(made)).toEqual([]);
  expect(nodeOf(made).family).toMatchObject({ kind: "contest", entries: [{ name: "card" }, { name: "trees" }] });
});

test.each([
  [
    "a feature of a set that no role has",
    () => model("pd", { ...plan, features: [other.n], family: scorecard() }),
    "NOT_BOUND",
  ],
  ["half a tree", () => model("pd", { ...plan, family: xgboost({ depth: 0.5, trees: 3 }) }), "BAD_ARGUMENT"],
  ["a scorecard of one bin", () => model("pd", { ...plan, family: scorecard({ bins: 1 }) }), "BAD_ARGUMENT"],
  ["a contest of one", () => model("pd", { ...plan, family: contest({ card: scorecard() }) }), "BAD_ARGUMENT"],
  ["no output", () => model("pd", { ...plan, outputs: {}, family: scorecard() }), "BAD_ARGUMENT"],
])("refuses %s", (_, build, code) => expect(codes(build())).toEqual([`ASSAY_DEFINE_${code}`]));

test.each([
  ["an event", () => event("e", borrower, { fields: {}, delays: days(1) } as never), "delay"],
  ["a label", () => label("l", borrower, { ...outcome, endBy: statement } as never), "endedBy"],
  ["a model", () => model("m", { ...plan, family: scorecard(), feature: [] } as never), "features"],
  [
    "a family",
    () => model("m", { ...plan, family: xgboost({ depth: 3, trees: 9, monoton: true } as never) }),
    "monotone",
  ],
  [
    "a window",
    () => features("f", borrower, { n: count(late).last(days(3), { skp: days(1) } as never) }, owner),
    "skip",
  ],
])("a misspelt setting of %s is refused with the nearest", (_, build, near) => {
  expect(definitionOf(build()).problems).toMatchObject([{ code: "ASSAY_DEFINE_UNKNOWN_SETTING", nearest: near }]);
});

test("an event that shows the outcome is looked for in the outcome's own window", () => {
  expect(definitionOf(defaulted).node).toMatchObject({
    observed: {
      kind: "by",
      value: { aggregate: "occurs", stream: { event: "statement", filter: null }, window: { kind: "nextFixed" } },
    },
  });
});
