import { describe, expect, it } from "vitest";
import { MICROS_PER_HOUR } from "../base/index.ts";
import { checkDefinitions } from "./check.ts";
import { anyOf, atLeast } from "./comparison.ts";
import { entity } from "./entity.ts";
import { event } from "./event.ts";
import { boolean, category, integer, money, prohibited, ref, text } from "./field.ts";
import { meaningHash } from "./hashes.ts";
import type { SequenceNode } from "./nodes.ts";
import { sequence, step } from "./sequence.ts";
import { printSequence } from "./sequence-parts.ts";
import { definitionOf } from "./thing.ts";
import { coded, scaled } from "./token.ts";
import { events, hours } from "./window.ts";

const usd = money("USD");
const [borrower, merchant] = [entity("borrower"), entity("merchant")];
const statement = event("statement", borrower, { fields: { billed: usd, monthsLate: integer } });
const purchase = event("purchase", borrower, {
  fields: { amount: usd, kind: category("rent", "cash"), shop: ref(merchant), note: text, online: boolean },
});
const late = statement.where({ monthsLate: atLeast(1) });

const ofSteps = (...steps: unknown[]) => sequence("behaviour", borrower, steps as never, { age: hours(6) });
const catalogue = (...things: object[]) => ({
  definitions: [borrower, merchant, statement, purchase, ...things].map(definitionOf),
});
const problemsOf = (thing: object) => definitionOf(thing).problems.map(({ code, rule }) => `${code.slice(13)} ${rule}`);

const behaviour = ofSteps(
  step(late, {
    billed: scaled(statement.billed),
    own: late.billed,
    monthsLate: scaled(statement.monthsLate, { steps: 4 }),
  }),
  step(purchase, {
    amount: purchase.amount.log({ decimals: 2 }),
    kind: purchase.kind,
    shop: coded(purchase.shop, { most: 9 }),
  }),
).last(events(128));

describe("a sequence", () => {
  it("is data: what it was told, and how each field is written", () => {
    const node = definitionOf(behaviour).node as SequenceNode;
    expect(node).toMatchObject({ kind: "sequence", entity: "borrower", count: 128, ageMicros: 6 * MICROS_PER_HOUR });
    const codings = node.steps.map(({ fields }) => fields.map(({ name, coding }) => [name, coding]));
    expect(codings).toEqual([
      [
        ["billed", { kind: "scaled" }],
        ["own", { kind: "number" }],
        ["monthsLate", { kind: "steps", count: 4 }],
      ],
      [
        ["amount", { kind: "number" }],
        ["kind", { kind: "coded", most: 1000 }],
        ["shop", { kind: "coded", most: 9 }],
      ],
    ]);
    expect(checkDefinitions(catalogue(behaviour).definitions)).toEqual([]);
  });

  it("prints as it was written", () => {
    expect(printSequence(definitionOf(behaviour).node as SequenceNode)).toBe(
      'sequence("behaviour", borrower, [' +
        "step(statement.where({ monthsLate: atLeast(1) }), { billed: scaled(statement.billed), own: statement.billed, " +
        "monthsLate: scaled(statement.monthsLate, { steps: 4 }) }), " +
        "step(purchase, { amount: purchase.amount.log({ decimals: 2 }), kind: coded(purchase.kind, { most: 1000 }), " +
        "shop: coded(purchase.shop, { most: 9 }) })], { age: hours(6) }).last(events(128))",
    );
  });

  it("keeps its meaning whatever it is called and however a filter is spelled", () => {
    const hash = (filter: object, name = "a", count = 8) => {
      const step1 = step(purchase.where(filter as never), { amount: purchase.amount });
      const made = sequence(name, borrower, [step1]).last(events(count));
      return meaningHash(definitionOf(made), catalogue(made));
    };
    const one = hash({ kind: anyOf("rent") });
    expect(hash({ kind: "rent" }, "other")).toBe(one);
    expect(new Set([one, hash({ kind: "cash" }), hash({ kind: "rent" }, "a", 9)]).size).toBe(3);
  });

  it("is found unfinished where it does not say how long it is", () => {
    expect(problemsOf(ofSteps(step(statement, {})))).toEqual(["NO_LENGTH does not say how many events it holds"]);
  });

  it.each<[string, object, string]>([
    [
      "too many events",
      ofSteps(step(statement, {})).last(events(4_097)),
      "BAD_ARGUMENT expected a count of events from 1 to 4096",
    ],
    ["no event", ofSteps(step(statement, {})).last(events(0)), "BAD_WINDOW 0 is not a count of events"],
    ["no step", ofSteps().last(events(8)), "BAD_ARGUMENT expected 1 to 255 steps"],
    [
      "two steps over one event",
      ofSteps(step(statement, {}), step(late, {})).last(events(8)),
      'TWO_STEPS has two steps over "statement"',
    ],
    [
      "a column of another subset",
      ofSteps(step(statement, { billed: late.billed })).last(events(8)),
      'OTHER_SUBSET reads a column of another subset of "statement"',
    ],
    [
      "too few quantiles",
      ofSteps(step(statement, { billed: scaled(statement.billed, { steps: 1 }) })).last(events(8)),
      "BAD_ARGUMENT expected steps: a whole number from 2 to 1000",
    ],
    [
      "no word at all",
      ofSteps(step(purchase, { kind: coded(purchase.kind, { most: 0 }) })).last(events(8)),
      "BAD_ARGUMENT expected most: a whole number from 1 to 1000000",
    ],
    [
      "a reserved name",
      ofSteps(step(statement, { at: statement.billed } as never)).last(events(8)),
      'RESERVED_NAME "at"',
    ],
    [
      "events of nobody here",
      ofSteps(step("statement" as never, {})).last(events(8)),
      "BAD_ARGUMENT expected an event",
    ],
  ])("refuses %s", (_, thing, sentence) => {
    const found = problemsOf(thing);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(sentence);
  });

  it("answers whatever length it is given", () => {
    for (const length of [undefined, null, 3, "x", Symbol("x"), {}, hours(1), statement]) {
      const made = ofSteps(step(statement, {})).last(length as never);
      expect(Object.isFrozen(made)).toBe(true);
      expect(problemsOf(made)).toHaveLength(1);
    }
  });

  it("is checked against the events that are exported", () => {
    const barred = event("statement", borrower, { fields: { billed: prohibited(usd), monthsLate: integer } });
    const definitions = [borrower, barred, merchant, purchase, behaviour].map(definitionOf);
    const rules = checkDefinitions(definitions).map(({ rule }) => rule);
    expect(rules).toEqual([
      expect.stringMatching(
        /^field "billed" is a prohibited basis.* it reads statement\.billed through sequence\("behaviour"/,
      ),
    ]);
  });
});
