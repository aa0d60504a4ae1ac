import { describe, expect, it } from "vitest";
import type { FieldsRead } from "../compile/index.ts";
import type { EventNode, FieldType } from "../define/index.ts";
import { proveHeld } from "./held-fields.ts";

const event = (type: FieldType): EventNode => ({
  kind: "event",
  name: "purchase",
  entity: "borrower",
  delayMicros: 0,
  fields: { kind: { type, protection: "none", optional: false } },
});
const read: FieldsRead = new Map([["purchase", new Set(["kind"])]]);
const prove = (built: FieldType, held: FieldType) =>
  proveHeld(read, { purchase: event(built) }, () => event(held).fields);
const category = (...values: string[]) => ({ kind: "category", values }) as const;

describe("a field that is held", () => {
  it("is the one that was built with where it is of the same type, however it is written down", () => {
    prove({ kind: "money", currency: "USD", scale: 2 }, { scale: 2, currency: "USD", kind: "money" });
    for (const held of [
      { kind: "money", currency: "USD", scale: 0 },
      { kind: "decimal", scale: 2 },
    ] as const) {
      expect(() => prove({ kind: "money", currency: "USD", scale: 2 }, held)).toThrow("ASSAY_DECISIONS_NOT_HELD");
    }
  });

  it("may have a category's list that grew at its end and not otherwise: codes are places in the list", () => {
    prove(category("F", "M"), category("F", "M", "X"));
    for (const held of [category("M", "F"), category("F"), category("X", "F", "M")]) {
      expect(() => prove(category("F", "M"), held)).toThrow("another type");
    }
  });
});
