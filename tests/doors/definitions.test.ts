// Definitions with mistakes at `assay check`: all of them at once, each by code, place, thing, rule and way out.

import { spawnSync } from "node:child_process";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkout, Ground } from "../e2e/assay-process.ts";

const wrong = `import { atLeast, category, count, days, entity, event, features, integer, latest, money, prohibited, sum } from "assay";

const eur = money("EUR");
export const person = entity("person");
export const bill = event("bill", person, { fields: { amount: eur, late: integer, sex: prohibited(category("F", "M")) } });
export const pay = event("pay", person, { fields: { dollars: money("USD") } });

export const wrong = features("wrong", person, {
  lateSoon: count(bill.where({ late: atLeast(1) })).next(days(90)),
  misspelt: count(bill.where({ latte: atLeast(1) })).last(days(90)),
  bySex: latest(bill.sex),
  mixed: sum(bill.amount).last(days(90)).plus(sum(pay.dollars).last(days(90))),
  unbounded: sum(bill.amount),
  lateOnce: count(bill).last(days(30)),
}, { owner: "nobody", use: "test" });
`;

/** Line, code, and what is named. */
const expected = [
  [9, "LOOKAHEAD", 'feature "lateSoon"'],
  [10, "UNKNOWN_FIELD", 'filter of "bill"'],
  [11, "PROHIBITED", 'feature "bySex"'],
  [12, "UNIT", "plus"],
  [13, "NO_WINDOW", 'feature "unbounded"'],
].map(([line, rule, thing]) => ({ line, code: `ASSAY_DEFINE_${rule}`, thing }));

const loose = `import { count, days, features } from "assay";
import { borrower, statement } from "./portfolio.ts";

const week = count(statement).last(days(7));
const either = features("either", borrower, {
  weekOrMonth: week || count(statement).last(days(30)),
}, { owner: "nobody", use: "test" });
const many: number = "many";
export { either, many };
`;

interface Checked {
  readonly parts: readonly { readonly part: string; readonly notRun: string | null }[];
  readonly problems: readonly {
    readonly code: string;
    readonly thing: string;
    readonly rule: string;
    readonly wayOut: string;
    readonly nearest?: string;
    readonly place: { readonly file: string; readonly line: number };
  }[];
}

describe("assay init", () => {
  let ground: Ground;

  beforeAll(async () => {
    ground = await Ground.open();
  });

  afterAll(() => ground.close());

  it("writes a workspace that compiles, named after its folder", async () => {
    const { code, stdout } = await ground.run(["init", "My Book"]);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("definitions/portfolio.ts") });
    expect(await readFile(ground.path("My Book/assay.config.ts"), "utf8")).toContain('name: "my-book"');
    const tsc = spawnSync(join(checkout, "node_modules/.bin/tsc"), ["-p", "My Book"], {
      cwd: ground.folder,
      encoding: "utf8",
    });
    expect(tsc.stdout.split("\n").filter((line) => line.startsWith("My Book"))).toEqual([]);
    expect(tsc.error).toBeUndefined();
    expect((await ground.run(["--workspace", "My Book", "explain", "review"])).code).toBe(0);
  });

  it("overwrites nothing", async () => {
    const { code, stderr } = await ground.run(["init", "My Book"]);
    expect(code).toBe(1);
    expect(stderr).toContain("ASSAY_CLI_EXISTS: My Book/assay.config.ts: it is there already");
  });
});

describe("assay check", () => {
  let ground: Ground;

  beforeAll(async () => {
    ground = await Ground.open();
    await ground.run(["init", "book"]);
  });

  afterAll(() => ground.close());

  it("finds nothing wrong with what assay init wrote", async () => {
    const { code, stdout } = await ground.run(["--workspace", "book", "check"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("No problems: ") });
  });

  it("lists every mistake at once, with code, place, thing, rule and way out", async () => {
    await writeFile(ground.path("book/definitions/wrong.ts"), wrong);
    const { code, stdout } = await ground.run(["--json", "--workspace", "book", "check"]);
    const { problems } = JSON.parse(stdout) as Checked;
    expect(code).toBe(1);
    expect(problems.map(({ place, code, thing }) => ({ line: place.line, code, thing }))).toEqual(expected);
    expect(new Set(problems.map(({ place }) => place.file))).toEqual(new Set(["book/definitions/wrong.ts"]));
    expect(problems[1]).toMatchObject({ nearest: "late" });
    expect(problems.filter(({ rule, wayOut }) => rule === "" || wayOut === "")).toEqual([]);
  });

  it("prints each of them on a line that an editor can follow", async () => {
    const { code, stdout } = await ground.run(["--workspace", "book", "check"]);
    expect(code).toBe(1);
    expect(stdout.trimEnd().split("\n")).toEqual([
      ...expected.map(({ line, code: said }) => expect.stringContaining(`${said} book/definitions/wrong.ts:${line}: `)),
      "Problems: 5.",
    ]);
  });

  it("compiles nothing while there are mistakes", async () => {
    const { code, stderr } = await ground.run(["--workspace", "book", "explain"]);
    expect(code).toBe(1);
    expect(stderr).toContain("ASSAY_WORKSPACE_PROBLEMS: book: 5 problems in its definitions.");
    await rm(ground.path("book/definitions/wrong.ts"));
  });

  it("tells what only types and lint can see, each at its line, once", async () => {
    await writeFile(ground.path("book/definitions/loose.ts"), loose);
    const { code, stdout } = await ground.run(["--json", "--workspace", "book", "check"]);
    const { problems, parts } = JSON.parse(stdout) as Checked;
    expect(code).toBe(1);
    expect(problems.map(({ code: said, place, rule }) => [said, place.line, rule])).toEqual([
      ["ASSAY_CLI_TYPE", 8, "Type 'string' is not assignable to type 'number'"],
      ["ASSAY_CLI_LINT", 6, "Unnecessary conditional, value is always truthy (typescript(no-unnecessary-condition))"],
    ]);
    expect(parts.map(({ part, notRun }) => [part, notRun])).toEqual([
      ["definitions", null],
      ["types", null],
      ["lint", null],
    ]);
    await rm(ground.path("book/definitions/loose.ts"));
  });

  it("says which part could not run, and why", async () => {
    await rename(ground.path("book/tsconfig.json"), ground.path("book/put-aside.json"));
    const { code, stdout } = await ground.run(["--workspace", "book", "check"]);
    expect({ code, lines: stdout.trimEnd().split("\n").slice(1) }).toEqual({
      code: 0,
      lines: [
        "Not checked: types, because the workspace has no tsconfig.json.",
        "Not checked: lint, because the workspace has no tsconfig.json.",
      ],
    });
    await rename(ground.path("book/put-aside.json"), ground.path("book/tsconfig.json"));
  });

  it("names a file that cannot be loaded, and the line that keeps it from that", async () => {
    await writeFile(ground.path("book/definitions/broken.ts"), 'export const broken = entity("nobody";');
    const { code, stdout } = await ground.run(["--workspace", "book", "check"]);
    expect(code).toBe(1);
    expect(stdout).toContain("ASSAY_WORKSPACE_DEFINITION_FAILED: book/definitions/broken.ts: it cannot be loaded: ");
    expect(stdout).toContain("ASSAY_CLI_TYPE book/definitions/broken.ts:1: definitions/broken.ts: ");
  });
});
