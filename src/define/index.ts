export type { Action } from "./action.ts";
export { approve, counterOffer, decline } from "./action.ts";
export type { Aggregate } from "./aggregate.ts";
export { count, daysSince, distinct, first, latest, max, mean, min, occurs, stddev, sum } from "./aggregate.ts";
export type { ScoredColumn } from "./bind-reasons.ts";
export { bindReasons, scoredColumns } from "./bind-reasons.ts";
export type { Baseline, Bundle } from "./bundle.ts";
export { bundle, justAbove } from "./bundle.ts";
export { collectDefinitions, findDefinition } from "./catalogue.ts";
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
export { model } from "./model.ts";
export { contest, isotonic, probability, scorecard, xgboost } from "./model-parts.ts";
export type {
  ActionNode,
  AggregateName,
  BundleNode,
  CalendarUnit,
  Catalogue,
  ConditionNode,
  ContestNode,
  Definition,
  DefinitionDocument,
  DefinitionNode,
  EntityNode,
  EventNode,
  FamilyNode,
  FeatureNode,
  FeatureSetNode,
  FieldNode,
  FieldType,
  FilterNode,
  LabelNode,
  ModelNode,
  OfferNode,
  OperandNode,
  OutputNode,
  PolicyNode,
  Protection,
  ReasonLibraryNode,
  ReasonNode,
  RequestNode,
  RowNode,
  RuleNode,
  StreamNode,
  TestNode,
  UnitNode,
  ValueNode,
  WindowNode,
} from "./nodes.ts";
export type { Policy } from "./policy.ts";
export { policy } from "./policy.ts";
export { printStream, printValue } from "./print.ts";
export type { ReasonLibrary } from "./reason.ts";
export { missing, reasonLibrary } from "./reason.ts";
export type { RequestOf } from "./request.ts";
export { request } from "./request.ts";
export type { Column } from "./row.ts";
export type { Rule } from "./rule.ts";
export { bands, knockOut, refer } from "./rule.ts";
export { definitionOf, isDefinition, nodeOf } from "./thing.ts";
export type { Value } from "./value.ts";
export type { Span } from "./window.ts";
export { calendarDays, calendarWeeks, days, events, hours, minutes, months, weeks, years } from "./window.ts";
