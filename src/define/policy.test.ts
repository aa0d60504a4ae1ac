// Policies settle roles against their request, read only what has a name, and keep bands in order.

import { describe, expect, test } from "vitest";
import {
  above,
  approve,
  atLeast,
  bands,
  both,
  count,
  counterOffer,
  days,
  daysSince,
  decline,
  definitionOf,
  either,
  entity,
  event,
  features,
  integer,
  knockOut,
  label,
  model,
  money,
  occurs,
  optional,
  type PolicyNode,
  policy,
  probability,
  reasonLibrary,
  refer,
  request,
  scorecard,
  sum,
} from "./index.ts";

const usd = money("USD");
const borrower = entity("borrower");
const merchant = entity("merchant");
const statement = event("statement", borrower, { fields: { billed: usd, monthsLate: integer } });
const sale = event("sale", merchant, { fields: { amount: usd } });
const late = statement.where({ monthsLate: atLeast(1) });
const owner = { owner: "card-risk", use: "credit" };
const review = features("review", borrower, { lateCount: count(late).ever(), since: daysSince(late) }, owner);
const shop = features("shop", merchant, { sold: sum(sale.amount).ever() }, owner);
const application = request("application", {
  parties: { applicant: borrower, coApplicant: optional(borrower) },
  fields: { amount: usd, termMonths: integer },
});
const other = request("other", { parties: { applicant: borrower }, fields: { amount: usd } });
const joint = request("joint", { parties: { first: borrower, second: borrower }, fields: {} });
const defaulted = label("defaulted", borrower, { bad: occurs(late).next(days(30)), matures: days(1) });
const pd = model("pd", {
  of: defaulted,
  from: { applicant: review },
  family: scorecard(),
  outputs: { pd: probability({ horizon: days(30) }) },
});
const reasons = reasonLibrary("reasons", { late: { en: "A payment is overdue" } });

function whenOf(when: unknown, on = application): unknown {
  const node = definitionOf(policy("p", on as never, [refer("rule", { when: when as never })])).node as PolicyNode;
  return node.rules[0]?.kind === "refer" ? node.rules[0].when : undefined;
}

function codes(thing: unknown): string[] {
  return definitionOf(thing).problems.map((problem) => problem.code);
}

describe("a condition", () => {
  test("reads a set under the one required party of its entity", () => {
    expect(whenOf(review.lateCount.is(atLeast(2)))).toEqual({
      kind: "compare",
      operand: { kind: "value", role: "applicant", set: "review", feature: "lateCount" },
      test: { kind: "atLeast", value: 2 },
    });
  });

  test("compares a request field as it is stored, and values and outputs in their own unit", () => {
    expect(whenOf(application.amount.is(above(usd("0.10"))))).toMatchObject({
      operand: { kind: "asked" },
      test: { value: 10 },
    });
    expect(whenOf(pd.outputs.pd.is(above(0.5)))).toMatchObject({ operand: { kind: "output" }, test: { value: 0.5 } });
  });

  test("joins members, outputs and request fields", () => {
    const when = either(
      both(review.lateCount.is(1), pd.outputs.pd.is(above(0.5))),
      application.termMonths.is(above(60)),
    );
    expect(whenOf(when)).toMatchObject({
      kind: "some",
      conditions: [{ kind: "every", conditions: [{ kind: "compare" }, { kind: "compare" }] }, { kind: "compare" }],
    });
    expect(whenOf(both(application.termMonths.is(12), application.amount.is(usd(5))))).toMatchObject({ kind: "every" });
  });

  test("asks which kind of nothing", () => {
    expect(whenOf(review.since.isMissing("no history"))).toMatchObject({ kind: "isMissing", missing: "no history" });
    expect(whenOf(review.since.isMissing())).toMatchObject({ kind: "isMissing", missing: null });
  });

  test.each([
    [
      "a set about no party",
      () => policy("p", application, [refer("r", { when: shop.sold.is(above(usd(1))) })]),
      "NO_ROLE",
    ],
    [
      "a set about two required parties",
      () => policy("p", joint, [refer("r", { when: review.lateCount.is(1) })]),
      "NO_ROLE",
    ],
    [
      "a field of another request",
      () => policy("p", application, [refer("r", { when: other.amount.is(usd(1)) })]),
      "OTHER_REQUEST",
    ],
    [
      "an expression without a name",
      () => policy("p", application, [refer("r", { when: count(late).ever().is(1) as never })]),
      "NOT_IN_CONDITION",
    ],
    [
      "a rule name twice",
      () =>
        policy("p", application, [
          refer("r", { when: review.lateCount.is(1) }),
          refer("r", { when: review.lateCount.is(2) }),
        ]),
      "BAD_ARGUMENT",
    ],
    [
      "a knock-out without a reason",
      () => policy("p", application, [knockOut("k", { when: review.lateCount.is(1) } as never)]),
      "BAD_ARGUMENT",
    ],
  ])("refuses %s", (_, build, code) => {
    expect(codes(build())).toEqual([`ASSAY_DEFINE_${code}`]);
  });
});

describe("bands", () => {
  const yes = approve({ amount: application.amount });

  test("carry offers as a request field times a constant", () => {
    const half = counterOffer({ amount: application.amount.times(0.5) });
    const rules = (
      definitionOf(
        policy("p", application, [
          bands(pd.outputs.pd, [{ below: 0.1, then: yes }, { below: 0.2, then: half }, { otherwise: decline() }]),
        ]),
      ).node as PolicyNode
    ).rules;
    expect(rules).toEqual([
      {
        kind: "bands",
        name: "pd.pd",
        on: { model: "pd", output: "pd" },
        bands: [
          { below: 0.1, action: { kind: "approve", offer: { amount: { asked: "amount", times: 1 } } } },
          { below: 0.2, action: { kind: "counterOffer", offer: { amount: { asked: "amount", times: 0.5 } } } },
        ],
        otherwise: { kind: "decline" },
      },
    ]);
  });

  test.each([
    ["bands out of order", [{ below: 0.2, then: yes }, { below: 0.1, then: yes }, { otherwise: decline() }]],
    ["bands with one edge twice", [{ below: 0.2, then: yes }, { below: 0.2, then: yes }, { otherwise: decline() }]],
    ["an edge beyond 1", [{ below: 8, then: yes }, { otherwise: decline() }]],
    ["no otherwise", [{ below: 0.1, then: yes }]],
  ])("refuse %s", (_, list) => {
    expect(codes(policy("p", application, [bands(pd.outputs.pd, list as never)]))).toContain("ASSAY_DEFINE_BANDS");
  });

  test("refuse an offer of anything but the request", () => {
    const offer = approve({ amount: sum(statement.billed).ever() as never });
    expect(
      codes(policy("p", application, [bands(pd.outputs.pd, [{ below: 0.1, then: offer }, { otherwise: decline() }])])),
    ).toEqual(["ASSAY_DEFINE_OFFER"]);
    const foreign = approve({ amount: other.amount });
    expect(
      codes(
        policy("p", application, [bands(pd.outputs.pd, [{ below: 0.1, then: foreign }, { otherwise: decline() }])]),
      ),
    ).toEqual(["ASSAY_DEFINE_OTHER_REQUEST"]);
  });
});

test("a knock-out names its reason", () => {
  const node = definitionOf(
    policy("p", application, [knockOut("k", { when: review.lateCount.is(1), because: reasons.late })]),
  ).node;
  expect(node).toMatchObject({ rules: [{ kind: "knockOut", name: "k", because: "late" }] });
});
