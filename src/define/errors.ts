// Every mistake a definition can hold, in one table. Each compile-time sentence has its twin here, because Node strips types
// and so checks none of them.

import { problemTable } from "../base/index.ts";

export const problems = problemTable("DEFINE", {
  BAD_NAME: (p: { name: string }) => ({
    rule: `"${p.name}" is not a name: letters, digits and _ after a letter`,
    wayOut: "Rename it",
  }),
  BAD_CATEGORY_NAME: (p: { name: string }) => ({
    rule: `category "${p.name}" cannot be part of a column's name: letters, digits and _ only`,
    wayOut: "Rename the category, or write one feature a category with .where({ … })",
  }),
  RESERVED_NAME: (p: { name: string }) => ({
    rule: `"${p.name}" is a reserved name`,
    wayOut: "Rename it; reserved are where, with, at, knownAt and then",
  }),
  BAD_ARGUMENT: (p: { expected: string }) => ({
    rule: `expected ${p.expected}`,
    wayOut: "Check the spelling of what is passed here; an unknown column reads as undefined",
  }),
  UNKNOWN_SETTING: (p: { name: string; known: string }) => ({
    rule: `has no setting "${p.name}"`,
    wayOut: `Use one of ${p.known}`,
  }),
  UNKNOWN_FIELD: (p: { event: string; field: string }) => ({
    rule: `"${p.event}" has no field "${p.field}"`,
    wayOut: "Name a field that the event declares",
  }),
  WRONG_LITERAL: (p: { expected: string }) => ({
    rule: `expected ${p.expected}`,
    wayOut: "Write the literal in that unit",
  }),
  PROHIBITED: (p: { field: string; path?: string }) => ({
    rule: `field "${p.field}" is a prohibited basis: no feature may read it${p.path ?? ""}`,
    wayOut: "Leave it out; only aggregate evaluation may ask the vault for it",
  }),
  SENSITIVE: (p: { field: string; path?: string }) => ({
    rule: `field "${p.field}" is sensitive: policy bars features from reading it${p.path ?? ""}`,
    wayOut: "Leave it out, or change the declaration with the policy's owner",
  }),
  UNIT: (p: { sentence: string }) => ({ rule: p.sentence, wayOut: "Bring both sides to one unit" }),
  OTHER_ROW: (p: { event: string; other: string }) => ({
    rule: `a row of "${p.event}" cannot read a row of "${p.other}"`,
    wayOut: "Aggregate each first, then combine the values",
  }),
  TOO_MANY: (p: { count: number; most: number }) => ({
    rule: `holds ${p.count} features; ${p.most} is the most`,
    wayOut: "Split it, and bind the parts to models of their own",
  }),
  TOO_DEEP: (p: { most: number }) => ({
    rule: `the expression over one row is nested deeper than ${p.most}`,
    wayOut: "Aggregate parts of it, or send the result as a field",
  }),
  NO_WINDOW: () => ({ rule: "has no window", wayOut: "Add .last(days(…)) or .ever()" }),
  LOOKAHEAD: () => ({
    rule: "looks into the future: only a label may",
    wayOut: "Use .last(…), or move it into a label",
  }),
  NO_NEXT: (p: { part: string }) => ({
    rule: `"${p.part}" must look only into the future`,
    wayOut: "End each aggregate in it with .next(…)",
  }),
  OTHER_ENTITY: (p: { about: string; wanted: string }) => ({
    rule: `is about ${p.about}, not ${p.wanted}`,
    wayOut: "Read it through a reference with .of(latest(…)), or move it into a feature set of its own entity",
  }),
  OTHER_REFERENCE: (p: { about: string; reached: string }) => ({
    rule: `this value is about ${p.about}, and the reference is to ${p.reached}`,
    wayOut: `Take a value about ${p.reached}, or a reference to ${p.about}`,
  }),
  TOO_FAR: () => ({
    rule: "a relation reaches one entity further, no more",
    wayOut: "Publish the value as a feature of the entity in between, and read that",
  }),
  ASKED_OF_ANOTHER: () => ({
    rule: "what was asked is about no other entity",
    wayOut: "Take .of(…) of the value alone, then combine it with the request",
  }),
  NO_DIRECTION: () => ({
    rule: "has a reason without a direction",
    wayOut: 'Add { worse: "higher" } or { worse: "lower" }',
  }),
  BAD_WINDOW: (p: { sentence: string }) => ({ rule: p.sentence, wayOut: "Change the window" }),
  UNKNOWN_ZONE: (p: { zone: string }) => ({
    rule: `"${p.zone}" is not a time zone`,
    wayOut: "Use an IANA name such as America/New_York",
  }),
  NO_LENGTH: () => ({ rule: "does not say how many events it holds", wayOut: "Add .last(events(128))" }),
  TWO_STEPS: (p: { event: string }) => ({
    rule: `has two steps over "${p.event}", and each of its events is one token`,
    wayOut: "Take one step, and tell its events apart by a yes-or-no field such as .is(…)",
  }),
  OTHER_STEP: (p: { event: string; about: string; wanted: string }) => ({
    rule: `"${p.event}" is about ${p.about}, not ${p.wanted}`,
    wayOut: `Take steps over events about ${p.wanted}`,
  }),
  NO_TOKEN: (p: { type: string }) => ({
    rule: `is ${p.type}: no token holds it`,
    wayOut: "Read a part of it: hourOf(…), daysBetween(…) or .element(…)",
  }),
  OTHER_SUBSET: (p: { event: string }) => ({
    rule: `reads a column of another subset of "${p.event}" than the step's`,
    wayOut: "Read it from the event itself, or take the step over that subset",
  }),
  NO_OBSERVATION: () => ({
    rule: "does not say when its outcome counts as observed",
    wayOut: "Add matures: days(…) or observedBy: an event that shows it",
  }),
  NO_SUCH_ENTITY_HERE: (p: { sets: string; label: string; entity: string }) => ({
    rule: `no feature set is about ${p.entity}, which label "${p.label}" is about (got ${p.sets})`,
    wayOut: "Bind a feature set of that entity in from: {…}",
  }),
  NOT_BOUND: (p: { set: string }) => ({
    rule: `names feature set "${p.set}", which no role of it is bound to`,
    wayOut: "Bind it in from: {…}, or leave the feature out",
  }),
  BANDS: (p: { sentence: string }) => ({
    rule: p.sentence,
    wayOut: "Write bands with ascending `below` and end with one { otherwise: … }",
  }),
  NO_ROLE: (p: { set: string; entity: string; request: string }) => ({
    rule: `reads feature set "${p.set}" about ${p.entity}, but no single party of request "${p.request}" is one`,
    wayOut: "Read a set about one of the parties; where two parties are of one kind, exactly one may be required",
  }),
  OFFER: (p: { term: string }) => ({
    rule: `offers "${p.term}" as something other than a request field times a constant`,
    wayOut: "Write it as application.amount or application.amount.times(0.5)",
  }),
  OTHER_REQUEST: (p: { request: string; other: string }) => ({
    rule: `reads request "${p.other}" but decides on "${p.request}"`,
    wayOut: "Use the fields of the request it decides on",
  }),
  NOT_IN_CONDITION: () => ({
    rule: "a policy condition may read feature-set members, model outputs and request fields only",
    wayOut: "Put the expression into a feature set and read it by name",
  }),
  REPEATED: (p: { what: string; other: string }) => ({
    rule: `is defined twice; ${p.what} is also at ${p.other}`,
    wayOut: "Rename or remove one of them",
  }),
  NOT_EXPORTED: (p: { what: string }) => ({
    rule: `uses ${p.what}, which no definition file exports`,
    wayOut: "Export it from a file in definitions/",
  }),
  MISSING_COLUMN: (p: { event: string; field: string }) => ({
    rule: `reads column "${p.field}", which "${p.event}" does not have in this form`,
    wayOut: "Name a field that the event declares, and pass the event itself rather than a copy",
  }),
  MISSING_FEATURE: (p: { set: string; feature: string }) => ({
    rule: `names feature "${p.feature}", which "${p.set}" does not hold`,
    wayOut: "Name a feature of the set",
  }),
  MISSING_OUTPUT: (p: { model: string; output: string }) => ({
    rule: `names output "${p.output}", which model "${p.model}" does not have`,
    wayOut: "Name an output of the model",
  }),
  TWO_GROUPS: (p: { feature: string; groups: string }) => ({
    rule: `feature "${p.feature}" lies in more than one reason group: ${p.groups}`,
    wayOut: "Keep it in one group",
  }),
  NO_REASON: (p: { feature: string; model: string }) => ({
    rule: `model "${p.model}" scores "${p.feature}", and no reason speaks for it`,
    wayOut: "Add .reason(…) to the feature, or list it in a group of the reason library",
  }),
  MODEL_NOT_IN_BUNDLE: (p: { model: string }) => ({
    rule: `reads model "${p.model}", which the bundle does not hold`,
    wayOut: "Add it to models: […]",
  }),
  NOT_ONE_MODEL: (p: { count: number }) => ({
    rule: `holds ${p.count} models; a bundle has exactly one`,
    wayOut: "Name one model in models: […]; to try several, make them the entries of its contest({ … })",
  }),
  SHADOW: (p: { models: string }) => ({
    rule: `puts ${p.models} in shadow; only the runner-up of a contest runs there as yet`,
    wayOut: "Leave shadow out, and make its family an entry of the model's contest({ … })",
  }),
  NOT_CALIBRATED: (p: { model: string }) => ({
    rule: `model "${p.model}" is not calibrated; only calibrated models decide as yet`,
    wayOut: 'Add calibrate: isotonic({ on: "validation" }) to the model',
  }),
  VALUE_NOT_IN_BUNDLE: (p: { operand: string; role: string }) => ({
    rule: `policy reads ${p.operand}, but no model of the bundle binds that feature set to ${p.role}`,
    wayOut: "Bind the set to the role in the from: {…} of a model",
  }),
  REASON_NOT_IN_BUNDLE: (p: { reason: string }) => ({
    rule: `policy gives reason "${p.reason}", which the bundle's library does not hold`,
    wayOut: "Add it to the reason library, or name that library in the bundle",
  }),
  TWO_SETS_FOR_A_ROLE: (p: { role: string; sets: string }) => ({
    rule: `role "${p.role}" is bound to more than one feature set: ${p.sets}`,
    wayOut: "Bind one set to a role in all models of a bundle",
  }),
  UNKNOWN_ROLE: (p: { role: string; request: string }) => ({
    rule: `binds role "${p.role}", which request "${p.request}" does not have with that entity`,
    wayOut: "Use a party of the request, with a feature set about its entity",
  }),
});
