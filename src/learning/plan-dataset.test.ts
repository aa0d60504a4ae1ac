import { expect, it } from "vitest";
import {
  count,
  days,
  definitionOf,
  entity,
  event,
  events,
  features,
  integer,
  label,
  latest,
  occurs,
  request,
  sequence,
  step,
} from "../define/index.ts";
import { planDataset, planSequences } from "./plan-dataset.ts";

const [borrower, shop] = [entity("borrower"), entity("shop")];
const bill = event("bill", borrower, { fields: { owed: integer } });
const visit = event("visit", shop, { fields: { spent: integer } });
const loan = request("loan", { parties: { applicant: borrower }, fields: { amount: integer } });
const card = request("card", { parties: { applicant: borrower }, fields: { amount: integer } });
const made = { owner: "tests", use: "test" };
const plain = features("plain", borrower, { bills: count(bill).ever() }, made);
const asking = features("asking", borrower, { share: loan.amount.over(latest(bill.owed)) }, made);
const other = features("other", borrower, { share: card.amount.over(latest(bill.owed)) }, made);
const shops = features("shops", shop, { visits: count(visit).ever() }, made);
const late = label("late", borrower, { bad: occurs(bill).next(days(30)), matures: days(1) });
const behaviour = sequence("behaviour", borrower, [step(bill, { owed: bill.owed })]).last(events(4));
const things = [borrower, shop, bill, visit, loan, card, plain, asking, other, shops, late, behaviour];
const catalogue = { definitions: things.map((thing) => definitionOf(thing)) };
const plan = (...sets: Parameters<typeof planDataset>[1]) => planDataset(catalogue, sets, "late");

it("takes roles from entities, and the request from what is read", () => {
  expect(plan({ name: "plain" })).toMatchObject({
    name: "plain-late",
    request: null,
    roles: [{ role: "borrower", set: { name: "plain" } }],
    label: { node: { name: "late" }, meaningHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  const two = plan({ role: "applicant", name: "asking" }, { name: "shops" });
  expect(two).toMatchObject({ name: "asking-shops-late", request: { name: "loan" } });
  expect(two.roles.map(({ role }) => role)).toEqual(["applicant", "shop"]);
  expect(Object.keys(two.schema)).toEqual(["bill", "visit"]);
});

it("plans sequences for a role", () => {
  expect(planSequences(catalogue, { name: "behaviour" })).toMatchObject({ role: "borrower", name: "behaviour" });
  expect(planSequences(catalogue, { role: "applicant", name: "behaviour" }).role).toBe("applicant");
});

it.each<[string, () => unknown, string]>([
  ["a set that is none", () => plan({ name: "plane" }), 'ASSAY_LEARNING_UNKNOWN: features "plane"'],
  ["a label that is none", () => planDataset(catalogue, [{ name: "plain" }], "lat"), "Nearest: late."],
  ["a sequence that is none", () => planSequences(catalogue, { name: "behavior" }), "Nearest: behaviour."],
  [
    "two sets in one role",
    () => plan({ name: "plain" }, { name: "asking" }),
    "Name the roles: FIRST=plain,SECOND=asking",
  ],
  [
    "a label about somebody else",
    () => plan({ name: "shops" }),
    'ASSAY_LEARNING_OTHER_ENTITY: label "late": it is about a borrower',
  ],
  [
    "features of two requests",
    () => plan({ role: "a", name: "asking" }, { role: "b", name: "other" }),
    'ASSAY_LEARNING_TWO_REQUESTS: dataset "asking-other-late": its features read what loan and card ask',
  ],
])("refuses %s", (_, planning, sentence) => {
  expect(planning).toThrow(sentence);
});
