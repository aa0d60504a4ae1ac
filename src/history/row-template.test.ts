import { expect, test } from "vitest";
import { fillTemplate, namesOf, templateOf } from "./row-template.ts";

const values: { readonly [name: string]: unknown } = { a: "1", n: 7, "a-b": "x", list: [1] };
const fill = (from: string) => fillTemplate(from, (name) => values[name]);

test.for<[string, unknown, readonly string[]]>([
  ["a", "1", ["a"]],
  ["n", 7, ["n"]],
  ["list", [1], ["list"]],
  ["absent", null, ["absent"]],
  ["{n}", "7", ["n"]],
  ["{a}/{n}", "1/7", ["a", "n"]],
  ["{a}/{absent}", null, ["a", "absent"]],
  ["{a-b}T00:00:00Z", "xT00:00:00Z", ["a-b"]],
  ["'0'", "0", []],
  ["''", "", []],
  ["'{a}'", "{a}", []],
  ["'a", null, ["'a"]],
  ["{}", null, ["{}"]],
])("%s comes to %j", ([from, filled, names]) => {
  expect(fill(from)).toEqual(filled);
  expect(namesOf(from)).toEqual(names);
});

test("says where a part of an event comes from, if anything was said", () => {
  const templates = { eventId: "id", at: "{day}T00:00:00Z", fields: { billed: "bill" } };
  expect(templateOf(templates, { key: "at" })).toBe("{day}T00:00:00Z");
  expect(templateOf(templates, { field: "billed" })).toBe("bill");
  expect(templateOf(templates, { key: "seq" })).toBeUndefined();
  expect(templateOf(templates, { key: "fields" })).toBeUndefined();
  expect(templateOf(templates, { field: "constructor" })).toBeUndefined();
});
