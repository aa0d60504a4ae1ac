// What can be wrong with a definition when it is planned. Builders in `define` refuse most of it earlier and with a place;
// these are the guards on our side of the border, for definitions that come out of a stored bundle.

import { problemTable } from "../base/index.ts";

export const problems = problemTable("COMPILE", {
  UNKNOWN_EVENT: (p: { event: string }) => ({
    rule: `reads event "${p.event}", which is not declared`,
    wayOut: "Declare it",
  }),
  OTHER_ENTITY: (p: { event: string; about: string; wanted: string }) => ({
    rule: `"${p.event}" is about ${p.about}, not ${p.wanted}`,
    wayOut: "Read events of the set's own entity",
  }),
  UNKNOWN_FIELD: (p: { of: string; field: string }) => ({
    rule: `${p.of} has no field "${p.field}"`,
    wayOut: "Name a field that it declares",
  }),
  OTHER_TYPE: (p: { field: string }) => ({
    rule: `field "${p.field}" is declared with another type`,
    wayOut: "Build the definition again from the present declarations",
  }),
  PROTECTED: (p: { field: string; protection: string }) => ({
    rule: `field "${p.field}" is ${p.protection === "sensitive" ? "sensitive" : "a prohibited basis"}: no feature may read it`,
    wayOut: "Leave it out; only aggregate evaluation may ask the vault for it",
  }),
  MIXED_SCALES: (p: { left: number; right: number }) => ({
    rule: `adds or subtracts a field of scale ${p.left} and one of scale ${p.right}`,
    wayOut: "Declare both fields with one scale",
  }),
  LONG_ROW: (p: { fields: number; most: number }) => ({
    rule: `adds up ${p.fields} fields of one row; ${p.most} is the most`,
    wayOut: "Aggregate parts of it, then add the values",
  }),
  NOT_A_NUMBER: (p: { aggregate: string }) => ({
    rule: `${p.aggregate} needs a number, and this field holds text`,
    wayOut: "Use distinct, or another field",
  }),
  NOT_A_CLASS: (p: { aggregate: string }) => ({
    rule: `${p.aggregate} needs a category, or yes or no`,
    wayOut: "Name a column of that kind",
  }),
  NOT_YES_OR_NO: (p: { aggregate: string }) => ({
    rule: `${p.aggregate} needs a column that says yes or no`,
    wayOut: "Name a boolean column, or test another one with .is(…)",
  }),
  PARAMETER: (p: { aggregate: string; parameter: string; bounds: readonly [number, number] | null }) => ({
    rule:
      p.bounds === null
        ? `${p.aggregate} takes no "${p.parameter}"`
        : `${p.aggregate} needs "${p.parameter}", a whole number from ${p.bounds[0]} to ${p.bounds[1]}`,
    wayOut: "Build the definition again with this release",
  }),
  UNKNOWN_AGGREGATE: (p: { aggregate: string }) => ({
    rule: `there is no aggregate "${p.aggregate}"`,
    wayOut: "Use one that this release has",
  }),
  ROW: (p: { aggregate: string; needs: boolean }) => ({
    rule: p.needs ? `${p.aggregate} reads a field and was given none` : `${p.aggregate} reads events, not a field`,
    wayOut: p.needs ? "Name a field" : "Name an event or a subset of one",
  }),
  LOOKAHEAD: () => ({
    rule: "looks into the future: only a label may",
    wayOut: "Use .last(…), or move it into a label",
  }),
  LOOKS_BACK: () => ({ rule: "looks back: a label looks ahead", wayOut: "End each aggregate in it with .next(…)" }),
  WINDOW: (p: { rule: string; wayOut: string }) => p,
  BAD_ROW: (p: { rule: string; wayOut: string }) => p,
  LITERAL: (p: { value: number; whole: boolean }) => ({
    rule: `${p.value} is no ${p.whole ? "stored integer" : "finite number"}`,
    wayOut: "Write a literal of the field's or value's own unit",
  }),
  NO_REQUEST: (p: { request: string }) => ({
    rule: `asks request "${p.request}", and was not given it`,
    wayOut: "Compile it together with that request",
  }),
  ASKED_TEXT: (p: { field: string }) => ({ rule: `"${p.field}" holds text`, wayOut: "Ask for a number" }),
  LABEL_ASKS: () => ({
    rule: "reads the request: a label reads events only",
    wayOut: "Take the request out of the label",
  }),
  LABEL_RELATES: () => ({
    rule: "reads another entity: a label reads its own entity's events only",
    wayOut: "Take .of(…) out of the label",
  }),
  LINK: () => ({
    rule: "follows something that is no reference",
    wayOut: "Follow a reference as it stands, such as latest(employment.employer)",
  }),
  TOO_FAR: () => ({
    rule: "follows a relation of a related entity: a relation reaches one entity further, no more",
    wayOut: "Publish the value as a feature of the entity in between, and read that",
  }),
  ASKED_OF_ANOTHER: () => ({
    rule: "asks the request about a related entity",
    wayOut: "Take .of(…) of the value alone, then combine it with the request",
  }),
  REPEATED: (p: { name: string }) => ({ rule: `has two features called "${p.name}"`, wayOut: "Rename one" }),
  UNKNOWN_RULE: (p: { rule: string }) => ({
    rule: `there is no rule "${p.rule}" for days past due`,
    wayOut: "Use dpd@1, or a release that has the rule",
  }),
  NOT_TIMED: (p: { shape: string }) => ({
    rule: `its outcome does not say when it comes, as "${p.shape}" asks`,
    wayOut:
      "Make it of occurs(…), days past due of at least some, both(…) and either(…), over plain columns; or build flags",
  }),
  NOT_MATURING: (p: { shape: string }) => ({
    rule: `an event shows its outcome, and "${p.shape}" asks how far anybody looked`,
    wayOut: "Say when it matures: matures: days(…); or build flags",
  }),
  NOT_MONTHLY: () => ({
    rule: "its windows do not count the same months of one zone",
    wayOut: "End each part of bad with .next(months(n, zone)); or build timeToEvent",
  }),
  PAST_DUE_FILTER: () => ({
    rule: "days past due take events filtered by plain columns only",
    wayOut: "Filter by columns of the event",
  }),
  OTHER_FIT: (p: { sequence: string }) => ({
    rule: `it was fitted for another meaning of sequence "${p.sequence}"`,
    wayOut: "Fit the sequence again, or take the definition it was fitted for",
  }),
  UNKNOWN_FIT: (p: { version: string }) => ({
    rule: `a fit of version ${p.version} is not known here`,
    wayOut: "Use a release of Assay that knows it, or fit the sequence again",
  }),
  TOKEN: (p: { field: string }) => ({
    rule: `field "${p.field}" is not written as what it holds can be`,
    wayOut: "Scale numbers, code words; build the definition again with this release",
  }),
  NOT_A_SEQUENCE: () => ({
    rule: "holds no count of events from 1 to 4096, or two steps over one event",
    wayOut: "Build the definition again with this release",
  }),
  RESERVED: (p: { name: string }) => ({ rule: `"${p.name}" is no usable name`, wayOut: "Rename it" }),
});
