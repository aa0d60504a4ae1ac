// The features that benches compute: 15 exact aggregates over 7, 30, 90 and 365 days of one event type, 60 in all.

import {
  atLeast,
  category,
  count,
  days,
  distinct,
  entity,
  event,
  features,
  is,
  latest,
  max,
  mean,
  min,
  money,
  occurs,
  ref,
  stddev,
  sum,
} from "assay";
import type { HistorySchema } from "../src/compile/index.ts";
import { definitionOf, type EventNode, type FeatureSetNode, meaningHash, nodeOf } from "../src/define/index.ts";

const usd = money("USD");
export const kinds = ["groceries", "rent", "cash", "fuel", "travel", "health", "leisure", "other"] as const;
export const windowDays = [7, 30, 90, 365] as const;

const borrower = entity("borrower");
const merchant = entity("merchant");
const purchase = event("purchase", borrower, {
  fields: { amount: usd, fee: usd, kind: category(...kinds), merchant: ref(merchant) },
});
const large = purchase.where({ amount: atLeast(usd(200)) });
const cash = purchase.where({ kind: is("cash") });

function over(daysBack: number) {
  const window = days(daysBack);
  return {
    [`count${daysBack}`]: count(purchase).last(window),
    [`sum${daysBack}`]: sum(purchase.amount).last(window),
    [`mean${daysBack}`]: mean(purchase.amount).last(window),
    [`min${daysBack}`]: min(purchase.amount).last(window),
    [`max${daysBack}`]: max(purchase.amount).last(window),
    [`stddev${daysBack}`]: stddev(purchase.amount).last(window),
    [`latest${daysBack}`]: latest(purchase.amount).last(window),
    [`feeSum${daysBack}`]: sum(purchase.fee).last(window),
    [`feeMax${daysBack}`]: max(purchase.fee).last(window),
    [`largeCount${daysBack}`]: count(large).last(window),
    [`largeSum${daysBack}`]: sum(large.amount).last(window),
    [`cashSum${daysBack}`]: sum(cash.amount).last(window),
    [`cashSeen${daysBack}`]: occurs(cash).last(window),
    [`kinds${daysBack}`]: distinct(purchase.kind).last(window),
    [`merchants${daysBack}`]: distinct(purchase.merchant).last(window),
  };
}

const spending = features("spending", borrower, Object.assign({}, ...windowDays.map(over)) as ReturnType<typeof over>, {
  owner: "bench",
  use: "credit",
});

const definition = definitionOf(spending);
const things = [borrower, merchant, purchase, spending];
export const spendingSet = nodeOf(spending) as FeatureSetNode;
export const spendingHash = meaningHash(definition, { definitions: things.map(definitionOf) });
export const schema: HistorySchema = { purchase: nodeOf(purchase) as EventNode };
