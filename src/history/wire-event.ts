// One event as bytes in the log, version 1: the canonical JSON (RFC 8785) of a HistoryEvent with `"version":1`. It is
// written by hand because the order of the keys is known; a test holds it equal to `canonicalJson`. Numbers are stored
// units and safe integers. The golden file is tests/replay/events-v1.json.

import { hash as digest } from "node:crypto";
import { AssayError, invariant } from "../base/index.ts";
import type { HistoryEvent } from "../compile/index.ts";
import { problems } from "./errors.ts";

export const EVENT_VERSION = 1;

export function encodeEvent(event: HistoryEvent): Buffer {
  const { at, entity, eventId, knownAt, retracted, seq, source } = event;
  return Buffer.from(
    `{"at":${at},"entity":${quote(entity)},"event":${quote(event.event)},"eventId":${quote(eventId)},` +
      `"fields":${fieldsText(event.fields)},"knownAt":${knownAt},"retracted":${retracted},"seq":${seq},` +
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

const quote = JSON.stringify as (text: string) => string;

/**
 * What an event is called and what it says, each as 16 bytes of SHA-256 in latin-1 (a short string is the cheapest map
 * key there is). `content` leaves out `knownAt` and `seq` (contract 1) and, so that a hash gives nothing away, never
 * covers a protected value: those are not in the event any more.
 */
export interface EventIdentity {
  readonly id: string;
  readonly content: string;
}

export interface IdentifiedEvent {
  readonly event: HistoryEvent;
  readonly identity: EventIdentity;
}

export function identified(event: HistoryEvent): IdentifiedEvent {
  return { event, identity: identify(event) };
}

export function identify(event: HistoryEvent): EventIdentity {
  const { at, entity, retracted } = event;
  return {
    id: shortHash(`${event.source}\u0000${event.eventId}`),
    content: shortHash(`[${at},${quote(entity)},${quote(event.event)},${fieldsText(event.fields)},${retracted}]`),
  };
}

function shortHash(text: string): string {
  return digest("sha256", text, "binary").slice(0, 16);
}
