import { describe, expect, test } from "vitest";
import { canonicalJson } from "../base/index.ts";
import { lineBundle, lineInput } from "./fixtures/line-bundle.ts";
import { type DecisionPart, decide, jurisdictionPack, noticeOf } from "./index.ts";

const bundle = lineBundle();
const counter = decide(bundle, lineInput({ late: 1, used: 0.9 }, null, 100_01));
const declined = decide(bundle, lineInput({ status: 2 }));

describe("the notice", () => {
  test("of a counter-offer", () => {
    expect(noticeOf(counter, bundle.document)).toMatchInlineSnapshot(`
      {
        "application": "app-1",
        "closing": [
          "These are factors that were used in deciding on your request. The values beside them are your own, as we knew them at the time of the decision. If one of them is wrong, tell us and we will decide again.",
          "No consumer report was used. This notice is written as if Regulation B (12 CFR part 1002) applied to the creditor.",
          "Creditor contact: card-risk@lender.example.",
        ],
        "creditorNotice": "The federal Equal Credit Opportunity Act prohibits creditors from discriminating against credit applicants on the basis of race, color, religion, national origin, sex, marital status, age (provided the applicant has the capacity to enter into a binding contract); because all or part of the applicant's income derives from any public assistance program; or because the applicant has in good faith exercised any right under the Consumer Credit Protection Act. The federal agency that administers compliance with this law concerning this creditor is the Federal Trade Commission, Equal Credit Opportunity, Washington, DC 20580.",
        "deadlines": [
          {
            "days": 30,
            "due": "2005-11-02T04:00:00.000001Z",
            "name": "notice sent, at the latest",
          },
          {
            "days": 90,
            "due": "2006-01-01T04:00:00.000001Z",
            "name": "counter-offer accepted, at the latest",
          },
        ],
        "decidedAt": "2005-10-03T04:00:00.000001Z",
        "decisionId": "d-1",
        "format": "assay.notice",
        "heading": "Notice of action taken and counter-offer",
        "jurisdiction": "US",
        "paragraphs": [
          "We are unable to offer you credit on the terms that you requested (increase USD 100.01). We can offer you credit on the following terms: increase USD 50.00. If this offer is acceptable to you, please tell us within 90 days.",
          "The principal reasons for our decision are:",
        ],
        "reasons": [
          {
            "reason": "owedAgainstLimit",
            "text": "Amount owed is high compared with your credit limit",
            "values": [
              {
                "feature": "applicant.used",
                "value": 0.9,
              },
              {
                "feature": "coApplicant.used",
                "value": {
                  "missing": "not linked",
                },
              },
            ],
          },
          {
            "reason": "latePayments",
            "text": "Number of recent late payments",
            "values": [
              {
                "feature": "applicant.late",
                "value": 1,
              },
              {
                "feature": "applicant.daysSinceLate",
                "value": 400,
              },
            ],
          },
        ],
        "version": 1,
      }
    `);
  });
  test("of a decline has one deadline and the rule's reason", () => {
    const { deadlines, reasons, paragraphs } = noticeOf(declined, bundle.document);
    expect(deadlines).toEqual([{ name: "notice sent, at the latest", days: 30, due: "2005-11-02T04:00:00.000001Z" }]);
    expect(reasons.map(({ text }) => text)).toEqual(["A payment is overdue at present"]);
    expect(paragraphs).toEqual([
      "Thank you for your request (increase USD 100.00). We are unable to grant it at this time.",
      "The principal reason for our decision is:",
    ]);
  });
  test("is the same for a decision read back from its canonical form", () => {
    const stored = JSON.parse(canonicalJson(counter)) as DecisionPart;
    expect(canonicalJson(noticeOf(stored, bundle.document))).toBe(canonicalJson(noticeOf(counter, bundle.document)));
  });
  test("is owed by adverse decisions only", () => {
    expect(() => noticeOf(decide(bundle, lineInput({})), bundle.document)).toThrow("only an adverse decision");
  });
});

test("a pack is shipped for the United States, and for nobody by accident", () => {
  expect(jurisdictionPack("US")).toMatchObject({
    maxReasons: 4,
    leastReasonShare: 0.05,
    noticeDays: 30,
    counterOfferDays: 90,
    retentionMonths: 25,
  });
  expect(jurisdictionPack("toString")).toBeUndefined();
});
