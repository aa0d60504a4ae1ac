export type { Action } from "./action.ts";
export { approve, counterOffer, decline } from "./action.ts";
export type { Aggregate } from "./aggregate.ts";
export type { ScoredColumn } from "./bind-reasons.ts";
export { bindReasons, scoredColumns } from "./bind-reasons.ts";
export type { Breakdown } from "./breakdown.ts";
export type { Baseline, Bundle } from "./bundle.ts";
export { bundle, justAbove } from "./bundle.ts";
export { collectDefinitions, findDefinition } from "./catalogue.ts";
export { checkDefinitions } from "./check.ts";
export { choose, greatest, least } from "./choose.ts";
export type { Column } from "./column.ts";
export type { Comparison } from "./comparison.ts";
export { above, anyOf, atLeast, atMost, below, is, noneOf } from "./comparison.ts";
export type { Condition, Member, Output } from "./condition.ts";
export { operandsOf } from "./conditions-read.ts";
export { count, distinct, occurs, share } from "./counting.ts";
export { dayOfMonthOf, daysBetween, hourOf, monthOf, weekdayOf, yearOf } from "./date-part.ts";
export { daysSince, daysSinceFirst, decayedCount, decayedSum, maxGap, meanGap } from "./elapsed.ts";
export { elements } from "./element.ts";
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
  date,
  decimal,
  described,
  document,
  instant,
  integer,
  money,
  optional,
  prohibited,
  ref,
  sensitive,
  text,
  vector,
} from "./field.ts";
export type { SetInPlace } from "./hashes.ts";
export { columnsToBuild, documentHash, featureHashes, meaningHash } from "./hashes.ts";
export type { Label } from "./label.ts";
export { label } from "./label.ts";
export { endingsOf, valuesOfLabel } from "./label-parts.ts";
export { both, either } from "./logic.ts";
export type { Model } from "./model.ts";
export { model } from "./model.ts";
export { contest, isotonic, probability, scorecard, xgboost } from "./model-parts.ts";
export type {
  ActionNode,
  AggregateName,
  AggregateParameters,
  BundleNode,
  CalendarUnit,
  Catalogue,
  ColumnNode,
  ConditionNode,
  ContestNode,
  DatePart,
  Definition,
  DefinitionDocument,
  DefinitionNode,
  EndingsNode,
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
  PastDueNode,
  PolicyNode,
  Protection,
  ReasonLibraryNode,
  ReasonNode,
  RequestNode,
  RowNode,
  RuleNode,
  SequenceNode,
  StepNode,
  StreamNode,
  TestNode,
  TokenCoding,
  TokenFieldNode,
  UnitNode,
  ValueNode,
  WindowNode,
} from "./nodes.ts";
export type { ScheduleCause } from "./past-due.ts";
export { daysPastDue } from "./past-due.ts";
export type { LastValues } from "./pick.ts";
export { first, lastValues, latest, nth } from "./pick.ts";
export type { Policy } from "./policy.ts";
export { policy } from "./policy.ts";
export { printValue } from "./print.ts";
export { printRow, printStream, printTest } from "./print-row.ts";
export type { Published } from "./published.ts";
export { published } from "./published.ts";
export type { Read } from "./reads.ts";
export { pastDueColumns, readsOf, streamReads } from "./reads.ts";
export type { ReasonLibrary } from "./reason.ts";
export { missing, reasonLibrary } from "./reason.ts";
export type { RequestOf } from "./request.ts";
export { daysUntil, request } from "./request.ts";
export { partsOfRow, rowsOfFilter } from "./row-parts.ts";
export { typeOfRow } from "./row-type.ts";
export type { Rule } from "./rule.ts";
export { bands, knockOut, refer } from "./rule.ts";
export type { Sequence, Step } from "./sequence.ts";
export { sequence, step } from "./sequence.ts";
export { printSequence } from "./sequence-parts.ts";
export {
  currentStreak,
  longestStreak,
  max,
  mean,
  median,
  min,
  mode,
  modeShare,
  percentile,
  stddev,
  sum,
  trend,
  variance,
} from "./statistic.ts";
export { definitionOf, isDefinition, nodeOf } from "./thing.ts";
export type { Token } from "./token.ts";
export { coded, scaled } from "./token.ts";
export type { Value } from "./value.ts";
export { partsOf } from "./value-parts.ts";
export { unitOfValue } from "./value-unit.ts";
export type { Span } from "./window.ts";
export { calendarDays, calendarWeeks, cycles, days, events, hours, minutes, months, weeks, years } from "./window.ts";
