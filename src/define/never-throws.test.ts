// Builders never throw on a user's mistake: whatever is passed, they return something frozen, and a definition made of it
// carries a problem with a place.

import { expect, test } from "vitest";
import * as assay from "./index.ts";

const { borrower, statement, late, review } = samples();
const garbage: readonly unknown[] = [
  undefined,
  null,
  0,
  -1,
  Number.NaN,
  5n,
  "x",
  "",
  true,
  Symbol("x"),
  [],
  {},
  [undefined],
  { a: undefined },
  { a: 5n },
  () => 0,
  borrower,
  statement,
  late,
  statement.billed,
  review,
  review.billed,
  assay.days(1),
  assay.sum(statement.billed),
];

type Builder = (...parameters: unknown[]) => unknown;

const fieldTypes = ["boolean", "date", "instant", "integer", "text"];
const questions = [
  "bindReasons",
  "checkDefinitions",
  "collectDefinitions",
  "columnsToBuild",
  "definitionOf",
  "documentHash",
  "endingsOf",
  "featureHashes",
  "findDefinition",
  "isDefinition",
  "meaningHash",
  "nodeOf",
  "partsOf",
  "partsOfRow",
  "pastDueColumns",
  "printSequence",
  "printStream",
  "printValue",
  "rowsOfFilter",
  "scoredColumns",
  "typeOfRow",
  "operandsOf",
  "printRow",
  "printTest",
  "readsOf",
  "streamReads",
  "unitOfValue",
  "valuesOfLabel",
];
const rest = new Set([...fieldTypes, ...questions]);
const builders = Object.entries(assay).filter(([name]) => !rest.has(name)) as unknown as readonly [string, Builder][];

const chains: Readonly<Record<string, object>> = {
  event: statement,
  stream: late,
  column: statement.billed,
  aggregate: assay.sum(statement.billed),
  breakdown: assay.count(statement).by(statement.status),
  lastValues: assay.lastValues(statement.billed, 2),
  value: assay.sum(statement.billed).ever(),
  member: review.billed,
  output: assay.model("pd", {} as never).outputs,
};

for (const [name, build] of [...builders, ["usd", assay.money("USD")] as [string, Builder]]) {
  test(`${name} answers anything`, () => {
    for (const a of garbage) {
      for (const b of [undefined, null, Symbol("x"), {}, borrower]) {
        expect(Object.isFrozen(build(a, b, b, a))).toBe(true);
        expect(Object.isFrozen(build("name", a, b, a))).toBe(true);
        expect(Object.isFrozen(build("name", borrower, a, b))).toBe(true);
      }
    }
  });
}

for (const [name, thing] of Object.entries(chains)) {
  test(`each method of a ${name} answers anything`, () => {
    for (const method of methodsOf(thing)) {
      for (const a of garbage)
        for (const b of [undefined, null, {}, assay.days(1)])
          expect(Object.isFrozen(method.call(thing, a, b))).toBe(true);
    }
  });
}

test.each([
  ["event", () => assay.event("e", borrower, undefined as never)],
  ["features", () => assay.features("f", borrower, { a: undefined } as never, { owner: "o", use: "u" })],
  ["label", () => assay.label("l", borrower, {} as never)],
  ["model", () => assay.model("m", {} as never)],
  ["policy", () => assay.policy("p", {} as never, [{} as never])],
  ["bundle", () => assay.bundle("b", {} as never)],
])("a %s of nothing carries problems with a place", (_, build) => {
  const { problems } = assay.definitionOf(build());
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems) expect(problem.place?.file).toMatch(/never-throws\.test\.ts$/);
});

function methodsOf(thing: object): Builder[] {
  const face = Object.getPrototypeOf(thing) as Record<string, Builder>;
  return Object.values(face ?? {}).filter((member) => typeof member === "function");
}

function samples() {
  const borrower = assay.entity("borrower");
  const fields = { billed: assay.money("USD"), monthsLate: assay.integer, status: assay.category("good", "late") };
  const statement = assay.event("statement", borrower, { fields });
  const late = statement.where({ monthsLate: assay.atLeast(1) });
  const document = { owner: "card-risk", use: "credit" };
  const review = assay.features("review", borrower, { billed: assay.sum(statement.billed).ever() }, document);
  return { borrower, statement, late, review };
}
