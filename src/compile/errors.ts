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
  REPEATED: (p: { name: string }) => ({ rule: `has two features called "${p.name}"`, wayOut: "Rename one" }),
  RESERVED: (p: { name: string }) => ({ rule: `"${p.name}" is no usable name`, wayOut: "Rename it" }),
});
