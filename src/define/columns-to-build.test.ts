import { expect, it } from "vitest";
import {
  columnsToBuild,
  count,
  days,
  definitionOf,
  entity,
  event,
  type FeatureSetNode,
  features,
  money,
  nodeOf,
  sum,
} from "./index.ts";

const usd = money("USD");
const borrower = entity("borrower");
const purchase = event("purchase", borrower, { fields: { amount: usd, fee: usd } });
const about = { owner: "t", use: "t" };

function placed(set: unknown, ...events: unknown[]) {
  return { set: nodeOf(set) as FeatureSetNode, catalogue: { definitions: events.map(definitionOf) } };
}

const before = placed(
  features(
    "spending",
    borrower,
    { count30d: count(purchase).last(days(30)), spent30d: sum(purchase.amount).last(days(30)) },
    about,
  ),
  purchase,
);

it("says which columns another version of a set must compute: the new and the changed, not the renamed", () => {
  const after = placed(
    features(
      "other",
      borrower,
      {
        howMany: count(purchase).last(days(30)),
        spent30d: sum(purchase.amount).last(days(31)),
        fees30d: sum(purchase.fee).last(days(30)),
      },
      about,
    ),
    purchase,
  );
  expect(columnsToBuild(before, after)).toEqual({ kept: ["howMany"], built: ["spent30d", "fees30d"] });
  expect(columnsToBuild(before, before)).toEqual({ kept: ["count30d", "spent30d"], built: [] });
});

it("computes a column again where a field that it reads is declared otherwise, and no other", () => {
  const eur = event("purchase", borrower, { fields: { amount: money("EUR"), fee: usd } });
  const after = { ...before, catalogue: { definitions: [definitionOf(eur)] } };
  expect(columnsToBuild(before, after)).toEqual({ kept: ["count30d"], built: ["spent30d"] });
});
