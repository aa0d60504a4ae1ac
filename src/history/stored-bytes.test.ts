// What lies on a user's disk must stay readable: the bytes of version 1 of each binary format, as they were first written.

import { expect, test } from "vitest";
import { decodeHeader, encodeGroup, encodeHeader, HEADER_BYTES, scanFrames } from "./log-segment.ts";

const SEGMENT = "4153594c4f4701000700000000000000030000803b2cf0c46f6e650300000097960f4274776f";

test("a segment of the log", () => {
  const records = [Buffer.from("one"), Buffer.from("two")];
  const bytes = Buffer.concat([encodeHeader(7), encodeGroup(records)]);
  expect(bytes.toString("hex")).toBe(SEGMENT);
  expect(decodeHeader(bytes)).toBe(7);
  expect(scanFrames(bytes, HEADER_BYTES, 9).records.map(String)).toEqual(["one", "two"]);
});
