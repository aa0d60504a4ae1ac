// What the tests of this room share: a schema with every kind of field, and ways to make events and folders.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fixedClock, instant, MICROS_PER_DAY } from "../base/index.ts";
import type { HistoryEvent, HistorySchema } from "../compile/index.ts";
import type { EventNode, FieldNode, FieldType } from "../define/index.ts";
import type { ProtectedValues } from "./ingest.ts";
import type { DivertedValue } from "./validate-event.ts";

const field = (type: FieldType, more: Partial<FieldNode> = {}): FieldNode => ({
  type,
  protection: "none",
  optional: false,
  ...more,
});

const statement: EventNode = {
  kind: "event",
  name: "statement",
  entity: "borrower",
  delayMicros: 2 * MICROS_PER_DAY,
  fields: {
    billed: field({ kind: "money", currency: "USD", scale: 2 }),
    monthsLate: field({ kind: "integer" }, { optional: true }),
  },
};

const purchase: EventNode = {
  kind: "event",
  name: "purchase",
  entity: "borrower",
  delayMicros: 0,
  fields: {
    amount: field({ kind: "money", currency: "USD", scale: 2 }),
    rate: field({ kind: "decimal", scale: 4 }, { optional: true }),
    kind: field({ kind: "category", values: ["groceries", "rent", "cash"] }),
    online: field({ kind: "boolean" }, { optional: true }),
    merchant: field({ kind: "ref", entity: "merchant" }, { optional: true }),
    note: field({ kind: "text" }, { optional: true }),
    booked: field({ kind: "instant" }, { optional: true }),
    sex: field({ kind: "category", values: ["F", "M"] }, { protection: "prohibited", optional: true }),
    schooling: field({ kind: "text" }, { protection: "sensitive", optional: true }),
  },
};

export const schema: HistorySchema = { statement, purchase };

export const NOW = instant("2024-06-01T00:00:00Z");
export const clock = fixedClock(NOW);

export const SOURCE = "core";

/** A statement as a source writes it. */
export function rawStatement(entity: string, eventId: string, more: object = {}) {
  return {
    event: "statement",
    entity,
    eventId,
    at: "2024-01-01T00:00:00Z",
    fields: { billed: "100.00", monthsLate: 0 },
    ...more,
  };
}

export function rawPurchase(entity: string, eventId: string, fields: object = {}, more: object = {}) {
  const all = { amount: 12.5, kind: "rent", ...fields };
  return { event: "purchase", entity, eventId, at: "2024-02-01T08:00:00+08:00", fields: all, ...more };
}

/** A statement as it stands in the log. */
export function statementEvent(entity: string, eventId: string, more: Partial<HistoryEvent> = {}): HistoryEvent {
  const at = more.at ?? instant("2024-01-01T00:00:00Z");
  const fields = { billed: 10_000, monthsLate: 0 };
  return {
    event: "statement",
    entity,
    source: SOURCE,
    eventId,
    seq: null,
    at,
    knownAt: at,
    retracted: false,
    fields,
    ...more,
  };
}

export function purchaseEvent(
  entity: string,
  eventId: string,
  at: number,
  fields: HistoryEvent["fields"] = {},
): HistoryEvent {
  const all = { amount: 1250, rate: null, kind: 1, online: null, merchant: "m1", note: null, booked: null, ...fields };
  return {
    event: "purchase",
    entity,
    source: SOURCE,
    eventId,
    seq: null,
    at,
    knownAt: at,
    retracted: false,
    fields: all,
  };
}

const made: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "assay-history-"));
  made.push(folder);
  return folder;
}

/** For `afterAll` of every file that makes one. */
export function removeTemporaryFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Keeps what is diverted in memory, in the order it came. */
export class RecordingVault implements ProtectedValues {
  readonly rows: DivertedValue[] = [];
  async store(rows: readonly DivertedValue[]): Promise<void> {
    this.rows.push(...rows);
  }
}
