// The people of this example: all invented, all from one seed. Ada and Ben are written out by hand, so that every value of
// theirs can be checked with a pencil (Ben has no history at all); the others follow one rule, in which gambling and an irregular income make trouble
// likelier. `node generate.ts` writes `data/`; what it writes is the same on every machine.

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type SeededRandom, seededRandom } from "../../src/base/index.ts";

interface RawEvent {
  readonly event: string;
  readonly entity: string;
  readonly eventId: string;
  readonly at: string;
  readonly fields: { readonly [name: string]: string | number };
}

interface SpineLine {
  readonly decisionId: string;
  readonly t: string;
  readonly parties: { readonly account: string; readonly applicant: string };
  readonly asked: { readonly amount: string; readonly termMonths: string; readonly firstPayment: string };
}

const PEOPLE = 400;
const EMPLOYERS = 20;
const MERCHANTS = 40;
const DAY = 86_400_000;
const HISTORY_DAYS = 270;

// ---------------------------------------------------------------- by hand

const adasBookings: readonly (readonly [at: string, kind: string, amount: number, merchant?: string])[] = [
  ["2022-09-28T12:00:00Z", "salary", 2000],
  ["2022-10-05T08:00:00Z", "cash", -2100],
  ["2022-10-06T08:00:00Z", "other", -20],
  ["2022-10-28T12:00:00Z", "salary", 2000],
  ["2022-11-28T12:00:00Z", "salary", 2000],
  ["2022-12-20T08:00:00Z", "cash", -150],
  ["2022-12-28T12:00:00Z", "salary", 2000],
  ["2023-01-02T08:00:00Z", "rent", -800],
  ["2023-01-10T08:00:00Z", "groceries", -100, "m-01"],
  ["2023-01-28T12:00:00Z", "salary", 2000],
  ["2023-02-02T08:00:00Z", "rent", -800],
  ["2023-02-10T08:00:00Z", "groceries", -100, "m-01"],
  ["2023-02-14T02:30:00Z", "gambling", -50],
  ["2023-02-28T12:00:00Z", "salary", 2100],
  // Four hours before she asks, and known eight hours after.
  ["2023-03-02T08:00:00Z", "rent", -800],
];

function* adaAndBen(): Generator<RawEvent> {
  yield fact("mainAccount", "p-001", "2021-01-01T00:00:00Z", { account: "a-001" });
  yield fact("employment", "p-001", "2022-03-02T12:00:00Z", { employer: "e-01", salary: "2000.00" });
  yield fact("layoff", "e-01", "2022-10-01T00:00:00Z", { jobs: 40 });
  yield fact("layoff", "e-01", "2023-02-28T12:00:00Z", { jobs: 25 }); // known three days later: after she asks
  yield fact("merchantRisk", "m-01", "2023-01-10T00:00:00Z", { value: "0.010" });
  yield fact("merchantRisk", "m-01", "2023-02-10T00:00:00Z", { value: "0.025" });
  let cents = 0;
  for (const [at, kind, amount, merchant] of adasBookings) {
    cents += 100 * amount;
    yield booking("a-001", at, kind, 100 * amount, cents, merchant);
  }
  yield fact("missedInstalment", "a-001", "2023-04-03T00:00:00Z", { owed: "250.00" });
  yield fact("missedInstalment", "a-001", "2023-05-02T00:00:00Z", { owed: "250.00" });
}

const byHand: readonly SpineLine[] = [
  asks(1, "2023-03-02T12:00:00Z", 6000, 24),
  asks(2, "2023-03-02T12:00:00Z", 1000, 12),
];

// ---------------------------------------------------------------- by rule

function* employersAndMerchants(): Generator<RawEvent> {
  const random = seededRandom("bank-transactions/others");
  for (let i = 2; i <= EMPLOYERS; i++) {
    if (random.next() < 0.4)
      yield fact("layoff", `e-${padded(i, 2)}`, day("2022-04-01", random.integer(300)), {
        jobs: 5 + random.integer(200),
      });
  }
  for (let i = 2; i <= MERCHANTS; i++) {
    for (let month = 0; month < 14; month++) {
      const value = (random.integer(60) / 1000).toFixed(3);
      yield fact("merchantRisk", `m-${padded(i, 2)}`, day("2022-02-01", 30 * month), { value });
    }
  }
}

interface Person {
  readonly number: number;
  readonly random: SeededRandom;
  /** 0 to 1: how likely trouble is, and what nobody sees. */
  readonly strain: number;
  readonly salaryCents: number;
  readonly asked: number;
}

function personOf(number: number): Person {
  const random = seededRandom(`bank-transactions/person/${number}`);
  const strain = random.next() ** 2;
  const salaryCents = 100_000 + 100 * random.integer(3_000);
  return { number, random, strain, salaryCents, asked: Date.parse(day("2022-11-01", random.integer(150))) + DAY / 2 };
}

function* lifeOf(person: Person): Generator<RawEvent> {
  const { number, random, salaryCents, asked } = person;
  const [account, borrower] = [`a-${padded(number, 3)}`, `p-${padded(number, 3)}`];
  const opened = asked - HISTORY_DAYS * DAY;
  yield fact("mainAccount", borrower, iso(opened), { account });
  const employer = `e-${padded(2 + random.integer(EMPLOYERS - 1), 2)}`;
  const hired = iso(opened - DAY * random.integer(2_000));
  yield fact("employment", borrower, hired, { employer, salary: money(salaryCents) });
  yield* booked(account, planned(person, opened));
  yield* outcome(account, person);
}

interface Movement {
  readonly at: number;
  readonly kind: string;
  readonly cents: number;
  readonly merchant?: string;
}

/** Nine months, each with a salary, a rent and what is left to spend. */
function planned({ random, strain, salaryCents }: Person, opened: number): Movement[] {
  const movements: Movement[] = [];
  const payday = random.integer(28);
  const some = (start: number, kind: string, cents: number): void => {
    const at = start + DAY * random.integer(29) + 3_600_000 * (6 + random.integer(16));
    const shop = kind === "groceries" || kind === "gambling";
    movements.push({
      at,
      kind,
      cents,
      ...(shop ? { merchant: `m-${padded(2 + random.integer(MERCHANTS - 1), 2)}` } : {}),
    });
  };
  for (let month = 0; month < 9; month++) {
    const start = opened + 30 * DAY * month;
    const late = random.next() < strain ? random.integer(12) : 0;
    if (random.next() > strain / 6)
      movements.push({ at: start + DAY * (payday + late), kind: "salary", cents: salaryCents });
    some(start, "rent", -Math.round(salaryCents * 0.35));
    for (let i = 0; i < 3; i++) some(start, "groceries", -(3_000 + random.integer(12_000)));
    some(start, "cash", -(2_000 + random.integer(20_000)));
    if (random.next() < 0.5) some(start, "other", -(1_000 + random.integer(30_000)));
    for (let i = 0; i < 4; i++)
      if (random.next() < strain * 0.7) some(start, "gambling", -(2_000 + random.integer(20_000)));
  }
  return movements.sort((a, b) => a.at - b.at);
}

function* booked(account: string, movements: readonly Movement[]): Generator<RawEvent> {
  let balance = 50_000;
  for (const { at, kind, cents, merchant } of movements) {
    balance += cents;
    yield booking(account, iso(at), kind, cents, balance, merchant);
  }
}

/** Instalments of the half-year after; a few repay or leave before anything could be seen, and a few miss a single one. */
function* outcome(account: string, { random, strain, asked }: Person): Generator<RawEvent> {
  const leaves = random.next();
  if (leaves < 0.05) yield fact(leaves < 0.03 ? "loanRepaid" : "accountClosed", account, iso(asked + 100 * DAY), {});
  if (leaves < 0.05) return;
  const missed = random.next() < 0.8 * strain ? 5 : random.next() < 0.04 ? 1 : 0;
  for (let month = 2; month < 2 + missed; month++) {
    yield fact("missedInstalment", account, iso(asked + 30 * DAY * month), { owed: "150.00" });
  }
}

// ---------------------------------------------------------------- as the ingest door takes it

function fact(event: string, entity: string, at: string, fields: RawEvent["fields"]): RawEvent {
  return { event, entity, eventId: `${event}/${entity}/${at}`, at, fields };
}

function booking(
  account: string,
  at: string,
  kind: string,
  cents: number,
  balance: number,
  merchant?: string,
): RawEvent {
  const fields = {
    amount: money(cents),
    balance: money(balance),
    kind,
    ...(merchant === undefined ? {} : { merchant }),
  };
  return { event: "booking", entity: account, eventId: `${account}/${at}/${kind}/${cents}`, at, fields };
}

function asks(number: number, t: string, amount: number, termMonths: number): SpineLine {
  const parties = { account: `a-${padded(number, 3)}`, applicant: `p-${padded(number, 3)}` };
  const firstPayment = new Date(Date.parse(t.slice(0, 10)) + 30 * DAY).toISOString().slice(0, 10);
  return {
    decisionId: `loan-${padded(number, 3)}`,
    t,
    parties,
    asked: { amount: money(100 * amount), termMonths: String(termMonths), firstPayment },
  };
}

function padded(number: number, width: number): string {
  return String(number).padStart(width, "0");
}
function money(cents: number): string {
  return (cents / 100).toFixed(2);
}
function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
function day(from: string, days: number): string {
  return iso(Date.parse(from) + DAY * days);
}

/** The two files of `data/`, as text. */
export function generated(): { readonly events: string; readonly applications: string } {
  const people = Array.from({ length: PEOPLE - 2 }, (_, i) => personOf(i + 3));
  const events = [...adaAndBen(), ...employersAndMerchants(), ...people.flatMap((person) => [...lifeOf(person)])];
  const lines = people.map(({ number, asked, random }) =>
    asks(number, iso(asked), 1_000 + 500 * random.integer(20), 12 * (1 + random.integer(4))),
  );
  return { events: ndjson(events), applications: ndjson([...byHand, ...lines]) };
}

function ndjson(lines: readonly unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { events, applications } = generated();
  writeFileSync(new URL("data/events.ndjson.gz", import.meta.url), gzipSync(events, { level: 9 }));
  writeFileSync(new URL("data/applications.ndjson", import.meta.url), applications);
}
