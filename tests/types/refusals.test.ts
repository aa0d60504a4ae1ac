// Each mistake is refused twice: by a sentence in the editor, and by its twin in `check`, for Node strips types.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/base/index.ts";
import { type Definition, definitionOf, isDefinition } from "../../src/define/index.ts";
import { compile, compileText, refusalsIn } from "./compiler.ts";

// By address, not by name: the main project must not compile a file that is wrong on purpose.
const fixture = new URL("fixtures/refused.ts", import.meta.url);
const refused: Readonly<Record<string, unknown>> = await import(fixture.href);
const source = readFileSync(fixture, "utf8").split("\n");
const sentences = refusalsIn(compile("tests/types/fixtures"));
const definitions = Object.values(refused)
  .filter(isDefinition)
  .map(definitionOf)
  .toSorted((a, b) => startOf(a) - startOf(b));
const twins = definitions.flatMap((definition) => definition.problems);

function startOf(definition: Definition): number {
  return definition.place?.line ?? 0;
}

/** The first line of the definition that a line belongs to. */
function definitionLine(line: number): number {
  return Math.max(...definitions.map(startOf).filter((start) => start <= line));
}

function linesOf(found: readonly { readonly line: number }[]): number[] {
  return [...new Set(found.map(({ line }) => line))].sort((a, b) => a - b);
}

const twinLines = linesOf(twins.map(({ place }) => ({ line: place?.line ?? 0 })));

describe("a definition with a mistake", () => {
  test("is refused by the compiler and by the builders, line for line", async () => {
    await expect(table()).toMatchFileSnapshot("refused.golden.txt");
  });

  test("has a twin at the same line, or at its definition's first line where nothing was called", () => {
    const untold = linesOf(sentences).filter(
      (line) => !twinLines.includes(line) && !twinLines.includes(definitionLine(line)),
    );
    expect(untold.map((line) => source[line - 1])).toEqual([]);
  });

  test("is refused by the compiler wherever the builders refuse it", () => {
    const starts = definitions.map(startOf);
    const unseen = twinLines.filter((line) => !linesOf(sentences).includes(line) && !starts.includes(line));
    expect(unseen.map((line) => source[line - 1])).toEqual([]);
  });
});

// Where JavaScript wants a condition, an expression would silently keep one side.
const conditions = `
import { above, atLeast, count, days, entity, event, features, integer, money, sum } from "assay";

const usd = money("USD");
const borrower = entity("borrower");
const statement = event("statement", borrower, { fields: { billed: usd, monthsLate: integer } });
const late = count(statement.where({ monthsLate: atLeast(1) })).last(days(90));
const billed = sum(statement.billed).last(days(90));
const set = features("set", borrower, { late }, { owner: "card-risk", use: "credit" });

export const conjunction = late.is(above(1)) && billed.is(above(usd(1)));
export const choice = late.is(above(1)) ? late : billed;
export const member = set.late.is(above(1)) && set.late.is(above(2));
export const column = statement.billed ? billed : late;
export const branch = () => {
  if (late.is(above(1))) return 1;
  return 2;
};
export const comparison = late > 3;
`;

test("an expression is no condition", () => {
  const lines = refusalsIn(compileText(conditions)).map(({ sentence }) => sentence);
  expect(lines).toMatchInlineSnapshot(`
    [
      "This condition will always return true since this 'Value<"borrower", "boolean", boolean, never, "past">' is always defined.",
      "This condition will always return true since this 'Value<"borrower", "boolean", boolean, never, "past">' is always defined.",
      "This condition will always return true since this 'Condition<never>' is always defined.",
      "This condition will always return true since this 'Column<"statement", "borrower", "USD", number, never>' is always defined.",
      "This condition will always return true since this 'Value<"borrower", "boolean", boolean, never, "past">' is always defined.",
      "Operator '>' cannot be applied to types 'Value<"borrower", "number", number, never, "past">' and 'number'.",
    ]
  `);
});

test("the example of the grammar compiles", () => {
  expect(compile("tests/types/fixtures/tsconfig.sound.json")).toBe("");
});

function table(): string {
  const lines = linesOf([...sentences, ...twins.map(({ place }) => ({ line: place?.line ?? 0 }))]);
  return lines
    .map((line) => [source[line - 1]?.trim(), ...editorSays(line), ...checkSays(line), ""].join("\n"))
    .join("\n");
}

function editorSays(line: number): string[] {
  return sentences.filter((refusal) => refusal.line === line).map(({ sentence }) => `  editor: ${sentence}`);
}

function checkSays(line: number): string[] {
  const says = ({ code, thing, rule, nearest }: Problem) => `  check:  ${code} ${thing}: ${rule}${near(nearest)}`;
  return twins.filter(({ place }) => place?.line === line).map(says);
}

function near(nearest: string | undefined): string {
  return nearest === undefined ? "" : ` (nearest: ${nearest})`;
}
