export type { Aggregate } from "./aggregate.ts";
export { count, daysSince, distinct, first, latest, max, mean, min, occurs, stddev, sum } from "./aggregate.ts";
export type { ScoredColumn } from "./bind-reasons.ts";
export { bindReasons, scoredColumns } from "./bind-reasons.ts";
export type { Baseline, Bundle } from "./bundle.ts";
export { bundle, justAbove } from "./bundle.ts";
export { collectDefinitions, find, findDefinition } from "./catalogue.ts";
export { checkDefinitions } from "./check.ts";
export type { Comparison } from "./comparison.ts";
export { above, anyOf, atLeast, atMost, below, is, noneOf } from "./comparison.ts";
export type { Condition, Member, Output } from "./condition.ts";
export type { Entity } from "./entity.ts";
export { entity } from "./entity.ts";
export type { EventOf, Stream } from "./event.ts";
export { event } from "./event.ts";
export type { FeatureRow, FeatureSet } from "./feature-set.ts";
export { features } from "./feature-set.ts";
export type { Amount, Field, MoneyField } from "./field.ts";
export {
  boolean,
  category,
  decimal,
  instant,
  integer,
  money,
  optional,
  prohibited,
  ref,
  sensitive,
  text,
} from "./field.ts";
export { documentHash, meaningHash } from "./hashes.ts";
export type { Label } from "./label.ts";
export { label } from "./label.ts";
export { both, either } from "./logic.ts";
export type { Model } from "./model.ts";
export { isotonic, model, probability, scorecard, xgboost } from "./model.ts";
export type * from "./nodes.ts";
export type { Action, Policy, Rule } from "./policy.ts";
export { approve, bands, counterOffer, decline, knockOut, policy, refer } from "./policy.ts";
export { printStream, printValue } from "./print.ts";
export type { ReasonLibrary } from "./reason.ts";
export { missing, reasonLibrary } from "./reason.ts";
export type { RequestOf } from "./request.ts";
export { request } from "./request.ts";
export type { Column } from "./row.ts";
export { definitionOf, isDefinition, nodeOf } from "./thing.ts";
export type { Value } from "./value.ts";
export type { Span } from "./window.ts";
export { calendarDays, calendarWeeks, days, events, hours, minutes, months, weeks, years } from "./window.ts";
