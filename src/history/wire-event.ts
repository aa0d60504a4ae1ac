// One event as bytes in the log, version 1: the canonical JSON (RFC 8785) of a HistoryEvent with `"version":1`. It is
// written by hand because the order of the keys is known; a test holds it equal to `canonicalJson`. Numbers are stored
// units and safe integers. The golden file is tests/replay/events-v1.json.

import { AssayError, invariant } from "../base/index.ts";
import type { HistoryEvent } from "../compile/index.ts";
import { problems } from "./errors.ts";

export const EVENT_VERSION = 1;

export function encodeEvent(event: HistoryEvent): Buffer {
  return encodeWith(event, fieldsText(event.fields));
}

function encodeWith({ at, entity, event, eventId, knownAt, retracted, seq, source }: HistoryEvent, fields: string) {
  return Buffer.from(
    `{"at":${at},"entity":${quote(entity)},"event":${quote(event)},"eventId":${quote(eventId)},` +
      `"fields":${fields},"knownAt":${knownAt},"retracted":${retracted},"seq":${seq},` +
      `"source":${quote(source)},"version":${EVENT_VERSION}}`,
  );
}

/** Throws ASSAY_HISTORY_UNKNOWN_VERSION for a version that this release does not know. */
export function decodeEvent(bytes: Uint8Array): HistoryEvent {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  const { version, ...event } = JSON.parse(text) as HistoryEvent & { version: number };
  if (version !== EVENT_VERSION) {
    throw new AssayError(problems.UNKNOWN_VERSION("log record", { format: "events", version: String(version) }));
  }
  return event;
}

/** Fields as validation writes them are in order already; from anywhere else they are sorted. */
function fieldsText(fields: HistoryEvent["fields"]): string {
  let text = "";
  let previous: string | undefined;
  for (const name in fields) {
    if (previous !== undefined && name < previous) return sortedFieldsText(fields);
    text += `${previous === undefined ? "" : ","}${quote(name)}:${valueText(fields[name]!)}`;
    previous = name;
  }
  return `{${text}}`;
}

function sortedFieldsText(fields: HistoryEvent["fields"]): string {
  const names = Object.keys(fields).sort();
  return `{${names.map((name) => `${quote(name)}:${valueText(fields[name]!)}`).join(",")}}`;
}

function valueText(value: number | string | null): string {
  if (typeof value === "string") return quote(value);
  invariant(value === null || (Number.isSafeInteger(value) && !Object.is(value, -0)), `stored value ${value}`);
  return String(value);
}

/** Nearly every text stands in JSON as it is, and finding that out is cheaper than writing it. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/**
 * What an event is called and what it says, as texts that are compared and never kept: equal texts are equal events,
 * where equal hashes would only be likely to be. `content` leaves out `knownAt` and `seq` (contract 1).
 */
export interface EventIdentity {
  readonly id: string;
  readonly content: string;
}

export function identify(event: HistoryEvent): EventIdentity {
  return identifyWith(event, fieldsText(event.fields));
}

function identifyWith({ at, entity, event, eventId, retracted, source }: HistoryEvent, fields: string): EventIdentity {
  return {
    id: `${source}\u0000${eventId}`,
    content: `[${at},${quote(entity)},${quote(event)},${fields},${retracted}]`,
  };
}

/** Both at once: the fields, most of either, are written once. */
export function identifyAndEncode(event: HistoryEvent): { readonly identity: EventIdentity; readonly record: Buffer } {
  const fields = fieldsText(event.fields);
  return { identity: identifyWith(event, fields), record: encodeWith(event, fields) };
}
