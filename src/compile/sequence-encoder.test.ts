// Tokens worked out by hand, and what is refused of a definition that comes out of a stored document. That they are right for
// any history is asked in `tests/parity/sequence-parity.test.ts`.

import { describe, expect, it } from "vitest";
import { MICROS_PER_DAY } from "../base/index.ts";
import type { FieldType, SequenceNode, StepNode, TokenCoding } from "../define/index.ts";
import type { HistoryEvent, HistorySchema } from "./history.ts";
import { layOutHistory } from "./layout.ts";
import { compileSequence } from "./sequence-encoder.ts";
import { knownFit, type SequenceFit } from "./sequence-fit.ts";
import { tokensSeen } from "./sequence-flat.ts";

const money: FieldType = { kind: "money", currency: "EUR", scale: 2 };
const text: FieldType = { kind: "text" };
const field = (type: FieldType, protection: "none" | "sensitive" = "none") => ({ type, protection, optional: true });
const event = { kind: "event", entity: "borrower", delayMicros: 0 } as const;
const schema: HistorySchema = {
  bill: { ...event, name: "bill", fields: { due: field(money), secret: field(money, "sensitive") } },
  trip: { ...event, name: "trip", fields: { to: field(text) } },
};

const stepOf = (name: string, fields: readonly (readonly [string, FieldType, TokenCoding])[]): StepNode => ({
  stream: { kind: "stream", event: name, entity: "borrower", filter: null },
  fields: fields.map(([of, type, coding]) => ({ name: of, row: { kind: "field", field: of, type }, coding })),
});
const bills = stepOf("bill", [["due", money, { kind: "scaled" }]]);
const trips = stepOf("trip", [["to", text, { kind: "coded", most: 2 }]]);
const sequence: SequenceNode = {
  kind: "sequence",
  name: "s",
  entity: "borrower",
  count: 3,
  ageMicros: MICROS_PER_DAY,
  steps: [bills, trips],
};
const fit: SequenceFit = {
  format: "assay.sequence-fit",
  version: 1,
  sequence: "s",
  meaningHash: "m",
  snapshot: "",
  fittedKnownUntil: "2020-01-01T00:00:00Z",
  entities: { count: 0, seen: "" },
  steps: [
    [{ kind: "scaled", mean: 1_000, deviation: 500, rows: 9 }],
    [{ kind: "coded", words: ["Rome", "Oslo"], rows: 9 }],
  ],
};

function happened(
  name: string,
  eventId: string,
  day: number,
  value: number | string | null,
  more: object = {},
): HistoryEvent {
  const at = day * MICROS_PER_DAY;
  const fields = { [name === "bill" ? "due" : "to"]: value };
  return {
    event: name,
    entity: "b",
    source: "a",
    eventId,
    seq: null,
    at,
    knownAt: at,
    retracted: false,
    fields,
    ...more,
  };
}

const day = (count: number) => count * MICROS_PER_DAY;

describe("tokens", () => {
  const history = layOutHistory(
    "b",
    [
      happened("trip", "t1", 1, "Rome"),
      happened("bill", "b1", 1, 2_000),
      happened("trip", "t2", 2, "Lima"),
      happened("bill", "b2", 3, null, { knownAt: day(6) }),
      happened("trip", "t3", 4, "Oslo"),
      happened("trip", "t3", 4, "Rome", { knownAt: day(8), retracted: true }),
    ],
    schema,
  );
  const encoder = compileSequence(sequence, schema, { meaningHash: "m", fit });

  it("are the last events of all steps, earlier steps first at one instant, as they were known", () => {
    // The bill of day 3 is not known yet; of day 1 only the trip is left, for its step is the later one.
    expect(encoder.encode(history, day(5))).toEqual({
      length: 3,
      kind: Uint8Array.of(2, 2, 2),
      age: Int32Array.of(4, 3, 1),
      columns: [Float32Array.of(Number.NaN, Number.NaN, Number.NaN), Int32Array.of(2, 1, 3)],
    });
    // Now it is known, with nothing in it; the trip of day 4 was taken back.
    expect(encoder.encode(history, day(9))).toEqual({
      length: 3,
      kind: Uint8Array.of(2, 2, 1),
      age: Int32Array.of(8, 7, 6),
      columns: [Float32Array.of(Number.NaN, Number.NaN, Number.NaN), Int32Array.of(2, 1, 0)],
    });
    expect(encoder.encode(history, day(2))).toEqual({
      length: 2,
      kind: Uint8Array.of(1, 2),
      age: Int32Array.of(1, 1),
      columns: [Float32Array.of(2, Number.NaN), Int32Array.of(0, 2)],
    });
    expect(encoder.encode({ entity: "nobody", events: {} }, day(9)).length).toBe(0);
  });

  it("stand once in flat columns, of which a row sees a stretch but for some", () => {
    const flat = encoder.flatten(history);
    expect([...flat.kind]).toEqual([1, 2, 2, 1, 2]);
    expect(tokensSeen(flat, day(5), 3)).toEqual({ start: 1, end: 5, exceptions: [3] });
    expect(tokensSeen(flat, day(9), 3)).toEqual({ start: 1, end: 4, exceptions: [] });
    expect(tokensSeen(flat, day(1), 3)).toEqual({ start: 0, end: 0, exceptions: [] });
  });

  it("say what their columns hold", () => {
    expect(encoder.columns).toEqual([
      { name: "bill.due", type: "number", codes: null },
      { name: "trip.to", type: "code", codes: 4 },
    ]);
  });
});

describe("a sequence out of a stored document is refused", () => {
  const secret = stepOf("bill", [["secret", money, { kind: "scaled" }]]);
  it.each<[string, Partial<SequenceNode>, string]>([
    ["with no count", { count: 0 }, "NOT_A_SEQUENCE"],
    ["with ages of no unit", { ageMicros: 0.5 }, "NOT_A_SEQUENCE"],
    ["with two steps over one event", { steps: [bills, bills] }, "NOT_A_SEQUENCE"],
    ["with a word to scale", { steps: [stepOf("trip", [["to", text, { kind: "scaled" }]])] }, "TOKEN"],
    ["with a number to code", { steps: [stepOf("bill", [["due", money, { kind: "coded", most: 2 }]])] }, "TOKEN"],
    ["over an event that is not there", { steps: [stepOf("loss", [])] }, "UNKNOWN_EVENT"],
    [
      "over a field that is not there",
      { steps: [stepOf("bill", [["paid", money, { kind: "number" }]])] },
      "UNKNOWN_FIELD",
    ],
    ["that reads a protected field", { steps: [secret] }, "PROTECTED"],
    ["of another entity", { entity: "merchant" }, "OTHER_ENTITY"],
    ["without its fit", { steps: [trips, bills] }, "OTHER_FIT"],
  ])("%s", (_, change, code) => {
    const compile = () => compileSequence({ ...sequence, ...change }, schema, { meaningHash: "m", fit });
    expect(compile).toThrow(`ASSAY_COMPILE_${code}`);
  });

  it("or one fitted for another meaning, or in a version to come", () => {
    expect(() => compileSequence(sequence, schema, { meaningHash: "other", fit })).toThrow("ASSAY_COMPILE_OTHER_FIT");
    expect(() => knownFit(JSON.stringify({ ...fit, version: 2 }))).toThrow("ASSAY_COMPILE_UNKNOWN_FIT");
  });
});
