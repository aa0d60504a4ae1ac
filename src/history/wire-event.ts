// One event as bytes in the log, version 1: the canonical JSON (RFC 8785) of a HistoryEvent with `"version":1`. It is
// written by hand because the order of the keys is known; a test holds it equal to `canonicalJson`. Numbers are stored
// units and safe integers. The golden file is tests/replay/events-v1.json.

import { AssayError, invariant } from "../base/index.ts";
import type { HistoryEvent } from "../compile/index.ts";
import { problems } from "./errors.ts";

export const EVENT_VERSION = 1;

export function encodeEvent(event: HistoryEvent): Buffer {
  return Buffer.from(textOf(event));
}

/** The same of many at once: their bytes lie in one piece. */
export function encodeEvents(events: readonly HistoryEvent[]): Buffer[] {
  const texts = events.map(textOf);
  const bytes = Buffer.allocUnsafe(texts.reduce((sum, { length }) => sum + length * MOST_BYTES, 0));
  let end = 0;
  return texts.map((text) => {
    const from = end;
    end += bytes.write(text, from);
    return bytes.subarray(from, end);
  });
}

/** Of UTF-8, for one unit of a text. */
const MOST_BYTES = 3;

function textOf({ at, entity, event, eventId, fields, knownAt, retracted, seq, source }: HistoryEvent): string {
  return (
    `{"at":${at},"entity":${quote(entity)},"event":${quote(event)},"eventId":${quote(eventId)},` +
    `"fields":${fieldsText(fields)},"knownAt":${knownAt},"retracted":${retracted},"seq":${seq},` +
    `"source":${quote(source)},"version":${EVENT_VERSION}}`
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

/** What an event is called. */
export function idOf({ source, eventId }: Pick<HistoryEvent, "source" | "eventId">): string {
  return `${source}\u0000${eventId}`;
}

/**
 * What an event says, as a text that is compared and never kept: equal texts are equal events, where equal hashes would
 * only be likely to be. It leaves out `knownAt` and `seq` (contract 1).
 */
export function contentOf({ at, entity, event, retracted, fields }: HistoryEvent): string {
  return `[${at},${quote(entity)},${quote(event)},${fieldsText(fields)},${retracted}]`;
}
