// The people, loans and bureau reports of this example: all invented, all from one seed. The first three loans are written out
// by hand, so that their values can be checked with a pencil; the others follow one rule, in which full cards make a stop of
// payments likelier. `node generate.ts` writes `data/`; what it writes is the same on every machine.

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type SeededRandom, seededRandom } from "../../src/base/index.ts";

interface RawEvent {
  readonly event: string;
  readonly entity: string;
  readonly eventId: string;
  readonly at: string;
  readonly fields: { readonly [name: string]: unknown };
}

interface SpineLine {
  readonly decisionId: string;
  readonly t: string;
  readonly parties: { readonly loan: string; readonly applicant: string; readonly coApplicant?: string };
  readonly asked: { readonly amount: string; readonly termMonths: string };
}

/** As the bureau writes it: amounts as text, dates without a time. */
interface Line {
  readonly account: string;
  readonly kind: "card" | "auto" | "mortgage" | "personal";
  readonly opened: string;
  readonly balance: string;
  readonly limit?: string;
  readonly worst: number;
  readonly closed: boolean;
}
interface Asked {
  readonly on: string;
  readonly by: string;
  readonly purpose: "credit" | "rental";
}

const LOANS = 320;
const DAY = 86_400_000;
const INSTALMENTS = 30;

// ---------------------------------------------------------------- by hand

const dorasLines: readonly Line[] = [
  { account: "A", kind: "card", opened: "2015-03-15", balance: "300.00", limit: "1000.00", worst: 0, closed: false },
  { account: "B", kind: "card", opened: "2019-06-01", balance: "900.00", limit: "1000.00", worst: 1, closed: false },
  { account: "C", kind: "auto", opened: "2021-01-01", balance: "8000.00", worst: 0, closed: false },
  { account: "D", kind: "personal", opened: "2018-01-01", balance: "0.00", worst: 3, closed: true },
];
const dorasInquiries: readonly Asked[] = [
  { on: "2022-12-01", by: "landlord", purpose: "rental" },
  { on: "2023-01-10", by: "bank-a", purpose: "credit" },
  { on: "2023-02-20", by: "bank-b", purpose: "credit" },
];

function* doraAndEve(): Generator<RawEvent> {
  yield fact("statedIncome", "b-001", "2022-03-01T00:00:00Z", { yearly: "60000.00" });
  yield pull("b-001", "2022-09-01T12:00:00Z", 640, [{ ...dorasLines[0]!, balance: "500.00" }], []);
  yield pull("b-001", "2023-03-14T12:00:00Z", 655, dorasLines, dorasInquiries);
  // Her sister asks with her: the bureau knows a score of her and nothing else.
  yield pull("b-002", "2023-03-14T12:00:00Z", 700, [], []);
  yield* schedule("l-001", "2022-03-15T00:00:00Z", "2022-04-01", 10_000);
  // On time but for November's, which came twenty days late. February's payment was returned, and March's filled it.
  const onTime = ["04", "05", "06", "07", "08", "09", "10", "12"].map((month) => `2022-${month}-01`);
  for (const on of [...onTime, "2022-11-21", "2023-01-01", "2023-02-01", "2023-03-01", "2023-04-01"]) {
    yield paid("l-001", `${on}T14:00:00Z`, 10_000);
  }
  yield fact("paymentReturned", "l-001", "2023-02-06T14:00:00Z", { amount: "100.00" });
}

/** Two loans that are in no training set, each for a reason with a name. */
function* fraudAndSale(): Generator<RawEvent> {
  yield* schedule("l-002", "2022-03-15T00:00:00Z", "2022-04-01", 10_000);
  yield fact("fraudConfirmed", "l-002", "2023-01-10T00:00:00Z", {});
  yield* schedule("l-003", "2022-03-15T00:00:00Z", "2022-04-01", 10_000);
  for (let month = 0; month < 14; month++) yield paid("l-003", `${civil("2022-04-01", month)}T14:00:00Z`, 10_000);
  yield fact("loanSold", "l-003", "2023-05-15T00:00:00Z", {});
}

const byHand: readonly SpineLine[] = [
  asks(1, "2023-03-15T12:00:00Z", "b-001", "b-002", 3_000),
  asks(2, "2023-03-15T12:00:00Z", "b-003", undefined, 1_000),
  asks(3, "2023-03-15T12:00:00Z", "b-004", undefined, 1_000),
];

// ---------------------------------------------------------------- by rule

interface Loan {
  readonly number: number;
  readonly random: SeededRandom;
  /** 0 to 1: how near the limit its borrower lives. */
  readonly strain: number;
  readonly granted: number;
  readonly asked: number;
  readonly together: boolean;
}

function loanOf(number: number): Loan {
  const random = seededRandom(`bureau-documents/loan/${number}`);
  const strain = random.next() ** 2;
  const granted = Date.parse("2021-12-01") + DAY * random.integer(90) + DAY / 2;
  const asked = granted + DAY * (330 + random.integer(60));
  return { number, random, strain, granted, asked, together: random.next() < 0.4 };
}

function* lifeOf(loan: Loan): Generator<RawEvent> {
  const { number, granted, asked, random, strain, together } = loan;
  const id = `l-${padded(number)}`;
  const cents = 5_000 + 500 * random.integer(60);
  yield* schedule(id, iso(granted), iso(granted + 20 * DAY).slice(0, 10), cents);
  yield* payments(id, loan, cents);
  for (const who of together ? ["b", "c"] : ["b"]) {
    const borrower = `${who}-${padded(number)}`;
    yield fact("statedIncome", borrower, iso(granted), { yearly: money(2_400_000 + 10_000 * random.integer(600)) });
    for (const at of [granted, asked - DAY]) yield reportOf(borrower, at, random, strain);
  }
}

function* payments(id: string, { granted, asked, random, strain }: Loan, cents: number): Generator<RawEvent> {
  const first = iso(granted + 20 * DAY).slice(0, 10);
  const stops = random.next() < 0.7 * strain ? 12 + random.integer(8) : INSTALMENTS;
  const repays = random.next() < 0.05 ? 14 + random.integer(6) : INSTALMENTS;
  for (let month = 0; month < Math.min(stops, repays); month++) {
    const late = random.next() < strain ? random.integer(28) : 0;
    const at = Date.parse(civil(first, month)) + DAY * late + 14 * 3_600_000;
    yield paid(id, iso(at), cents);
    if (random.next() < strain / 40) yield fact("paymentReturned", id, iso(at + 3 * DAY), { amount: money(cents) });
  }
  if (repays < stops) {
    const at = iso(Date.parse(civil(first, repays)));
    yield paid(id, at, cents * (INSTALMENTS - repays));
    yield fact("loanPaidOff", id, at, {});
  }
  if (random.next() < 0.02) yield fact("borrowerDeceased", id, iso(asked + 120 * DAY), {});
}

function reportOf(borrower: string, at: number, random: SeededRandom, strain: number): RawEvent {
  const kinds = ["card", "card", "auto", "mortgage", "personal"] as const;
  const lines = Array.from({ length: 1 + random.integer(5) }, (_, i): Line => {
    const kind = kinds[random.integer(kinds.length)]!;
    const limit = 100_000 + 1_000 * random.integer(400);
    const used = Math.min(1, strain * 0.8 + 0.4 * random.next());
    return {
      account: `${borrower}-${i}`,
      kind,
      opened: iso(at - DAY * (200 + random.integer(5_000))).slice(0, 10),
      balance: money(Math.round(limit * used)),
      ...(kind === "card" ? { limit: money(limit) } : {}),
      worst: random.next() < strain ? 1 + random.integer(4) : 0,
      closed: random.next() < 0.2,
    };
  });
  const inquiries = Array.from(
    { length: random.integer(2 + Math.round(4 * strain)) },
    (_, i): Asked => ({
      on: iso(at - DAY * (1 + random.integer(180))).slice(0, 10),
      by: `bank-${i}`,
      purpose: random.next() < 0.8 ? "credit" : "rental",
    }),
  );
  return pull(borrower, iso(at), Math.round(780 - 200 * strain - 60 * random.next()), lines, inquiries);
}

// ---------------------------------------------------------------- as the ingest door takes it

function fact(event: string, entity: string, at: string, fields: RawEvent["fields"]): RawEvent {
  return { event, entity, eventId: `${event}/${entity}/${at}`, at, fields };
}

function pull(
  borrower: string,
  at: string,
  score: number,
  tradelines: readonly Line[],
  inquiries: readonly Asked[],
): RawEvent {
  const id = `pull/${borrower}/${at.slice(0, 10)}`;
  const report = { bureau: "Example Bureau", form: 3, credit: { tradelines, inquiries } };
  return { event: "bureauPull", entity: borrower, eventId: id, at, fields: { pull: id, score, report } };
}

/** Thirty equal instalments, set when the loan is granted. */
function* schedule(loan: string, granted: string, first: string, cents: number): Generator<RawEvent> {
  for (let month = 0; month < INSTALMENTS; month++) {
    const due = civil(first, month);
    const fields = { due, amount: money(cents), cause: "original" };
    yield { event: "instalmentSet", entity: loan, eventId: `instalment/${loan}/original/${due}`, at: granted, fields };
  }
}

function paid(loan: string, at: string, cents: number): RawEvent {
  return fact("paymentPosted", loan, at, { amount: money(cents) });
}

function asks(
  number: number,
  t: string,
  applicant: string,
  coApplicant: string | undefined,
  amount: number,
): SpineLine {
  const parties = { loan: `l-${padded(number)}`, applicant, ...(coApplicant === undefined ? {} : { coApplicant }) };
  return {
    decisionId: `top-up-${padded(number)}`,
    t,
    parties,
    asked: { amount: money(100 * amount), termMonths: "24" },
  };
}

/** The same day so many months on; the 28th where a month is shorter. */
function civil(first: string, months: number): string {
  const [year, month, day] = first.split("-").map(Number) as [number, number, number];
  const start = new Date(Date.UTC(year, month - 1 + months, Math.min(day, 28)));
  return start.toISOString().slice(0, 10);
}
function padded(number: number): string {
  return String(number).padStart(3, "0");
}
function money(cents: number): string {
  return (cents / 100).toFixed(2);
}
function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** The two files of `data/`, as text. */
export function generated(): { readonly events: string; readonly topUps: string } {
  const loans = Array.from({ length: LOANS - 3 }, (_, i) => loanOf(i + 4));
  const events = [...doraAndEve(), ...fraudAndSale(), ...loans.flatMap((loan) => [...lifeOf(loan)])];
  const lines = loans.map(({ number, asked, together, random }) => {
    const other = together ? `c-${padded(number)}` : undefined;
    return asks(number, iso(asked), `b-${padded(number)}`, other, 500 + 100 * random.integer(60));
  });
  return { events: ndjson(events), topUps: ndjson([...byHand, ...lines]) };
}

function ndjson(lines: readonly unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { events, topUps } = generated();
  writeFileSync(new URL("data/events.ndjson.gz", import.meta.url), gzipSync(events, { level: 9 }));
  writeFileSync(new URL("data/top-ups.ndjson", import.meta.url), topUps);
}
