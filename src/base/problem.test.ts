import { expect, test } from "vitest";
import { AssayError, formatProblem, isAssayError, problemTable } from "./index.ts";

const problems = problemTable("DEFINE", {
  LOOKAHEAD: (p: { event: string }) => ({
    rule: `counts ${p.event} after t`,
    wayOut: "Use .last(…), or move it into a label",
  }),
  UNKNOWN_COLUMN: () => ({ rule: "is not a column", wayOut: "Name a column of the event" }),
});

test("a table gives each problem its code, thing, rule and way out", () => {
  expect(problems.LOOKAHEAD('feature "lateSoon"', { event: "statements" })).toEqual({
    code: "ASSAY_DEFINE_LOOKAHEAD",
    thing: 'feature "lateSoon"',
    rule: "counts statements after t",
    wayOut: "Use .last(…), or move it into a label",
  });
});

test("prints one line for people, with the place and the nearest name where known", () => {
  const place = { file: "definitions/review.ts", line: 31 };
  expect(formatProblem(problems.LOOKAHEAD('feature "lateSoon"', { event: "statements" }, { place }))).toBe(
    'ASSAY_DEFINE_LOOKAHEAD definitions/review.ts:31: feature "lateSoon": counts statements after t. Use .last(…), or move it into a label.',
  );
  expect(formatProblem(problems.UNKNOWN_COLUMN('"bill"', { nearest: "billed" }))).toBe(
    'ASSAY_DEFINE_UNKNOWN_COLUMN: "bill": is not a column. Name a column of the event. Nearest: billed.',
  );
});

test("an error carries its problem, code and cause, and is told from any other error", () => {
  const cause = new Error("disk");
  const error = new AssayError(problems.UNKNOWN_COLUMN('"bill"'), { cause });
  expect([error.code, error.name, error.cause]).toEqual(["ASSAY_DEFINE_UNKNOWN_COLUMN", "AssayError", cause]);
  expect(error.message).toBe(formatProblem(error.problem));
  expect([isAssayError(error), isAssayError(cause), isAssayError(undefined)]).toEqual([true, false, false]);
});

test("an unknown key of the place is left out rather than written as undefined", () => {
  const problem = problems.UNKNOWN_COLUMN("x", { nearest: undefined, place: undefined });
  expect(Object.keys(problem)).toEqual(["code", "thing", "rule", "wayOut"]);
});
