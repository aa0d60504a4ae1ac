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
  | { readonly kind: "ref"; readonly entity: string };

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
}

export interface RequestNode {
  readonly kind: "request";
  readonly name: string;
  readonly parties: { readonly [role: string]: { readonly entity: string; readonly optional: boolean } };
  readonly fields: { readonly [name: string]: FieldNode };
}

// ---------------------------------------------------------------- rows: what one event says

/** A number (or code) read from one row, in the stored integer units of its `scale`. */
export type RowNode =
  | { readonly kind: "field"; readonly field: string; readonly type: FieldType }
  | { readonly kind: "rowMinus"; readonly left: RowNode; readonly right: RowNode }
  | { readonly kind: "rowPlus"; readonly left: RowNode; readonly right: RowNode };

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
    }
  /** The last `count` events of the stream after leaving out the latest `skip`. */
  | { readonly kind: "lastEvents"; readonly count: number; readonly skip: number }
  | { readonly kind: "ever" }
  /** Labels only: `[t, t + length)`. */
  | { readonly kind: "nextFixed"; readonly micros: number }
  /** Labels only: the next `count` periods that start at or after t. */
  | { readonly kind: "nextCalendar"; readonly unit: CalendarUnit; readonly count: number; readonly zone: string };

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
  | "occurs";

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
      /** null for count, daysSince and occurs. */
      readonly row: RowNode | null;
      readonly window: WindowNode;
    }
  | { readonly kind: "over"; readonly left: ValueNode; readonly right: ValueNode }
  | { readonly kind: "minus"; readonly left: ValueNode; readonly right: ValueNode }
  | { readonly kind: "plus"; readonly left: ValueNode; readonly right: ValueNode }
  /** Times a constant. */
  | { readonly kind: "times"; readonly of: ValueNode; readonly factor: number }
  | { readonly kind: "ifMissing"; readonly of: ValueNode; readonly then: number }
  /** 1 or 0; missing where its operand is. Literals here are in the value's own (major) unit. */
  | { readonly kind: "is"; readonly of: ValueNode; readonly test: TestNode }
  | { readonly kind: "both"; readonly left: ValueNode; readonly right: ValueNode }
  | { readonly kind: "either"; readonly left: ValueNode; readonly right: ValueNode }
  /** A field of the request, in major units. */
  | { readonly kind: "asked"; readonly request: string; readonly field: string; readonly type: FieldType };

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

export interface LabelNode {
  readonly kind: "label";
  readonly name: string;
  readonly entity: string;
  /** An `occurs` or other boolean value over `next` windows. */
  readonly bad: ValueNode;
  readonly unclear: ValueNode | null;
  readonly endedBy: StreamNode | null;
  /** What shows that the outcome was observed: an event in the window, or the passing of time after it. */
  readonly observed:
    | { readonly kind: "by"; readonly value: ValueNode }
    | { readonly kind: "matures"; readonly afterMicros: number };
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
