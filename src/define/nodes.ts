// The data dictionary of definitions: what the builders return under their fluent faces, and what is hashed, stored in
// bundles, compiled, explained and replayed. Everything here is plain JSON with a literal `kind`: no functions, no
// classes, no `undefined`. Builders attach one of these to each thing they return; `nodeOf(thing)` reads it back.
// A node never holds texts or owners where they would change its meaning hash: those live in the document part.

import type { MissingKind, Problem } from "../base/index.ts";

// ---------------------------------------------------------------- fields and events

export type FieldType =
  | { readonly kind: "integer" }
  | { readonly kind: "boolean" }
  /** Fixed point: stored as int64 at 10^-scale. */
  | { readonly kind: "decimal"; readonly scale: number }
  /** Major units in text and code; stored as int64 minor units at 10^-scale. */
  | { readonly kind: "money"; readonly currency: string; readonly scale: number }
  /** Stored as the index in `values`. */
  | { readonly kind: "category"; readonly values: readonly string[] }
  | { readonly kind: "text" }
  | { readonly kind: "instant" }
  | { readonly kind: "ref"; readonly entity: string }
  /** A day of the civil calendar, in no zone: stored as whole days since 1970-01-01. */
  | { readonly kind: "date" }
  /** `dim` numbers rounded once to float32; stored as text, the base64 of their little-endian bytes. */
  | { readonly kind: "vector"; readonly dim: number }
  /** JSON kept elsewhere; stored as its SHA-256. */
  | { readonly kind: "document" };

/** `prohibited`: a basis the law bars. `sensitive`: barred by policy. Both go to the vault at ingest and to no feature. */
export type Protection = "none" | "prohibited" | "sensitive";

export interface FieldNode {
  readonly type: FieldType;
  readonly protection: Protection;
  /** An optional field may be absent or null in an event; others may not. */
  readonly optional: boolean;
}

export interface EntityNode {
  readonly kind: "entity";
  readonly name: string;
}

export interface EventNode {
  readonly kind: "event";
  readonly name: string;
  readonly entity: string;
  /** Default of `knownAt - at`, in microseconds. */
  readonly delayMicros: number;
  readonly fields: { readonly [name: string]: FieldNode };
  /** Set where the events are another system's results: who computes them, and from which age on (in microseconds) they are stale. */
  readonly published?: { readonly producer: string; readonly maximumAgeMicros: number };
}

export interface RequestNode {
  readonly kind: "request";
  readonly name: string;
  readonly parties: { readonly [role: string]: { readonly entity: string; readonly optional: boolean } };
  readonly fields: { readonly [name: string]: FieldNode };
}

// ---------------------------------------------------------------- rows: what one event says

export type DatePart = "hour" | "weekday" | "dayOfMonth" | "month" | "year";

/**
 * A number (or code) read from one row, in the stored integer units of its type. Missing where an operand is. Those marked
 * "whole" are whole numbers within 2^53, and missing where they would not be.
 */
export type RowNode =
  | { readonly kind: "field"; readonly field: string; readonly type: FieldType }
  /** When the event happened, in microseconds. */
  | { readonly kind: "rowAt" }
  | { readonly kind: "rowLiteral"; readonly value: number; readonly type: FieldType }
  /** One number of a vector, from place 0. Whole: `Math.round(number * 10^decimals)`. */
  | {
      readonly kind: "rowElement";
      readonly field: string;
      readonly dim: number;
      readonly place: number;
      readonly decimals: number;
    }
  | { readonly kind: "rowMinus"; readonly left: RowNode; readonly right: RowNode }
  | { readonly kind: "rowPlus"; readonly left: RowNode; readonly right: RowNode }
  /** Times a whole number, exactly. Whole. */
  | { readonly kind: "rowTimes"; readonly of: RowNode; readonly factor: number }
  /** Times any number, to `decimals`. Whole: `Math.round(of * factor * 10^(decimals - scale))`. */
  | { readonly kind: "rowScaled"; readonly of: RowNode; readonly factor: number; readonly decimals: number }
  /** Quotient to `decimals`; missing where the divisor is 0. Whole: `Math.round(left / right * 10^(decimals - scales))`. */
  | { readonly kind: "rowOver"; readonly left: RowNode; readonly right: RowNode; readonly decimals: number }
  /** Held within bounds in stored units; null where there is none. */
  | { readonly kind: "rowClamp"; readonly of: RowNode; readonly atLeast: number | null; readonly atMost: number | null }
  /** Natural logarithm of the major-unit value, to `decimals`; missing at 0 and below. Whole. */
  | { readonly kind: "rowLog"; readonly of: RowNode; readonly decimals: number }
  | { readonly kind: "rowAbsolute"; readonly of: RowNode }
  /** 1 where the test holds, else 0. */
  | { readonly kind: "rowIs"; readonly of: RowNode; readonly test: TestNode }
  /** `of` in the rows that pass the filter, `otherwise` in the others; both of one type. */
  | { readonly kind: "rowWhere"; readonly filter: FilterNode; readonly of: RowNode; readonly otherwise: RowNode }
  /** Of an instant as the clocks of `zone` show it, or of a date (zone null). Weekdays from 1, Monday, to 7. */
  | { readonly kind: "rowDatePart"; readonly part: DatePart; readonly of: RowNode; readonly zone: string | null }
  /** Civil days of `zone` from one instant or date to another; negative where `to` is earlier. */
  | { readonly kind: "rowDays"; readonly from: RowNode; readonly to: RowNode; readonly zone: string };

/** A literal in stored units: scaled integer for money and decimals, index for categories, 0 or 1 for booleans. */
export type TestNode =
  | { readonly kind: "equals"; readonly value: number }
  | { readonly kind: "atLeast"; readonly value: number }
  | { readonly kind: "atMost"; readonly value: number }
  | { readonly kind: "above"; readonly value: number }
  | { readonly kind: "below"; readonly value: number }
  | { readonly kind: "anyOf"; readonly values: readonly number[] }
  | { readonly kind: "noneOf"; readonly values: readonly number[] };

/** A missing field passes no test. */
export type FilterNode =
  | { readonly kind: "fieldTest"; readonly row: RowNode; readonly test: TestNode }
  | { readonly kind: "allOf"; readonly filters: readonly FilterNode[] }
  | { readonly kind: "someOf"; readonly filters: readonly FilterNode[] };

/** The events of one type that pass a filter. */
export interface StreamNode {
  readonly kind: "stream";
  readonly event: string;
  readonly entity: string;
  readonly filter: FilterNode | null;
}

// ---------------------------------------------------------------- windows

export type CalendarUnit = "day" | "week" | "month" | "year";

export type WindowNode =
  /** Features: `[t - skip - length, t - skip)`. */
  | { readonly kind: "fixed"; readonly micros: number; readonly skipMicros: number }
  /** The last `count` complete periods in `zone`; `current` adds the running one; `skip` periods are left out first. */
  | {
      readonly kind: "calendar";
      readonly unit: CalendarUnit;
      readonly count: number;
      readonly zone: string;
      readonly skip: number;
      readonly current: boolean;
      /** Of months: the day they begin on, or a shorter month's last day; absent for 1. */
      readonly day?: number;
    }
  /** The last `count` events of the stream after leaving out the latest `skip`. */
  | { readonly kind: "lastEvents"; readonly count: number; readonly skip: number }
  | { readonly kind: "ever" }
  /** All of history up to a fixed time before t. */
  | { readonly kind: "before"; readonly micros: number }
  /**
   * The events whose text `childField` equals `parentField` of the latest event of `parent` before t: what belongs to the
   * latest pull of a report.
   */
  | {
      readonly kind: "ofLatest";
      readonly parent: StreamNode;
      readonly parentField: string;
      readonly childField: string;
    }
  /** Labels only: `[t, t + length)`. */
  | { readonly kind: "nextFixed"; readonly micros: number }
  /** Labels only: the next `count` periods that start at or after t. */
  | {
      readonly kind: "nextCalendar";
      readonly unit: CalendarUnit;
      readonly count: number;
      readonly zone: string;
      /** As for `calendar`. */
      readonly day?: number;
    };

// ---------------------------------------------------------------- values: functions of t

/** Open on purpose: `compile` keeps one file per aggregate and looks it up by this name. */
export type AggregateName =
  | "count"
  | "sum"
  | "mean"
  | "min"
  | "max"
  | "stddev"
  | "latest"
  | "first"
  | "daysSince"
  | "distinct"
  | "occurs"
  | "variance"
  | "nth"
  | "percentile"
  | "mode"
  | "modeShare"
  | "trend"
  | "longestStreak"
  | "currentStreak"
  | "meanGap"
  | "maxGap"
  | "daysSinceFirst"
  | "decayedSum"
  | "decayedCount";

/** Whole numbers that an aggregate takes beside its rows: the place of `nth`, the half-life of a decay. */
export interface AggregateParameters {
  readonly [name: string]: number;
}

export type UnitNode =
  | { readonly kind: "number" }
  | { readonly kind: "money"; readonly currency: string }
  | { readonly kind: "days" }
  | { readonly kind: "boolean" }
  | { readonly kind: "category"; readonly values: readonly string[] };

export type ValueNode =
  | {
      readonly kind: "aggregate";
      readonly aggregate: AggregateName;
      readonly stream: StreamNode;
      /** null for those that read events, such as count. */
      readonly row: RowNode | null;
      readonly window: WindowNode;
      /** Absent for aggregates that take none, so that their meaning hashes stay. */
      readonly parameters?: AggregateParameters;
    }
  | { readonly kind: "over"; readonly left: ValueNode; readonly right: ValueNode }
  | { readonly kind: "minus"; readonly left: ValueNode; readonly right: ValueNode }
  | { readonly kind: "plus"; readonly left: ValueNode; readonly right: ValueNode }
  /** Times another value, which is a plain number. */
  | { readonly kind: "product"; readonly left: ValueNode; readonly right: ValueNode }
  | { readonly kind: "greatest"; readonly left: ValueNode; readonly right: ValueNode }
  | { readonly kind: "least"; readonly left: ValueNode; readonly right: ValueNode }
  /** Times a constant. */
  | { readonly kind: "times"; readonly of: ValueNode; readonly factor: number }
  | { readonly kind: "ifMissing"; readonly of: ValueNode; readonly then: number }
  /** 1 or 0; missing where its operand is. Literals here are in the value's own (major) unit. */
  | { readonly kind: "is"; readonly of: ValueNode; readonly test: TestNode }
  | { readonly kind: "both"; readonly left: ValueNode; readonly right: ValueNode }
  | { readonly kind: "either"; readonly left: ValueNode; readonly right: ValueNode }
  /** Held within bounds of its own (major) unit; null where there is none. */
  | { readonly kind: "clamp"; readonly of: ValueNode; readonly atLeast: number | null; readonly atMost: number | null }
  /** Natural logarithm; "not applicable" at zero and below. */
  | { readonly kind: "log"; readonly of: ValueNode }
  | { readonly kind: "absolute"; readonly of: ValueNode }
  /** `yes` where `when` holds, else `no`; the one that is not chosen is not looked at. */
  | { readonly kind: "choose"; readonly when: ValueNode; readonly yes: ValueNode; readonly no: ValueNode }
  /** A constant in its own (major) unit, beside a value. */
  | { readonly kind: "literal"; readonly value: number; readonly unit: UnitNode }
  /** Of a published feature: an empty window (the latest is older than it may be) is "stale". */
  | { readonly kind: "fresh"; readonly of: ValueNode }
  /**
   * `value` is about another entity: the one that `link`, an aggregate over a reference, names at t. It is computed over that
   * entity's history at the same t; "not linked" where there is none.
   */
  | { readonly kind: "related"; readonly link: ValueNode; readonly value: ValueNode }
  | PastDueNode
  /** Days from t to an instant or date that the request holds; negative once it has passed. */
  | { readonly kind: "daysUntil"; readonly of: ValueNode }
  /** A field of the request, in major units. */
  | { readonly kind: "asked"; readonly request: string; readonly field: string; readonly type: FieldType };

/** A plain column of a stream. */
export interface ColumnNode {
  readonly stream: StreamNode;
  readonly row: RowNode & { readonly kind: "field" };
}

/** Days past due by a versioned rule: at t where `window` is null, else the most on any day of it. */
export interface PastDueNode {
  readonly kind: "daysPastDue";
  readonly rule: "dpd@1";
  readonly zone: string;
  /** Columns of one stream: when an instalment is due, how much, and why it was set. */
  readonly due: ColumnNode;
  readonly amount: ColumnNode;
  readonly cause: ColumnNode | null;
  readonly paid: ColumnNode;
  readonly returned: ColumnNode | null;
  readonly window: WindowNode | null;
  /** In a label's window ahead: what ends it. Nothing after the first of these is anybody's lateness. */
  readonly stops?: readonly StreamNode[];
}

export interface FeatureNode {
  readonly value: ValueNode;
  readonly unit: UnitNode;
  /** The kinds this value can be missing by; empty where it is always there. */
  readonly missing: readonly MissingKind[];
  /** Which way the risk grows; null where the feature carries no reason. */
  readonly worse: "higher" | "lower" | null;
}

export interface FeatureSetNode {
  readonly kind: "features";
  readonly name: string;
  readonly entity: string;
  /** In the order written: this is the column order everywhere. */
  readonly features: readonly { readonly name: string; readonly feature: FeatureNode }[];
}

export interface EndingsNode {
  readonly kind: "endings";
  readonly endings: readonly { readonly name: string; readonly stream: StreamNode }[];
}

export interface LabelNode {
  readonly kind: "label";
  readonly name: string;
  readonly entity: string;
  /** An `occurs` or other boolean value over `next` windows. */
  readonly bad: ValueNode;
  readonly unclear: ValueNode | null;
  /** What censors: one stream, or several by name. */
  readonly endedBy: StreamNode | EndingsNode | null;
  /** Rows that never belong, by name, where one of these holds; absent where there are none. */
  readonly exclude?: readonly { readonly name: string; readonly value: ValueNode }[];
  /** What shows that the outcome was observed: an event in the window, or the passing of time after it. */
  readonly observed:
    | { readonly kind: "by"; readonly value: ValueNode }
    | { readonly kind: "matures"; readonly afterMicros: number };
}

// ---------------------------------------------------------------- sequences: what an encoder reads

/**
 * How a field of a token is written. A number is in major units; "scaled" takes away the mean and divides by the deviation,
 * "steps" tells between which quantiles a number lies, "coded" gives a code to each of the `most` frequent words: all three as
 * they were in the events that a fit saw.
 */
export type TokenCoding =
  | { readonly kind: "number" }
  | { readonly kind: "scaled" }
  | { readonly kind: "steps"; readonly count: number }
  | { readonly kind: "coded"; readonly most: number };

export interface TokenFieldNode {
  readonly name: string;
  readonly row: RowNode;
  readonly coding: TokenCoding;
}

/** Each event of a stream is one token. */
export interface StepNode {
  readonly stream: StreamNode;
  readonly fields: readonly TokenFieldNode[];
}

export interface SequenceNode {
  readonly kind: "sequence";
  readonly name: string;
  readonly entity: string;
  /** How many events it holds at most, the last of all steps together. */
  readonly count: number;
  /** Ages of tokens are told in whole ones of so many microseconds. */
  readonly ageMicros: number;
  /** Each of another event type. Of events at one instant those of an earlier step come first. */
  readonly steps: readonly StepNode[];
}

// ---------------------------------------------------------------- models, reasons, policy, bundle

export type OutputNode = {
  readonly kind: "probability";
  readonly name: string;
  /** Free text of the horizon's period, e.g. `1 month Asia/Taipei`. */
  readonly horizon: string;
};

export type FamilyNode =
  | {
      readonly kind: "scorecard";
      /** Most bins a feature may have; the regularisation of the logistic fit. */
      readonly bins: number;
      readonly l2: number;
    }
  | {
      readonly kind: "xgboost";
      readonly depth: number;
      readonly trees: number;
      readonly learningRate: number;
      readonly monotone: boolean;
      readonly minChildWeight: number;
      readonly subsample: number;
      readonly colsample: number;
    };

/** Families tried on the same rows, simplest first; a written rule chooses, and the runner-up goes to shadow. */
export interface ContestNode {
  readonly kind: "contest";
  readonly rule: "simplestWithinOneStandardError";
  readonly entries: readonly { readonly name: string; readonly family: FamilyNode }[];
}

export interface ModelNode {
  readonly kind: "model";
  readonly name: string;
  readonly label: string;
  /** Role → feature set and the names used, in order. Column names are `role.feature`. */
  readonly inputs: readonly { readonly role: string; readonly set: string; readonly features: readonly string[] }[];
  readonly family: FamilyNode | ContestNode;
  readonly outputs: readonly OutputNode[];
  readonly calibrate: { readonly method: "isotonic" | "none"; readonly on: "validation" };
}

/** What a condition may read, by name; the trace holds each operand's value. */
export type OperandNode =
  | { readonly kind: "value"; readonly role: string; readonly set: string; readonly feature: string }
  | { readonly kind: "output"; readonly model: string; readonly output: string }
  | { readonly kind: "asked"; readonly field: string };

export type ConditionNode =
  | { readonly kind: "compare"; readonly operand: OperandNode; readonly test: TestNode }
  | { readonly kind: "isMissing"; readonly operand: OperandNode; readonly missing: MissingKind | null }
  | { readonly kind: "every"; readonly conditions: readonly ConditionNode[] }
  | { readonly kind: "some"; readonly conditions: readonly ConditionNode[] };

/** Amounts offered: a request field times a constant. */
export interface OfferNode {
  readonly [term: string]: { readonly asked: string; readonly times: number };
}

export type ActionNode =
  | { readonly kind: "approve"; readonly offer: OfferNode }
  | { readonly kind: "counterOffer"; readonly offer: OfferNode }
  | { readonly kind: "refer" }
  | { readonly kind: "decline" };

export type RuleNode =
  | { readonly kind: "knockOut"; readonly name: string; readonly when: ConditionNode; readonly because: string }
  | { readonly kind: "refer"; readonly name: string; readonly when: ConditionNode; readonly because: string | null }
  | {
      readonly kind: "bands";
      readonly name: string;
      readonly on: { readonly model: string; readonly output: string };
      /** Ascending; a score takes the first band it is below. */
      readonly bands: readonly { readonly below: number; readonly action: ActionNode }[];
      readonly otherwise: ActionNode;
    };

export interface PolicyNode {
  readonly kind: "policy";
  readonly name: string;
  readonly request: string;
  /** In the order written; the first that decides, decides; all knock-outs are evaluated and listed. */
  readonly rules: readonly RuleNode[];
}

export interface ReasonNode {
  readonly name: string;
  /** Text by language: `{ en: "…" }`. */
  readonly text: { readonly [language: string]: string };
  /** Features explained together: one player in the Shapley game. Names are `role.feature`. */
  readonly group: readonly string[];
  /** The missing kind this reason speaks for, where it speaks for one. */
  readonly when: MissingKind | null;
}

export interface ReasonLibraryNode {
  readonly kind: "reasonLibrary";
  readonly name: string;
  readonly reasons: readonly ReasonNode[];
}

export interface BundleNode {
  readonly kind: "bundle";
  readonly name: string;
  readonly policy: string;
  readonly models: readonly string[];
  /** The model that runs beside the champion, off the response path. */
  readonly shadow: readonly string[];
  readonly reasons: string;
  readonly baseline: {
    readonly model: string;
    readonly output: string;
    readonly rows: number;
    readonly on: "validation";
  };
  readonly jurisdiction: string;
  readonly intendedUse: string;
  readonly owner: string;
  readonly validator: string;
  readonly limits: readonly string[];
}

export type DefinitionNode =
  | EntityNode
  | EventNode
  | RequestNode
  | FeatureSetNode
  | LabelNode
  | SequenceNode
  | ModelNode
  | ReasonLibraryNode
  | PolicyNode
  | BundleNode;

/** Texts, owners and uses: hashed in the document hash, never in the meaning hash. */
export interface DefinitionDocument {
  readonly owner: string | null;
  readonly use: string | null;
  readonly description: string | null;
  /** Feature → reason text, for feature sets. */
  readonly texts: { readonly [name: string]: string };
}

/** A definition as found in a workspace. */
export interface Definition<N extends DefinitionNode = DefinitionNode> {
  readonly node: N;
  readonly document: DefinitionDocument;
  readonly place: { readonly file: string; readonly line: number } | null;
  /** Mistakes found while building; compiling a definition that has any is refused. */
  readonly problems: readonly Problem[];
}

/** All definitions of a workspace, by kind and name; what `compile`, `datasets`, `training` and bundles work from. */
export interface Catalogue {
  readonly definitions: readonly Definition[];
}
