import { problemTable, TRUTH_WORDS } from "../base/index.ts";

export const problems = problemTable("HISTORY", {
  ERASED: (_: object) => ({
    rule: "it is of somebody who was erased, and nothing of it was kept",
    wayOut: "Stop sending their rows; nothing of theirs is taken in again",
  }),
  // ---- one event
  NOT_AN_EVENT: (p: { got: string }) => ({
    rule: `an event is a JSON object, got ${p.got}`,
    wayOut: 'Write {"event": …, "entity": …, "source": …, "eventId": …, "at": …, "fields": {…}}',
  }),
  NO_FILE: (p: { why: string }) => ({
    rule: `the file cannot be read: ${p.why}`,
    wayOut: "Check the path and its rights",
  }),
  BROKEN_FILE: (p: { why: string }) => ({
    rule: `${p.why}; the rows before it were taken as they came`,
    wayOut: "Get the whole file and send it again; rows that came before are known again",
  }),
  FILE_CHANGED: (_: object) => ({
    rule: "it was changed while it was read; the rows that were read were taken as they came",
    wayOut: "Wait until it is written, and send it again; rows that came before are known again",
  }),
  NEEDS_MAPPING: (p: { format: string }) => ({
    rule: `it is ${p.format}, and nothing says which columns become which fields`,
    wayOut: "Add --mapping FILE",
  }),
  MALFORMED_ROW: (p: { why: string }) => ({
    rule: `the row cannot be read: ${p.why}`,
    wayOut: "Mend the row and send it again",
  }),
  UNKNOWN_EVENT: (p: { got: string }) => ({
    rule: `no event type is called ${p.got}`,
    wayOut: "Name an event type of the workspace, or export a definition of it",
  }),
  BAD_FAN_OUT: (p: { why: string }) => ({
    rule: `they cannot fan out: ${p.why}`,
    wayOut: "Mend `documents` in assay.config.ts, or the definition that it names",
  }),
  UNKNOWN_COLUMN: (p: { event: string }) => ({
    rule: `event ${p.event} has no such column`,
    wayOut: "Remove it, rename it, or add the field to the definition",
  }),
  UNKNOWN_KEY: (_: object) => ({
    rule: "an event has event, entity, source, eventId, at, knownAt, seq, retracted and fields, nothing else",
    wayOut: "Move the value into fields",
  }),
  NO_SUCH_COLUMN: (_: object) => ({
    rule: "the mapping reads it and the file has no such column",
    wayOut: "Correct the mapping or the header",
  }),
  BAD_TOKEN: (p: { maxLength: number }) => ({
    rule: `an id is a text of 1 to ${p.maxLength} characters without control characters or blanks at its ends`,
    wayOut: "Send an opaque token",
  }),
  WRONG_SOURCE: (p: { expected: string }) => ({
    rule: `this door accepts events of source ${p.expected} only`,
    wayOut: "Leave source out, or send through the door of that source",
  }),
  NOT_AN_INSTANT: (p: { got: string }) => ({
    rule: `expected an instant with an offset, got ${p.got}`,
    wayOut: "Write ISO 8601 such as 2005-10-03T12:00:00+08:00",
  }),
  FUTURE: (p: { at: string; now: string }) => ({
    rule: `it happened at ${p.at}, after now (${p.now})`,
    wayOut: "Send it when it has happened; check the offset and the clock of the source",
  }),
  LONG_AGO: (p: { at: string; earliest: string }) => ({
    rule: `it happened at ${p.at}, before ${p.earliest}`,
    wayOut: "Correct the date; a source that knows none must not make one up",
  }),
  KNOWN_LATER: (p: { knownAt: string; now: string }) => ({
    rule: `its own knownAt is ${p.knownAt}, after now (${p.now}), and yet it is sent`,
    wayOut: "Leave knownAt out, or check the offset and the clock of the source",
  }),
  KNOWN_BEFORE: (p: { at: string; knownAt: string }) => ({
    rule: `knownAt (${p.knownAt}) is earlier than at (${p.at})`,
    wayOut: "An event cannot be known before it happened; correct one of the two",
  }),
  BAD_SEQ: (p: { got: string }) => ({
    rule: `seq is a whole number from 0 to 2^53 - 1, got ${p.got}`,
    wayOut: "Send the number of the source, or leave seq out",
  }),
  BAD_RETRACTED: (p: { got: string }) => ({
    rule: `retracted is true or false, got ${p.got}`,
    wayOut: "Send true or false",
  }),
  MISSING_FIELD: (_: object) => ({
    rule: "the field is not optional and the event gives no value",
    wayOut: "Send a value, or declare the field optional",
  }),
  // ---- one value
  NOT_A_NUMBER: (p: { got: string }) => ({
    rule: `expected a finite decimal number, got ${p.got}`,
    wayOut: 'Write a number or a decimal text such as "1234.50"',
  }),
  NOT_A_WHOLE_NUMBER: (p: { got: string }) => ({
    rule: `expected a whole number, got ${p.got}`,
    wayOut: "Send a whole number, or declare the field decimal with a scale",
  }),
  WRONG_UNITS: (p: { got: string; scale: number; unit: string }) => ({
    rule: `${p.got} is not a whole number of 10^-${p.scale} ${p.unit}`,
    wayOut: "Send major units with no more decimals than the declared scale",
  }),
  TOO_LARGE: (p: { got: string }) => ({
    rule: `${p.got} in stored units is beyond 2^53`,
    wayOut: "Check that the amount is in major units",
  }),
  INEXACT_NUMBER: (p: { got: string }) => ({
    rule: `${p.got} has more digits than a JSON number carries exactly`,
    wayOut: "Send it as a decimal text",
  }),
  UNKNOWN_CATEGORY: (p: { got: string }) => ({
    rule: `${p.got} is not a declared value`,
    wayOut: "Send a declared value, or add it",
  }),
  NOT_A_BOOLEAN: (p: { got: string }) => ({
    rule: `expected true or false, got ${p.got}`,
    wayOut: `Send true or false; a text may be ${TRUTH_WORDS}`,
  }),
  NOT_A_DATE: (p: { got: string }) => ({
    rule: `expected a day of the calendar, got ${p.got}`,
    wayOut: "Write it as 2025-03-31, without a time",
  }),
  NOT_A_VECTOR: (p: { dim: number; got: string }) => ({
    rule: `expected a list of ${p.dim} finite numbers within float32, got ${p.got}`,
    wayOut: "Send as many numbers as the field declares",
  }),
  NOT_A_DOCUMENT: (p: { maxBytes: number; got: string }) => ({
    rule: `expected a JSON object or list of at most ${p.maxBytes} bytes, got ${p.got}`,
    wayOut: "Send the document itself, or split it",
  }),
  NO_DOCUMENTS: (_: object) => ({
    rule: "this door has nowhere to keep documents, so that one would be lost",
    wayOut: "Send the hash as a text field, or through a door that keeps documents",
  }),
  NOT_A_TEXT: (p: { maxLength: number }) => ({
    rule: `expected a well-formed text of at most ${p.maxLength} characters, none of them NUL`,
    wayOut: "Shorten it, or keep it as a document",
  }),
  // ---- against what is held
  CONFLICT: (p: { held: string }) => ({
    rule: `the same source and event id were received with other content, known ${p.held}`,
    wayOut: "Send a revision with its own knownAt, later than that, or a new event id",
  }),
  OTHER_THING: (p: { held: string }) => ({
    rule: `the same source and event id belong to ${p.held}`,
    wayOut: "An event never moves: retract it there and send a new event id",
  }),
  // ---- the quarantine
  UNKNOWN_ROW: (_: object) => ({
    rule: "no quarantined row has this id",
    wayOut: "See the ids with: assay quarantine",
  }),
  ALREADY_MENDED: (p: { offset: number }) => ({
    rule: `it was mended, and stands before position ${p.offset} of the log`,
    wayOut: "Send a revision through the door of its source",
  }),
  NOT_WHOLE: (p: { missing: readonly string[] }) => ({
    rule: `the quarantine does not hold all of it: ${p.missing.join(", ")}`,
    wayOut: "Say what each should be, or that it is left out; or send the whole row",
  }),
  // ---- the schema
  RESERVED_COLUMN: (p: { column: string }) => ({
    rule: `two columns of a table file would be called ${p.column}`,
    wayOut: "Rename the field",
  }),
  SCHEMA_CHANGED: (p: { was: string; is: string }) => ({
    rule: `events are stored with it as ${p.was}, and the definition says ${p.is}`,
    wayOut: "Give the changed field a new name, or start a new event type",
  }),
  FIELD_ADDED: (p: { event: string }) => ({
    rule: `events of type ${p.event} are stored without it, and the definition requires it`,
    wayOut: "Make it optional(…), or start a new event type",
  }),
  NO_OFFSETS: (_: object) => ({
    rule: "some of its rows were sealed without their place in the log, so what had arrived by then cannot be told",
    wayOut: "Ask without a position, or ingest the history anew",
  }),
  // ---- the engines
  LOCKED: (p: { holder: string }) => ({
    rule: `another process is writing here: ${p.holder}`,
    wayOut: "Stop it, or use another workspace",
  }),
  LOG_FULL: (_: object) => ({
    rule: "no space is left on the device; nothing of this batch was accepted, nothing acknowledged is lost",
    wayOut: "Free space and send the batch again",
  }),
  LOG_FAILED: (p: { why: string }) => ({
    rule: `the log cannot be written: ${p.why}`,
    wayOut: "Check the disk and start again; nothing acknowledged is lost",
  }),
  LOG_CORRUPT: (p: { file: string; byte: number }) => ({
    rule: `${p.file} is damaged at byte ${p.byte}, before records that were acknowledged`,
    wayOut: "Restore the file from a copy, or rebuild from the last snapshot",
  }),
  LOG_TRIMMED: (p: { offset: number; oldest: number }) => ({
    rule: `record ${p.offset} is no longer in the log, which begins at ${p.oldest}`,
    wayOut: "Start from a snapshot that reaches further",
  }),
  LOG_BEHIND: (p: { head: number; reached: number }) => ({
    rule: `the log ends at record ${p.head}, but events up to ${p.reached} have been taken from it`,
    wayOut: "Restore the folder of the log that belongs to this history",
  }),
  FEED_REPLACED: (p: { offset: number }) => ({
    rule: `its first ${p.offset} records came in, and it is not the log that held them`,
    wayOut: "Point the feed at the log that it followed, or give the new log a source of its own",
  }),
  LOG_CLOSED: (_: object) => ({ rule: "the log is closed", wayOut: "Open it again" }),
  RECORD_SIZE: (p: { bytes: number; maxBytes: number }) => ({
    rule: `a record has 1 to ${p.maxBytes} bytes, this one ${p.bytes}`,
    wayOut: "Send smaller events",
  }),
  STORE_FULL: (_: object) => ({
    rule: "no space is left on the device; the log holds what was acknowledged and the store follows it",
    wayOut: "Free space and send the batch again",
  }),
  STORE_FAILED: (p: { why: string }) => ({
    rule: `the online store cannot be written: ${p.why}`,
    wayOut: "Check the disk and start again; the store is brought up from the log",
  }),
  UNKNOWN_VERSION: (p: { format: string; version: string }) => ({
    rule: `version ${p.version} of ${p.format} is not known here`,
    wayOut: "Use a release of Assay that knows it",
  }),
  NO_ONLINE_STORE: (_: object) => ({
    rule: "there is no online store in this folder",
    wayOut: "Run assay ingest first",
  }),
  UNKNOWN_SNAPSHOT: (p: { hash: string }) => ({
    rule: `snapshot ${p.hash} is not among those kept`,
    wayOut: "Name one of the last seven: see them with assay tables",
  }),
  NO_SNAPSHOT: (_: object) => ({ rule: "nothing has been sealed yet", wayOut: "Ingest events and seal them" }),
  DAMAGED_FILE: (p: { expected: string; found: string }) => ({
    rule: `the manifest says SHA-256 ${p.expected}, the file has ${p.found}`,
    wayOut: "Roll back to an earlier snapshot, or restore the file",
  }),
  MIXED_ENTITIES: (p: { kinds: string }) => ({
    rule: `one history holds events of one kind of entity, these are about ${p.kinds}`,
    wayOut: "Read each kind by itself",
  }),
});
