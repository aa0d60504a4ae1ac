// Relations by hand: who is linked at t, what is read of them at t, and what is refused.

import { expect, test } from "vitest";
import { formatProblem, instant, type Missing, missingKindOf } from "../base/index.ts";
import {
  above,
  count,
  days,
  type EventNode,
  entity,
  event,
  type FeatureSetNode,
  features,
  first,
  integer,
  latest,
  money,
  nodeOf,
  ref,
  sum,
  type ValueNode,
} from "../define/index.ts";
import { evaluateWith } from "./evaluate-with.ts";
import { explain } from "./explain.ts";
import type { HistoryEvent, HistorySchema } from "./history.ts";
import { compileKernel } from "./kernel.ts";
import { layOutHistory } from "./layout.ts";
import { naiveFeatures } from "./naive/naive-features.ts";
import type { Plan } from "./plan.ts";
import { planFeatures } from "./plan-features.ts";

const usd = money("USD");
const borrower = entity("borrower");
const employer = entity("employer");
const employment = event("employment", borrower, { fields: { employer: ref(employer), salary: usd } });
const layoff = event("layoff", employer, { fields: { jobs: integer } });
const schema: HistorySchema = { employment: nodeOf(employment) as EventNode, layoff: nodeOf(layoff) as EventNode };

const now = latest(employment.employer);
const work = features(
  "work",
  borrower,
  {
    layoffs365d: count(layoff).last(days(365)).of(now),
    jobsLost: sum(layoff.jobs).ever().of(now),
    jobsLostBefore: sum(layoff.jobs).ever().of(first(employment.employer)),
    unsettled: count(layoff).last(days(365)).of(now).is(above(0)),
    jobsOverSalary: sum(layoff.jobs).ever().times(1000).of(now).over(count(employment).ever()),
  },
  { owner: "card-risk", use: "credit" },
);
const set = nodeOf(work) as FeatureSetNode;
const kernel = compileKernel(set, schema, { meaningHash: "" });

let number = 0;
function happened(
  name: "employment" | "layoff",
  id: string,
  at: string,
  fields: HistoryEvent["fields"],
  change: Partial<HistoryEvent> = {},
): HistoryEvent {
  const identity = { event: name, entity: id, source: "core", eventId: `e${number++}`, seq: null };
  return { ...identity, at: instant(at), knownAt: instant(at), retracted: false, fields, ...change };
}

const hired = (employerId: string, at: string, change: Partial<HistoryEvent> = {}) =>
  happened("employment", "ann", at, { employer: employerId, salary: 100_000 }, change);
const laidOff = (employerId: string, at: string, jobs: number) => happened("layoff", employerId, at, { jobs });

const mistaken = hired("initech", "2025-05-01T00:00:00Z");
const events: readonly HistoryEvent[] = [
  hired("acme", "2024-01-01T00:00:00Z"),
  // Told two months late.
  hired("globex", "2025-01-01T00:00:00Z", { knownAt: instant("2025-03-01T00:00:00Z") }),
  mistaken,
  { ...mistaken, knownAt: instant("2025-06-01T00:00:00Z"), retracted: true },
  laidOff("acme", "2024-02-01T00:00:00Z", 10),
  laidOff("acme", "2025-02-01T00:00:00Z", 5),
  laidOff("globex", "2025-03-15T00:00:00Z", 7),
];
const eventsOf = (id: string) => events.filter((one) => one.entity === id);

type Row = { readonly [name: string]: number | Missing };

function valuesAt(text: string, id = "ann"): Row {
  const [numbers, kinds] = [new Float64Array(kernel.columns.length), new Uint8Array(kernel.columns.length)];
  const historyOf = (_: string, other: string) => layOutHistory(other, eventsOf(other), schema);
  evaluateWith(kernel, historyOf("borrower", id), instant(text), {}, historyOf, numbers, kinds, 0);
  const row = Object.fromEntries(
    kernel.columns.map((name, i) => [name, kinds[i] === 0 ? numbers[i]! : { missing: missingKindOf(kinds[i]!) }]),
  );
  expect(naiveFeatures(set, schema, eventsOf(id), instant(text), {}, eventsOf)).toEqual(row);
  return row;
}

test("what is read of the linked entity follows the link as it was known at t", () => {
  expect(valuesAt("2025-02-15T00:00:00Z")).toEqual({
    layoffs365d: 1,
    jobsLost: 15,
    jobsLostBefore: 15,
    unsettled: 1,
    jobsOverSalary: 15_000,
  });
  // From here on it is known that the employer is another one.
  expect(valuesAt("2025-04-01T00:00:00Z")).toMatchObject({ layoffs365d: 1, jobsLost: 7, jobsLostBefore: 15 });
  // Linked to somebody nothing was heard of, until that is taken back.
  expect(valuesAt("2025-05-15T00:00:00Z")).toMatchObject({ layoffs365d: 0, jobsLost: { missing: "no history" } });
  expect(valuesAt("2025-06-15T00:00:00Z")).toMatchObject({ layoffs365d: 1, jobsLost: 7, jobsLostBefore: 15 });
});

test("without a link every related value is not linked, a count too", () => {
  const nothing = { missing: "not linked" };
  expect(valuesAt("2023-12-01T00:00:00Z")).toEqual({
    layoffs365d: nothing,
    jobsLost: nothing,
    jobsLostBefore: nothing,
    unsettled: nothing,
    jobsOverSalary: nothing,
  });
  expect(valuesAt("2026-01-01T00:00:00Z", "bob")).toMatchObject({ layoffs365d: nothing });
});

test("equal references are one link, and equal values one column of it", () => {
  const { links, events: read } = planFeatures(set, schema) as Plan;
  expect(links?.map(({ values }) => [values.entity, values.columns.length])).toEqual([
    ["employer", 3],
    ["employer", 1],
  ]);
  expect(read).toEqual(["employment"]);
  expect(kernel.links.map(({ entity: of, kernel: { events: inner } }) => [of, inner])).toEqual([
    ["employer", ["layoff"]],
    ["employer", ["layoff"]],
  ]);
});

test("a kernel with links refuses to run without them", () => {
  const history = layOutHistory("ann", eventsOf("ann"), schema);
  const out = new Float64Array(kernel.columns.length);
  expect(() => kernel.evaluate(history, 0, {}, out, new Uint8Array(out.length), 0)).toThrow("evaluateWith");
});

test("the plan says whom it reads and how they are found", () => {
  expect(explain({ ...set, features: set.features.slice(0, 2) }, schema)).toMatchInlineSnapshot(`
    "features work of borrower (plan 1, semantics 1, time zones 2026f)

    layoffs365d = (count of layoff over the last 365 days, of the one that is the latest employment.employer ever) [missing: not linked]
    jobsLost = (sum of layoff.jobs ever, of the one that is the latest employment.employer ever) [missing: no history, not linked]

    slots: 0
    walks: 0
    of employer, the latest employment.employer ever
      slots: 3
        s0 rows of layoff
        s1 rows of layoff.jobs in layoff
        s2 total of layoff.jobs in layoff
      walks: 1
        layoff back from t
          to t less 365 days: s0
          to the beginning: s1 s2
    "
  `);
});

function refused(value: ValueNode): string[] {
  const feature = { value, unit: { kind: "number" }, missing: [], worse: null } as const;
  const planned = planFeatures({ ...set, features: [{ name: "x", feature }] }, schema);
  return Array.isArray(planned) ? planned.map(formatProblem) : [];
}

test("a stored definition that relates wrongly is refused by name", () => {
  const layoffs = set.features[0]!.feature.value as ValueNode & { kind: "related" };
  const asked: ValueNode = { kind: "asked", request: "loan", field: "amount", type: { kind: "integer" } };
  const salary = { kind: "field", field: "salary", type: { kind: "money", currency: "USD", scale: 2 } } as const;
  expect([
    ...refused({ ...layoffs, value: layoffs }),
    ...refused({ ...layoffs, value: asked }),
    ...refused({ ...layoffs, link: asked }),
    ...refused({ ...layoffs, link: { ...layoffs.link, row: salary } as ValueNode }),
    ...refused({ ...layoffs, link: { ...layoffs.link, aggregate: "max" } as ValueNode }),
    ...refused({ ...layoffs, link: layoffs.value }),
    ...refused({ ...layoffs, value: layoffs.link as ValueNode & { kind: "aggregate" } }),
    ...refused(layoffs.value),
  ]).toMatchInlineSnapshot(`
    [
      "ASSAY_COMPILE_TOO_FAR: feature "x": follows a relation of a related entity: a relation reaches one entity further, no more. Publish the value as a feature of the entity in between, and read that.",
      "ASSAY_COMPILE_ASKED_OF_ANOTHER: feature "x": asks the request about a related entity. Take .of(…) of the value alone, then combine it with the request.",
      "ASSAY_COMPILE_LINK: feature "x": follows something that is no reference. Follow a reference as it stands, such as latest(employment.employer).",
      "ASSAY_COMPILE_LINK: feature "x": follows something that is no reference. Follow a reference as it stands, such as latest(employment.employer).",
      "ASSAY_COMPILE_LINK: feature "x": follows something that is no reference. Follow a reference as it stands, such as latest(employment.employer).",
      "ASSAY_COMPILE_LINK: feature "x": follows something that is no reference. Follow a reference as it stands, such as latest(employment.employer).",
      "ASSAY_COMPILE_OTHER_ENTITY: feature "x": "employment" is about borrower, not employer. Read events of the set's own entity.",
      "ASSAY_COMPILE_OTHER_ENTITY: feature "x": "layoff" is about employer, not borrower. Read events of the set's own entity.",
    ]
  `);
});
