import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instant, isMissing, MICROS_PER_DAY, MICROS_PER_HOUR, missingKindOf } from "../base/index.ts";
import {
  atLeast,
  below,
  category,
  date,
  days,
  daysPastDue,
  definitionOf,
  type EventNode,
  either,
  entity,
  event,
  type FeatureSetNode,
  features,
  instant as instantField,
  type LabelNode,
  label,
  money,
  months,
  nodeOf,
  occurs,
  optional,
} from "../define/index.ts";
import type { HistoryEvent, HistorySchema } from "./history.ts";
import { compileKernel } from "./kernel.ts";
import { compileLabel } from "./label.ts";
import { compileLabelTime } from "./label-time.ts";
import { layOutHistory } from "./layout.ts";
import { naiveFeatures } from "./naive/naive-features.ts";
import { naiveLabel } from "./naive/naive-label.ts";
import { naiveLabelTime } from "./naive/naive-label-time.ts";

const zone = "America/New_York";
const usd = money("USD");
const account = entity("account");
const instalment = event("instalment", account, {
  fields: {
    due: date,
    dueAt: instantField,
    owed: usd,
    cause: optional(category("original", "deferral", "modification", "reAge")),
  },
});
const posted = event("posted", account, { fields: { paid: usd } });
const returned = event("returned", account, { fields: { paid: usd } });
const sold = event("sold", account, { fields: {} });
const paidOff = event("paidOff", account, { fields: {} });
const fraud = event("fraud", account, { fields: {} });
const chargedOff = event("chargedOff", account, { fields: {} });
const schema: HistorySchema = Object.fromEntries(
  [instalment, posted, returned, sold, paidOff, fraud, chargedOff].map((thing) => {
    const node = nodeOf(thing) as EventNode;
    return [node.name, node];
  }),
);

const pastDue = daysPastDue({
  due: instalment.due,
  amount: instalment.owed,
  cause: instalment.cause,
  paid: posted.paid,
  returned: returned.paid,
  zone,
  rule: "dpd@1",
});
const plain = daysPastDue({
  due: instalment.dueAt,
  amount: instalment.owed,
  paid: posted.paid,
  zone: "Asia/Taipei",
  rule: "dpd@1",
});

const set = nodeOf(
  features(
    "late",
    account,
    {
      now: pastDue,
      worst90d: pastDue.last(days(90)),
      worstMonths: pastDue.last(months(2, zone), { skip: months(1, zone) }),
      worstEver: pastDue.ever(),
      plainNow: plain,
      plainWorst: plain.last(days(30)),
      isLate: pastDue.is(atLeast(30)),
    },
    { owner: "tests", use: "test" },
  ),
) as FeatureSetNode;
const kernel = compileKernel(set, schema, { meaningHash: "" });

const defaulted = nodeOf(
  label("defaulted", account, {
    bad: pastDue.next(months(3, zone)).is(atLeast(60)),
    unclear: pastDue.next(months(3, zone)).is(atLeast(30)),
    exclude: { fraudBefore: occurs(fraud).ever(), fraudLater: occurs(fraud).next(days(30)) },
    endedBy: { sold, prepaid: paidOff },
    matures: days(10),
  }),
) as LabelNode;
const judge = compileLabel(defaulted, schema);

let number = 0;
function happened(name: string, at: string, fields: HistoryEvent["fields"] = {}): HistoryEvent {
  const identity = { event: name, entity: "a1", source: "core", eventId: `e${number++}`, seq: null };
  return { ...identity, at: instant(at), knownAt: instant(at), retracted: false, fields };
}
const CAUSES = ["original", "deferral", "modification", "reAge"];
const dayNumber = (day: string) => Date.parse(`${day}T00:00:00Z`) / 86_400_000;
const owes = (at: string, due: string, cents: number, cause: string | null = "original") =>
  happened("instalment", at, {
    due: dayNumber(due),
    dueAt: instant(`${due}T12:00:00Z`),
    owed: cents,
    cause: cause === null ? null : CAUSES.indexOf(cause),
  });

/** Every column at t, from kernel and twin, which must agree in every bit. */
function valuesAt(events: readonly HistoryEvent[], t: number): { [name: string]: number | string } {
  const [out, kinds] = [new Float64Array(kernel.columns.length), new Uint8Array(kernel.columns.length)];
  kernel.evaluate(layOutHistory("a1", events, schema), t, {}, out, kinds, 0);
  const twin = naiveFeatures(set, schema, events, t, {});
  return Object.fromEntries(
    kernel.columns.map((name, i) => {
      const value = kinds[i] === 0 ? out[i]! : missingKindOf(kinds[i]!);
      const expected = twin[name]!;
      expect([name, t, value]).toEqual([name, t, isMissing(expected) ? expected.missing : expected]);
      return [name, value];
    }),
  );
}

describe("days past due, by dpd@1", () => {
  const march = "2026-03-01T15:00:00Z";
  const story = [
    owes("2026-01-05T15:00:00Z", "2026-03-01", 10_000),
    owes("2026-01-05T15:00:00Z", "2026-04-01", 10_000),
    happened("posted", "2026-03-05T15:00:00Z", { paid: 10_000 }),
    happened("returned", "2026-04-12T15:00:00Z", { paid: 10_000 }),
    owes("2026-04-13T15:00:00Z", "2026-05-01", 20_000, "reAge"),
  ];
  const nowAt = (t: string) => valuesAt(story, instant(t))["now"];

  it("is the example told with its declaration", () => {
    expect(nowAt("2026-01-05T15:00:00Z")).toBe("no history");
    expect(nowAt("2026-01-06T15:00:00Z")).toBe(0);
    expect(nowAt(march)).toBe(0);
    expect(nowAt("2026-03-05T14:00:00Z")).toBe(4);
    expect(nowAt("2026-03-05T16:00:00Z")).toBe(0);
    expect(nowAt("2026-04-11T16:00:00Z")).toBe(10);
    expect(nowAt("2026-04-12T16:00:00Z")).toBe(42);
    expect(nowAt("2026-04-13T16:00:00Z")).toBe(0);
    expect(nowAt("2026-05-11T16:00:00Z")).toBe(10);
  });

  it("never forgets what was reached before a re-age", () => {
    const later = valuesAt(story, instant("2026-04-20T16:00:00Z"));
    expect(later).toMatchObject({ now: 0, worst90d: 43, worstEver: 43, isLate: 0 });
  });

  it("counts civil days of its zone, whatever the clocks do, from the day after the due day", () => {
    const events = [owes("2026-01-05T15:00:00Z", "2026-03-07", 1)];
    // Clocks go forward on 8 March.
    expect(valuesAt(events, instant("2026-03-08T04:59:59.999999Z"))["now"]).toBe(0);
    expect(valuesAt(events, instant("2026-03-08T05:00:00Z"))["now"]).toBe(1);
    expect(valuesAt(events, instant("2026-03-09T03:59:59.999999Z"))["now"]).toBe(1);
    expect(valuesAt(events, instant("2026-03-09T04:00:00Z"))["now"]).toBe(2);
  });

  it("fills instalments from the earliest due, to the last unit of amounts beyond 2^53", () => {
    const most = Number.MAX_SAFE_INTEGER;
    const events = [
      owes("2026-01-05T15:00:00Z", "2026-02-01", most),
      owes("2026-01-06T15:00:00Z", "2026-01-10", most),
      owes("2026-01-07T15:00:00Z", "2026-03-01", 1),
      happened("posted", "2026-01-08T15:00:00Z", { paid: most }),
      happened("posted", "2026-01-08T15:00:00Z", { paid: most }),
    ];
    const t = instant("2026-03-11T15:00:00Z");
    expect(valuesAt(events, t)["now"]).toBe(10);
    expect(valuesAt([...events, happened("posted", "2026-01-09T15:00:00Z", { paid: 1 })], t)["now"]).toBe(0);
    expect(valuesAt([...events, happened("returned", "2026-01-09T15:00:00Z", { paid: 1 })], t)["now"]).toBe(38);
  });

  it("ends what was owed before where a schedule begins anew, and takes a cause that is absent as original", () => {
    const events = [
      owes("2026-01-05T15:00:00Z", "2026-02-01", 100, null),
      owes("2026-02-15T15:00:00Z", "2026-06-01", 100, "deferral"),
      owes("2026-02-15T15:00:00Z", "2026-03-01", 10),
      owes("2026-02-16T15:00:00Z", "2026-03-05", 10, null),
      happened("posted", "2026-02-15T15:00:00Z", { paid: 10 }),
    ];
    expect(valuesAt(events, instant("2026-02-15T15:00:00Z"))["now"]).toBe(14);
    expect(valuesAt(events, instant("2026-03-20T15:00:00Z"))["now"]).toBe(15);
  });
});

describe("a label over days past due", () => {
  const T = "2026-03-01T05:00:00Z";
  const RIPE = "2026-06-11T04:00:00Z";
  const status = (events: readonly HistoryEvent[], cutOff = RIPE) => {
    const judged = judge(layOutHistory("a1", events, schema), instant(T), instant(cutOff));
    expect(naiveLabel(defaulted, schema, events, instant(T), instant(cutOff))).toEqual(judged);
    return judged.reason === null ? judged.status : `${judged.status}: ${judged.reason}`;
  };
  const loan = [owes("2026-01-05T15:00:00Z", "2026-03-10", 100), owes("2026-01-05T15:00:00Z", "2026-04-10", 100)];
  const pays = (at: string, paid = 100) => happened("posted", at, { paid });

  it("is bad once 60 days are reached, whatever a re-age says later; between 30 and 60 it is unclear", () => {
    expect(status(loan)).toBe("bad");
    expect(status([...loan, owes("2026-05-20T15:00:00Z", "2027-01-01", 200, "reAge")])).toBe("bad");
    expect(status([...loan, pays("2026-04-20T15:00:00Z", 200)])).toBe("indeterminate");
    expect(status([...loan, pays("2026-03-20T15:00:00Z"), pays("2026-04-20T15:00:00Z")])).toBe("good");
  });

  it("is never good while the window is open or has not matured", () => {
    const good = [...loan, pays("2026-03-09T15:00:00Z", 200)];
    expect(status(good, "2026-06-11T03:59:59.999999Z")).toBe("immature");
    expect(status(good)).toBe("good");
  });

  it("takes out rows that never belong, and censors, each by name", () => {
    const good = [...loan, pays("2026-03-09T15:00:00Z", 200)];
    const later = "2026-03-10T15:00:00Z";
    expect(status([...good, happened("fraud", "2026-02-01T00:00:00Z")])).toBe("excluded: fraudBefore");
    expect(status([...good, happened("fraud", "2026-02-01T00:00:00Z")], "2026-03-02T00:00:00Z")).toBe(
      "excluded: fraudBefore",
    );
    expect(status([...loan, happened("fraud", later)])).toBe("excluded: fraudLater");
    expect(status([...good, happened("paidOff", later)])).toBe("censored: prepaid");
    expect(status([...good, happened("paidOff", later), happened("sold", "2026-04-10T15:00:00Z")])).toBe(
      "censored: sold",
    );
  });

  it("stops the days at an ending, and keeps what was reached before it", () => {
    expect(status([...loan, happened("sold", "2026-05-01T15:00:00Z")])).toBe("indeterminate");
    expect(status([...loan, happened("sold", "2026-04-01T15:00:00Z")])).toBe("censored: sold");
    expect(status([...loan, happened("paidOff", "2026-03-10T15:00:00Z")])).toBe("censored: prepaid");
    expect(status([...loan, happened("sold", "2026-05-20T15:00:00Z")])).toBe("bad");
    expect(status([...loan, happened("sold", "2026-02-20T15:00:00Z")])).toBe("bad");
    const told = happened("sold", "2026-04-01T15:00:00Z");
    expect(status([...loan, { ...told, knownAt: instant("2027-01-01T00:00:00Z") }])).toBe("bad");
  });

  it("judges somebody without a schedule as not observed", () => {
    expect(status([])).toBe("notObserved");
  });
});

// ---------------------------------------------------------------- random servicing histories

const AROUND = instant("2026-03-08T05:00:00Z");
const micros = fc
  .tuple(fc.integer({ min: -80, max: 90 }), fc.constantFrom(0, 0, 0, -1, 1, MICROS_PER_HOUR, -5 * MICROS_PER_HOUR))
  .map(([day, more]) => AROUND + day * MICROS_PER_DAY + more);
const amount = fc.constantFrom(0, 1, 50, 100, 100, 200, Number.MAX_SAFE_INTEGER, -50);
const serviced = fc
  .record({
    event: fc.constantFrom(
      "instalment",
      "instalment",
      "instalment",
      "posted",
      "posted",
      "returned",
      "sold",
      "paidOff",
      "fraud",
      "chargedOff",
    ),
    at: micros,
    delay: fc.constantFrom(0, 0, 0, MICROS_PER_DAY, 40 * MICROS_PER_DAY),
    due: fc.integer({ min: -70, max: 80 }),
    cause: fc.constantFrom(null, 0, 0, 0, 1, 2, 3),
    amount,
    retracted: fc.boolean(),
    revised: fc.option(micros, { freq: 5 }),
  })
  .map(({ event: name, at, delay, due, cause, amount: cents, retracted, revised }) => {
    const day = Math.floor(AROUND / MICROS_PER_DAY) + due;
    const fields =
      name === "instalment"
        ? { due: day, dueAt: day * MICROS_PER_DAY + 17 * MICROS_PER_HOUR, owed: cents, cause }
        : name === "posted" || name === "returned"
          ? { paid: cents }
          : {};
    const first = {
      event: name,
      entity: "a1",
      source: "core",
      eventId: "",
      seq: null,
      at,
      knownAt: at + delay,
      retracted: false,
      fields,
    };
    return revised === null
      ? [first]
      : [first, { ...first, at: revised, knownAt: first.knownAt + MICROS_PER_DAY, retracted }];
  });
const histories = fc
  .array(serviced, { maxLength: 24, size: "max" })
  .map((lists) => lists.flatMap((list, i) => list.map((one): HistoryEvent => ({ ...one, eventId: `e${i}` }))));

describe("random servicing histories", () => {
  it("give the same values from kernel and twin", () => {
    let told = 0;
    fc.assert(
      fc.property(histories, fc.array(micros, { minLength: 3, maxLength: 6 }), (events, instants) => {
        for (const t of instants)
          told += Object.values(valuesAt(events, t)).filter((value) => Number(value) > 0).length;
      }),
      { numRuns: 80 },
    );
    expect(told).toBeGreaterThan(250);
  });

  it("give the same labels, and good only where the window closed and matured", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(histories, fc.array(fc.tuple(micros, micros), { minLength: 4, maxLength: 8 }), (events, asked) => {
        for (const [t, cutOff] of asked) {
          const judged = judge(layOutHistory("a1", events, schema), t, cutOff);
          expect(naiveLabel(defaulted, schema, events, t, cutOff)).toEqual(judged);
          seen.add(judged.reason === null ? judged.status : `${judged.status}: ${judged.reason}`);
          if (judged.value !== null) expect(t + 59 * MICROS_PER_DAY).toBeLessThan(cutOff);
        }
      }),
      { numRuns: 600 },
    );
    expect([...seen].sort()).toEqual([
      "bad",
      "censored: prepaid",
      "censored: sold",
      "excluded: fraudBefore",
      "excluded: fraudLater",
      "good",
      "immature",
      "indeterminate",
      "notObserved",
    ]);
  });
});

describe("a label as a time", () => {
  const timed = nodeOf(
    label("timed", account, {
      bad: either(pastDue.next(months(4, zone)).is(atLeast(20)), occurs(chargedOff).next(months(4, zone))),
      exclude: { fraud: occurs(fraud).ever() },
      endedBy: { sold, prepaid: paidOff },
      matures: days(10),
    }),
  ) as LabelNode;
  const shapes = ["loanMonths", "timeToEvent"] as const;
  const times = shapes.map((shape) => compileLabelTime(timed, schema, shape));
  const timeAt = (events: readonly HistoryEvent[], t: number, cutOff: number) =>
    times.map((time, i) => {
      const told = time(layOutHistory("a1", events, schema), t, cutOff);
      expect(naiveLabelTime(timed, schema, shapes[i]!, events, { t, cutOff })).toEqual(told);
      return told;
    });
  const T = instant("2026-03-01T05:00:00Z");
  const loan = [owes("2026-01-05T15:00:00Z", "2026-03-10", 100), owes("2026-01-05T15:00:00Z", "2026-04-10", 100)];
  const first = (events: readonly HistoryEvent[], cutOff: string) => timeAt(events, T, instant(cutOff))[0];

  it("says in which month it came, and how long a young loan was seen", () => {
    expect(first(loan, "2026-12-01T00:00:00Z")).toEqual({ event: "bad", days: 29 - 1 / 24, months: 1 });
    const paid = [...loan, happened("posted", "2026-03-09T15:00:00Z", { paid: 200 })];
    expect(first(paid, "2026-12-01T00:00:00Z")).toMatchObject({ event: "censored", months: 4 });
    expect(first(paid, "2026-05-15T00:00:00Z")).toMatchObject({ event: "censored", months: 2 });
    expect(first(paid, "2026-04-05T00:00:00Z")).toEqual({ status: "immature", reason: null });
    expect(first([...paid, happened("paidOff", "2026-05-10T00:00:00Z")], "2026-12-01T00:00:00Z")).toMatchObject({
      event: "prepaid",
      months: 3,
    });
    expect(first([...paid, happened("fraud", "2026-02-10T00:00:00Z")], "2026-12-01T00:00:00Z")).toMatchObject({
      status: "excluded",
      reason: "fraud",
    });
  });

  it("agrees with its twin on random servicing histories", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(histories, fc.array(fc.tuple(micros, micros), { minLength: 4, maxLength: 8 }), (events, asked) => {
        for (const [t, cutOff] of asked) {
          for (const told of timeAt(events, t, cutOff)) seen.add("event" in told ? told.event : told.status);
        }
      }),
      { numRuns: 25 },
    );
    expect([...seen].sort()).toEqual(["bad", "censored", "excluded", "immature", "prepaid", "sold"]);
  });

  it.each([
    ["ASSAY_COMPILE_NOT_TIMED", { bad: pastDue.next(months(3, zone)).is(below(3)), matures: days(1) }],
    ["ASSAY_COMPILE_NOT_MATURING", { bad: occurs(sold).next(months(3, zone)), observedBy: paidOff }],
    ["ASSAY_COMPILE_NOT_MONTHLY", { bad: occurs(sold).next(days(90)), matures: days(1) }],
  ])("%s where it cannot be one", (code, given) => {
    const node = nodeOf(label("x", account, given as never)) as LabelNode;
    expect(() => compileLabelTime(node, schema, "loanMonths")).toThrow(code);
  });
});

describe("a wrong declaration", () => {
  const rules = (thing: unknown) =>
    definitionOf(features("x", account, { value: thing as never }, { owner: "t", use: "t" })).problems.map(
      ({ rule }) => rule,
    );
  const columns = { due: instalment.due, amount: instalment.owed, paid: posted.paid, zone, rule: "dpd@1" };

  it.each([
    ["another rule", { ...columns, rule: "dpd@2" }, 'expected rule: "dpd@1", the one there is'],
    [
      "a due date that is money",
      { ...columns, due: instalment.owed },
      "expected a plain column that holds a date or an instant",
    ],
    ["an amount of another event", { ...columns, amount: posted.paid }, "expected columns of one event"],
    ["no zone", { ...columns, zone: "Amerika/New_York" }, '"Amerika/New_York" is not a time zone'],
    ["a setting it does not have", { ...columns, payed: posted.paid }, 'has no setting "payed"'],
  ])("%s is told", (_, given, rule) => {
    expect(rules(daysPastDue(given as never))).toContain(rule);
  });

  it("tells a window that counts events", () => {
    const wrong = { ...set.features[1]!.feature.value, window: { kind: "lastEvents", count: 3, skip: 0 } };
    const one = { name: "x", feature: { ...set.features[1]!.feature, value: wrong as never } };
    expect(() => compileKernel({ ...set, features: [one] }, schema, { meaningHash: "" })).toThrow(
      "ASSAY_COMPILE_WINDOW",
    );
  });
});
