// Days past due: derived from what was owed and what was paid, by a rule that has a version. A status that a servicer sent is
// another event type and is never mixed in. The arithmetic is in `compile/past-due.ts`; here is how one is declared.

import { isTimeZone, nearestTimeZone, type Problem } from "../base/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { problems } from "./errors.ts";
import { unitNameOfField } from "./field.ts";
import { at, called } from "./names.ts";
import type { ColumnNode, FieldType, PastDueNode, WindowNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import { isNumericField, type MarkedColumn, readRow } from "./row.ts";
import { checkSettings } from "./settings.ts";
import { factsAs, seal } from "./thing.ts";
import type { Barred, NotNumeric } from "./unit.ts";
import { brokenValue, makeValue, valueFace } from "./value.ts";
import type { Tense, ValueFacts } from "./value-facts.ts";
import { lastWindow, nextWindow } from "./window.ts";

type AnyColumn<E extends string, U extends string> = MarkedColumn<string, E, U, unknown, "empty window">;
type DueColumn<E extends string, D extends string> = D extends "instant" | "date"
  ? AnyColumn<E, D>
  : `"due" must be a date or an instant, not ${D}`;
type AmountColumn<E extends string, U extends string> = U extends NotNumeric | Barred
  ? `"amount" must be money or a number, not ${U}`
  : AnyColumn<E, U>;
type PaidColumn<E extends string, U extends string, P extends string> = P extends U
  ? AnyColumn<E, P>
  : `what is owed in ${U} is not paid in ${P}`;

/** Why a schedule is as it is. All but "original" begin it anew. */
export type ScheduleCause = "original" | "deferral" | "modification" | "reAge";
const CAUSES: readonly string[] = ["original", "deferral", "modification", "reAge"] satisfies ScheduleCause[];

/**
 * Days past due, by the rule `dpd@1`:
 *
 * 1. Each event of the schedule is an instalment: `amount`, owed on the civil day (in `zone`) of `due`. Those whose `cause` is
 *    "original" add to what is owed; a deferral, a modification or a re-age begins the schedule anew: from when it happened,
 *    only instalments and payments of that instant or later count.
 * 2. Payments fill instalments from the earliest due; equal days in the order of their events. `returned` takes away again,
 *    from when it happened. Less than nothing paid counts as nothing.
 * 3. Past due are the days from the due day of the first instalment that is not filled to today; none is 0. An instalment due
 *    today is not past due yet.
 *
 * Alone it is the number at t; without an instalment it is missing, "no history". With `.last`, `.ever` or `.next` it is the most that it was
 * on any day of the window: what was reached stays reached, whatever schedule came later.
 *
 * Say 100 is due on 1 March and 100 on 1 April. With 100 paid on 5 March it is 4 at the end of that day (0 once paid); on 11
 * April it is 10, for April's. If the payment is returned on 12 April, it is 42 on that day: March is unpaid again. A re-age on
 * 13 April to 200 due on 1 May makes it 0, and the most in March and April stays 42.
 *
 *     const late = daysPastDue({ due: scheduleSet.due, amount: scheduleSet.amount, cause: scheduleSet.cause,
 *       paid: paymentPosted.amount, returned: paymentReturned.amount, zone: newYork, rule: "dpd@1" });
 *     late.next(months(12, newYork)).is(atLeast(90))
 */
export function daysPastDue<
  E extends string,
  D extends string,
  U extends string,
  P extends string,
  R extends string = never,
>(of: {
  readonly due: DueColumn<E, D>;
  readonly amount: AmountColumn<E, U>;
  readonly cause?: AnyColumn<NoInfer<E>, "category">;
  readonly paid: PaidColumn<NoInfer<E>, U, P>;
  readonly returned?: PaidColumn<NoInfer<E>, U, R>;
  readonly zone: string;
  readonly rule: "dpd@1";
}): Aggregate<E, "days", number, "no history", "no history", "past"> {
  const origin = new Origin();
  const read = new PastDueReader(of ?? {}, origin);
  const node = read.node();
  if (node === null) return brokenValue(read.found, origin, pastDueFace) as never;
  const facts = { ...factsOf(node, node.due.stream.entity, read.found, "past", origin), pastDue: node };
  return seal(Object.create(pastDueFace), Object.freeze(facts)) as never;
}

const SETTINGS = ["due", "amount", "cause", "paid", "returned", "zone", "rule"];

interface PastDueFacts extends ValueFacts {
  readonly pastDue: PastDueNode;
}

class PastDueReader {
  readonly found: Problem[];
  readonly #of: { readonly [name: string]: unknown };
  readonly #origin: Origin;

  constructor(of: object, origin: Origin) {
    this.#of = of as { readonly [name: string]: unknown };
    this.#origin = origin;
    this.found = checkSettings("daysPastDue", of, SETTINGS, origin);
  }

  node(): PastDueNode | null {
    const due = this.#column("due", ({ kind }) => kind === "instant" || kind === "date", "a date or an instant");
    const amount = this.#column("amount", isNumericField, "money or a number");
    const cause = this.#optional("cause", ({ kind }) => kind === "category", `one of ${CAUSES.join(", ")}`);
    const paid = this.#column("paid", isNumericField, "money or a number");
    const returned = this.#optional("returned", isNumericField, "money or a number");
    const zone = this.#zone();
    if (this.#of["rule"] !== "dpd@1") this.#expect("rule", 'rule: "dpd@1", the one there is');
    if (due === null || amount === null || paid === null || this.found.length > 0) return null;
    this.#oneStream(due, [amount, cause]);
    this.#oneUnit(amount, [paid, returned]);
    this.#causes(cause);
    const node: PastDueNode = {
      kind: "daysPastDue",
      rule: "dpd@1",
      zone,
      due,
      amount,
      cause,
      paid,
      returned,
      window: null,
    };
    return this.found.length > 0 ? null : node;
  }

  #optional(name: string, fits: (type: FieldType) => boolean, expected: string): ColumnNode | null {
    return this.#of[name] === undefined ? null : this.#column(name, fits, expected);
  }

  #column(name: string, fits: (type: FieldType) => boolean, expected: string): ColumnNode | null {
    const facts = readRow(this.#of[name], `daysPastDue, ${name}`, this.#origin);
    this.found.push(...facts.problems);
    if (!("node" in facts) || facts.node === null) return null;
    const { node, stream } = facts;
    if (node.kind === "field" && fits(facts.type)) return { stream, row: node };
    this.#expect(name, `a plain column that holds ${expected}`);
    return null;
  }

  #zone(): string {
    const zone = called(this.#of["zone"]);
    if (!isTimeZone(zone)) {
      const where = { ...at(this.#origin), nearest: nearestTimeZone(zone) };
      this.found.push(problems.UNKNOWN_ZONE("daysPastDue", { zone }, where));
    }
    return zone;
  }

  #oneStream(due: ColumnNode, others: readonly (ColumnNode | null)[]): void {
    const same = ({ stream }: ColumnNode) => JSON.stringify(stream) === JSON.stringify(due.stream);
    if (!others.every((other) => other === null || same(other)))
      this.#expect("due, amount, cause", "columns of one event");
  }

  #oneUnit(amount: ColumnNode, others: readonly (ColumnNode | null)[]): void {
    const unit = ({ row }: ColumnNode) => `${unitNameOfField(row.type)} ${"scale" in row.type ? row.type.scale : 0}`;
    for (const other of others) {
      if (other === null) continue;
      if (unit(other) !== unit(amount)) this.#expect("amount, paid, returned", "one unit and one scale");
      if (other.stream.entity !== amount.stream.entity) this.#expect("amount, paid, returned", "events of one entity");
    }
  }

  #causes(cause: ColumnNode | null): void {
    const type = cause?.row.type;
    if (type?.kind !== "category") return;
    const unknown = type.values.find((value) => !CAUSES.includes(value));
    if (unknown !== undefined) this.#expect("cause", `no cause but ${CAUSES.join(", ")}, and not "${unknown}"`);
  }

  #expect(part: string, expected: string): void {
    this.found.push(problems.BAD_ARGUMENT(`daysPastDue, ${part}`, { expected }, at(this.#origin)));
  }
}

function factsOf(
  node: PastDueNode | null,
  entity: string,
  found: readonly Problem[],
  tense: Tense,
  origin: Origin,
): ValueFacts {
  return {
    is: "value",
    node,
    unit: { kind: "days" },
    missing: ["no history"],
    tenses: [tense],
    entities: [entity],
    reason: null,
    problems: found,
    origin,
  };
}

type WindowRead = { readonly window: WindowNode | null; readonly problems: readonly Problem[] };

function within(thing: unknown, tense: Tense, origin: Origin, { window, problems: wrong }: WindowRead): object {
  const facts = factsAs<PastDueFacts>(thing, "value");
  if (facts?.pastDue === undefined) return brokenValue(facts?.problems ?? [], origin);
  const found = [...facts.problems, ...wrong];
  if (window?.kind === "lastEvents") {
    found.push(problems.BAD_WINDOW("window", { sentence: "days past due pass in time, not in events" }, at(origin)));
  }
  const node = window === null || found.length > 0 ? null : { ...facts.pastDue, window };
  return makeValue(factsOf(node, facts.pastDue.due.stream.entity, found, tense, origin));
}

const pastDueFace: object = Object.freeze({
  ...valueFace,
  last(this: unknown, length: unknown, options?: { readonly skip?: unknown }): object {
    const origin = new Origin();
    return within(this, "past", origin, lastWindow(length, options, origin));
  },
  ever(this: unknown): object {
    return within(this, "past", new Origin(), { window: { kind: "ever" }, problems: [] });
  },
  next(this: unknown, length: unknown): object {
    const origin = new Origin();
    return within(this, "future", origin, nextWindow(length, origin));
  },
});
