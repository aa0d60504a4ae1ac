// Relations over real table files and a real online store: borrowers change employers, are told so late, and take it back;
// employers lay people off. The set that the label is about is of an account, so every kind of party is here.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  fixedClock,
  formatInstant,
  instant,
  MICROS_PER_DAY,
  missingKindOf,
  seededRandom,
  silent,
} from "../base/index.ts";
import {
  type Catalogue,
  count,
  days,
  definitionOf,
  entity,
  event,
  features,
  findDefinition,
  first,
  integer,
  label,
  latest,
  meaningHash,
  money,
  occurs,
  optional,
  published,
  ref,
  request,
  sum,
} from "../define/index.ts";
import { type History, onlineFolder, openHistory, type Snapshot } from "../history/index.ts";
import { type BuiltDataset, buildDataset, type DatasetRequest, type DatasetSite } from "./build.ts";
import { readDatasetRows } from "./dataset-rows.ts";
import { compareRoads } from "./parity.ts";
import type { SpineRow } from "./spine.ts";
import { tableValues } from "./table-values.ts";

const usd = money("USD");
const [borrower, employer, account] = [entity("borrower"), entity("employer"), entity("account")];
const employment = event("employment", borrower, { fields: { employer: ref(employer), salary: usd } });
const layoff = event("layoff", employer, { fields: { jobs: integer } });
const payment = event("payment", account, { fields: { paid: usd } });
const missed = event("missed", account, { fields: {} });
const rating = published("rating", employer, { producer: "bureau", type: integer, maximumAge: days(200) });
const loan = request("loan", {
  parties: { account, applicant: borrower, coApplicant: optional(borrower) },
  fields: { amount: usd },
});

const now = latest(employment.employer);
const owned = { owner: "tests", use: "test" };
const work = features(
  "work",
  borrower,
  {
    jobsHeld: count(employment).ever(),
    layoffs: count(layoff).last(days(365)).of(now),
    jobs: sum(layoff.jobs).ever().of(now),
    jobsBefore: sum(layoff.jobs).ever().of(first(employment.employer)),
    rating: rating.current().of(now),
    askedPerJob: loan.amount.over(latest(employment.salary)).times(count(layoff).ever().of(now)),
  },
  owned,
);
const brief = features("brief", borrower, { jobsHeld: count(employment).ever() }, owned);
const paying = features("paying", account, { paid: sum(payment.paid).last(days(200)) }, owned);
const missing = label("missing", account, { bad: occurs(missed).next(days(30)), matures: days(1) });

const catalogue: Catalogue = {
  definitions: [
    borrower,
    employer,
    account,
    employment,
    layoff,
    payment,
    missed,
    rating,
    loan,
    work,
    brief,
    paying,
    missing,
  ].map((thing) => definitionOf(thing)),
};
function defined<K extends "event" | "request" | "features" | "label">(kind: K, name: string) {
  const definition = findDefinition(catalogue, kind, name)!;
  return { node: definition.node, meaningHash: meaningHash(definition, catalogue) };
}
const schema = Object.fromEntries(
  ["employment", "layoff", "payment", "missed", "rating"].map((name) => [name, defined("event", name).node]),
);

const ASKED_AT = instant("2025-07-01T12:00:00Z");
const PEOPLE = 80;
const EMPLOYERS = ["acme", "globex", "initech", "hooli", "unheard-of"];

function rawEvents(): object[] {
  const random = seededRandom("datasets/linked-values");
  let number = 0;
  const at = () => ASKED_AT - (1 + random.integer(600)) * MICROS_PER_DAY;
  const raw = (name: string, about: string, happened: number, fields: object, known = happened) => ({
    event: name,
    entity: about,
    eventId: `e${number++}`,
    at: formatInstant(happened),
    fields,
    knownAt: formatInstant(known),
  });
  const employed = Array.from({ length: PEOPLE }, (_, i) => {
    const jobs = Array.from({ length: random.integer(4) }, () => {
      const happened = at();
      const told = raw(
        "employment",
        `person-${i}`,
        happened,
        { employer: EMPLOYERS[random.integer(EMPLOYERS.length)], salary: `${1000 + random.integer(900)}.00` },
        happened + random.integer(2) * random.integer(300) * MICROS_PER_DAY,
      );
      const known = instant(told.knownAt) + (1 + random.integer(200)) * MICROS_PER_DAY;
      return random.integer(4) > 0 ? [told] : [told, { ...told, knownAt: formatInstant(known), retracted: true }];
    });
    const paid = raw("payment", `account-${i}`, at(), { paid: "12.00" });
    return [
      ...jobs.flat(),
      paid,
      ...(i % 5 === 0 ? [raw("missed", `account-${i}`, ASKED_AT + MICROS_PER_DAY, {})] : []),
    ];
  });
  const ofEmployers = EMPLOYERS.slice(0, 4).flatMap((name) => [
    ...Array.from({ length: 12 }, () => raw("layoff", name, at(), { jobs: random.integer(50) })),
    ...Array.from({ length: random.integer(3) }, () => raw("rating", name, at(), { value: random.integer(9) })),
  ]);
  return [...employed.flat(), ...ofEmployers];
}

/** Each person asks at two moments, every second with somebody. */
const spine: SpineRow[] = Array.from({ length: 2 * PEOPLE }, (_, row) => {
  const i = row % PEOPLE;
  return {
    decisionId: `d-${String(row).padStart(3, "0")}`,
    t: row < PEOPLE ? ASKED_AT : ASKED_AT - 300 * MICROS_PER_DAY,
    parties: {
      account: `account-${i}`,
      applicant: `person-${i}`,
      ...(i % 2 === 0 ? { coApplicant: `person-${(i + 3) % PEOPLE}` } : {}),
    },
    asked: { amount: `${100 + i}.00` },
  };
});

let folder: string;
let history: History;
let snapshot: Snapshot;
let built: BuiltDataset;

const wanted = (): DatasetRequest => {
  const role = (name: string, set: string) => {
    const { node, meaningHash: hash } = defined("features", set);
    return { role: name, set: node, meaningHash: hash };
  };
  return {
    name: "linked",
    spine,
    snapshot,
    schema,
    request: defined("request", "loan").node,
    roles: [role("account", "paying"), role("applicant", "work"), role("coApplicant", "brief")],
    label: defined("label", "missing"),
    labelCutOff: ASKED_AT + 60 * MICROS_PER_DAY,
    split: { seed: "linked", train: 0.6, validation: 0.2 },
  };
};
const site = (workers: number, name: string): DatasetSite => {
  return { folder: join(folder, name), workers, progress: silent, signal: new AbortController().signal };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-linked-"));
  const vault = { store: () => Promise.reject(new Error("nothing here is protected")) };
  const clock = fixedClock(instant("2026-06-01T00:00:00Z"));
  history = await openHistory(join(folder, "history"), { schema, vault, clock });
  const { quarantined } = await history.ingest(rawEvents(), { source: "core" });
  if (quarantined.length > 0) throw new Error(`refused: ${quarantined[0]!.code}`);
  snapshot = await history.seal();
  built = await buildDataset(wanted(), site(2, "two"));
});

afterAll(async () => {
  await history.close();
  await rm(folder, { recursive: true });
});

describe("a dataset of a set with relations", () => {
  it("holds the values that the naive twin and the online store give, in every bit", async () => {
    const { request: asked, roles } = wanted();
    const roads = {
      file: built.file,
      schema,
      request: asked,
      roles,
      snapshot,
      onlineFolder: onlineFolder(history.folder),
    };
    const values = 2 * PEOPLE * 7 + PEOPLE;
    expect(await compareRoads(roads, () => {})).toMatchObject({
      rows: 2 * PEOPLE,
      values,
      differences: 0,
      examples: [],
    });
  });

  it("reaches every answer that a relation can give", async () => {
    const rows = await readDatasetRows(built.file, wanted());
    const outcomes = new Set(
      rows.flatMap(({ values }) => {
        const { numbers, kinds } = values["applicant"]!;
        return Array.from(kinds, (kind, i) => `${i} ${kind === 0 ? numbers[i]! > 0 : missingKindOf(kind)}`);
      }),
    );
    for (const outcome of [
      "1 true",
      "1 false",
      "1 not linked",
      "2 true",
      "2 no history",
      "3 true",
      "4 stale",
      "4 true",
    ]) {
      expect([...outcomes]).toContain(outcome);
    }
  });

  it("has the same bytes from one worker as from two", async () => {
    const again = await buildDataset(wanted(), site(1, "one"));
    expect(again.hash).toBe(built.hash);
    expect(await readFile(again.file)).toEqual(await readFile(built.file));
  });

  it("is rebuilt value by value from table files, as a replay does", async () => {
    const { request: asked, roles } = wanted();
    const { set, meaningHash: hash } = roles[1]!;
    const rows = await readDatasetRows(built.file, wanted());
    const moments = rows.map((row) => ({
      entity: row.parties.find(({ role }) => role === "applicant")!.entity,
      t: row.t,
      asked: { amount: row.asked["amount"]! / 100 },
    }));
    const values = await tableValues(snapshot, { schema, request: asked, set, meaningHash: hash }, moments);
    expect(values).toEqual(rows.map((row) => row.values["applicant"]));
  });

  it("follows the label of an account, and marks a co-applicant that is absent as not linked", async () => {
    expect(built.manifest).toMatchObject({ rows: 2 * PEOPLE, positives: PEOPLE / 5 });
    const alone = (await readDatasetRows(built.file, wanted())).filter(({ parties }) => parties.length === 2);
    expect(alone).toHaveLength(PEOPLE);
    for (const { values } of alone) {
      expect([...values["coApplicant"]!.kinds].map((kind) => missingKindOf(kind))).toEqual(["not linked"]);
    }
  });
});
