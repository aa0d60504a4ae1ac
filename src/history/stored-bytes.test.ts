// What lies on a user's disk must stay readable: the bytes of version 1 of each binary format, as they were first written.

import { expect, test } from "vitest";
import { layOutHistory } from "../compile/index.ts";
import { schema, statementEvent } from "./fixture.ts";
import { decodeHeld, encodeHeld } from "./held-event.ts";
import { decodeHeader, encodeGroup, encodeHeader, HEADER_BYTES, scanFrames } from "./log-segment.ts";
import { decodeEvents, encodeValue, layoutOf, readPlan } from "./online-value.ts";

const SEGMENT = "4153594c4f4701000700000000000000030000803b2cf0c46f6e650300000097960f4274776f";

test("a segment of the log", () => {
  const records = [Buffer.from("one"), Buffer.from("two")];
  const bytes = Buffer.concat([encodeHeader(7), encodeGroup(records)]);
  expect(bytes.toString("hex")).toBe(SEGMENT);
  expect(decodeHeader(bytes)).toBe(7);
  expect(scanFrames(bytes, HEADER_BYTES, 9).records.map(String)).toEqual(["one", "two"]);
});

const HELD =
  "01020030313233343536373839616263646566000000000000f03fffffffffffffffffffffffffffffffff0000000000000040616e6e0073746174656d656e74";

test("what is held under an id", () => {
  const revisions = [
    { content: "0123456789abcdef", knownAt: 1 },
    { content: "\u00ff".repeat(16), knownAt: 2 },
  ];
  const held = { entity: "ann", event: "statement", revisions };
  expect(encodeHeld(held).toString("hex")).toBe(HELD);
  expect(decodeHeld(Buffer.from(HELD, "hex"))).toEqual(held);
});

const VALUE =
  "01000200020000006200000064000000000000000000f03f000000000000f03f000000000000f03f00000000000008400000000000000840000000000000f07f000000000088c340000000000000f87f0000000000000000000000000000f87f00015b5d5b22636f7265222c227331222c345d0a5b22636f7265222c227331222c345d0a";

test("a value of the online store", () => {
  const node = schema["statement"]!;
  const first = statementEvent("ann", "s1", { at: 1, seq: 4 });
  const rows = [first, { ...first, knownAt: 3, retracted: true, fields: { billed: null, monthsLate: null } }];
  const columns = layOutHistory("ann", rows, { statement: node }).events["statement"]!;
  expect(encodeValue(columns, layoutOf(node), 2, rows).toString("hex")).toBe(VALUE);
  expect(decodeEvents(Buffer.from(VALUE, "hex"), readPlan(layoutOf(node), node), "ann")).toEqual(rows);
});
