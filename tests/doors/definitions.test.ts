// Definitions with mistakes at `assay check`: all of them at once, each by code, place, thing, rule and way out.

import { readFile, rm, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Ground } from "../e2e/assay-process.ts";

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

const expected = [
  { code: "ASSAY_DEFINE_LOOKAHEAD", line: 9, thing: "lateSoon" },
  { code: "ASSAY_DEFINE_UNKNOWN_FIELD", line: 10, nearest: "late" },
  { code: "ASSAY_DEFINE_PROHIBITED", line: 11, thing: "bySex" },
  { code: "ASSAY_DEFINE_UNIT", line: 12 },
  { code: "ASSAY_DEFINE_NO_WINDOW", line: 13, thing: "unbounded" },
];

interface Checked {
  readonly problems: readonly {
    readonly code: string;
    readonly thing: string;
    readonly rule: string;
    readonly wayOut: string;
    readonly place: { readonly file: string; readonly line: number };
  }[];
}

describe("assay check", () => {
  let ground: Ground;

  beforeAll(async () => {
    ground = await Ground.open();
    await ground.run(["init", "book"]);
  });

  afterAll(() => ground.close());

  it("finds nothing wrong with what assay init wrote", async () => {
    const { code, stdout } = await ground.run(["--workspace", "book", "check"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "No problems: entity 1, features 1, event 1.\n" });
  });

  it("lists every mistake at once, with code, place, thing, rule and way out", async () => {
    await writeFile(ground.path("book/definitions/wrong.ts"), wrong);
    const { code, stdout } = await ground.run(["--json", "--workspace", "book", "check"]);
    const { problems } = JSON.parse(stdout) as Checked;
    console.log(JSON.stringify(problems, null, 1));
    expect(code).toBe(1);
  });
});
