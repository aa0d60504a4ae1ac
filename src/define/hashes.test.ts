// Two hashes: meaning follows values and nothing else; the document follows words and nothing else.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  above,
  anyOf,
  atLeast,
  below,
  type Catalogue,
  category,
  collectDefinitions,
  count,
  days,
  definitionOf,
  documentHash,
  either,
  entity,
  event,
  type FilterNode,
  features,
  integer,
  meaningHash,
  money,
  sum,
} from "./index.ts";
import { normalFilter } from "./normal-form.ts";

const usd = money("USD");
const borrower = entity("borrower");

interface Variant {
  readonly delay?: number;
  readonly note?: boolean;
  readonly scale?: number;
  readonly text?: string;
  readonly owner?: string;
  readonly worse?: "higher" | "lower";
  readonly window?: number;
  readonly kinds?: readonly string[];
}

function hashes(variant: Variant) {
  const { scale = 2, kinds = ["rent", "cash"] } = variant;
  const statement = event("statement", borrower, {
    delay: days(variant.delay ?? 1),
    fields: {
      billed: money("USD", { scale }),
      kind: category(...kinds),
      monthsLate: integer,
      ...(variant.note === true ? { note: integer } : {}),
    },
  });
  const total = sum(statement.where({ kind: "cash" }).billed).last(days(variant.window ?? 30));
  const reasoned = total.reason(variant.text ?? "Total", { worse: variant.worse ?? "higher" });
  const set = features("set", borrower, { total: reasoned }, { owner: variant.owner ?? "card-risk", use: "credit" });
  const catalogue: Catalogue = { definitions: collectDefinitions({ borrower, statement, set }, "all.ts") };
  const definition = definitionOf(set);
  return { meaning: meaningHash(definition, catalogue), document: documentHash(definition) };
}

const plain = hashes({});

describe("the meaning hash", () => {
  test.each<[string, Variant]>([
    ["the window", { window: 31 }],
    ["the scale of a column it reads", { scale: 3 }],
    ["the vocabulary of a column it reads", { kinds: ["rent", "cash", "other"] }],
  ])("changes with %s", (_, variant) => expect(hashes(variant).meaning).not.toBe(plain.meaning));

  test.each<[string, Variant]>([
    ["a delay, which only later events feel", { delay: 5 }],
    ["a new field that it does not read", { note: true }],
    ["a reason's text", { text: "Total billed" }],
    ["a reason's direction, which fits models and not values", { worse: "lower" }],
    ["an owner", { owner: "other" }],
  ])("keeps through %s", (_, variant) => expect(hashes(variant).meaning).toBe(plain.meaning));
});

test("the document hash changes with words alone", () => {
  expect(hashes({ window: 31, scale: 3, delay: 5 }).document).toBe(plain.document);
  expect(hashes({ text: "Total billed" }).document).not.toBe(plain.document);
  expect(hashes({ owner: "other" }).document).not.toBe(plain.document);
});

test("the spelling of a filter changes no meaning", () => {
  const statement = event("statement", borrower, { fields: { billed: usd, monthsLate: integer } });
  const spellings = [
    statement.where({ monthsLate: 1, billed: above(usd(5)) }),
    statement.where({ billed: above(usd(5)), monthsLate: anyOf(1, 1) }),
    statement
      .where({ billed: above(usd(5)) })
      .where({ monthsLate: 1 })
      .where({ billed: above(usd("5.00")) }),
  ];
  const found = spellings.map((stream) => {
    const set = features("set", borrower, { n: count(stream).ever() }, { owner: "o", use: "u" });
    return meaningHash(definitionOf(set), { definitions: collectDefinitions({ borrower, statement, set }, "all.ts") });
  });
  expect(new Set(found).size).toBe(1);
  const other = statement.where(either({ monthsLate: atLeast(1) }, { billed: below(usd(5)) }));
  const set = features("set", borrower, { n: count(other).ever() }, { owner: "o", use: "u" });
  expect(found).not.toContain(meaningHash(definitionOf(set), { definitions: [] }));
});

const tests = fc.record({
  field: fc.constantFrom("a", "b", "c"),
  test: fc.oneof(
    fc.record({ kind: fc.constantFrom("equals", "atLeast", "below"), value: fc.integer({ min: 0, max: 3 }) }),
    fc.record({
      kind: fc.constantFrom("anyOf", "noneOf"),
      values: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1 }),
    }),
  ),
});
const { filter } = fc.letrec<{ filter: FilterNode; leaf: FilterNode; branch: FilterNode }>((tie) => ({
  filter: fc.oneof({ maxDepth: 3 }, tie("leaf"), tie("branch")),
  leaf: tests.map(
    ({ field, test }) =>
      ({ kind: "fieldTest", row: { kind: "field", field, type: { kind: "integer" } }, test }) as FilterNode,
  ),
  branch: fc.record({
    kind: fc.constantFrom("allOf", "someOf"),
    filters: fc.array(tie("filter"), { minLength: 1, maxLength: 3 }),
  }) as fc.Arbitrary<FilterNode>,
}));

test("a filter and its normal form pass the same rows, and the normal form is its own", () => {
  const rows = fc.record({
    a: fc.integer({ min: 0, max: 3 }),
    b: fc.integer({ min: 0, max: 3 }),
    c: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(filter, rows, (node, row) => {
      const normal = normalFilter(node);
      expect(passes(normal, row)).toBe(passes(node, row));
      expect(normalFilter(normal)).toEqual(normal);
    }),
  );
});

function passes(node: FilterNode, row: Readonly<Record<string, number>>): boolean {
  if (node.kind === "allOf") return node.filters.every((part) => passes(part, row));
  if (node.kind === "someOf") return node.filters.some((part) => passes(part, row));
  const value = row[node.row.kind === "field" ? node.row.field : ""]!;
  const { test } = node;
  if (test.kind === "anyOf") return test.values.includes(value);
  if (test.kind === "noneOf") return !test.values.includes(value);
  if (test.kind === "atLeast") return value >= test.value;
  return test.kind === "below" ? value < test.value : value === test.value;
}
