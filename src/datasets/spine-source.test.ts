import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatInstant, instant, MICROS_PER_DAY } from "../base/index.ts";
import { writeTable } from "../storage/index.ts";
import { ASKED_AT, openSmallHistory, type SmallHistory, schema, smallSpine } from "./fixtures/small-history.ts";
import { spineText } from "./spine.ts";
import { spineFrom } from "./spine-source.ts";

let small: SmallHistory;

beforeAll(async () => {
  small = await openSmallHistory();
});

afterAll(() => small.close());

const ground = (more: { readonly columns?: { readonly [column: string]: string } } = {}) => {
  const { request, roles } = small.request();
  return { snapshot: small.snapshot, schema, request, roles: roles.map(({ role }) => role), ...more };
};

async function fromFile(name: string, text: string, more = {}) {
  const file = join(small.folder, name);
  await writeFile(file, text);
  return await spineFrom(file, ground(more));
}

const problem = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error: { readonly problem: { readonly code: string; readonly rule: string; readonly wayOut: string } }) =>
      `${error.problem.code}: ${error.problem.rule}. ${error.problem.wayOut}`,
  );

describe("a spine", () => {
  it("is the same from NDJSON, CSV and Parquet, with columns under other names", async () => {
    const rows = smallSpine().toSorted((a, b) => (a.decisionId < b.decisionId ? -1 : 1));
    const lines = rows.map((row) => JSON.stringify({ ...row, t: formatInstant(row.t) })).join("\n");
    expect(spineText(await fromFile("spine.ndjson", lines))).toBe(spineText(rows));
    const csv = rows.map(({ decisionId, t, parties, asked }) =>
      [
        decisionId,
        formatInstant(t),
        parties["applicant"],
        parties["coApplicant"] ?? "",
        asked["amount"],
        asked["purpose"] ?? "",
      ].join(","),
    );
    const text = ["decision_id,asked_at,customer,coApplicant,asked.amount,asked.purpose", ...csv].join("\n");
    const columns = { t: "asked_at", applicant: "customer" };
    expect(spineText(await fromFile("spine.csv", text, { columns }))).toBe(spineText(rows));
    const texts = (name: string, values: (string | null)[]) => ({ name, type: "varchar" as const, values });
    const { path } = await writeTable(join(small.folder, "spine.parquet"), [
      texts(
        "decision_id",
        rows.map(({ decisionId }) => decisionId),
      ),
      { name: "t", type: "bigint", values: Float64Array.from(rows, ({ t }) => t) },
      texts(
        "applicant",
        rows.map(({ parties }) => parties["applicant"] ?? null),
      ),
      texts(
        "coApplicant",
        rows.map(({ parties }) => parties["coApplicant"] ?? null),
      ),
      texts(
        "asked.amount",
        rows.map(({ asked }) => asked["amount"] ?? null),
      ),
      texts(
        "asked.purpose",
        rows.map(({ asked }) => asked["purpose"] ?? null),
      ),
    ]);
    expect(spineText(await spineFrom(path, ground()))).toBe(spineText(rows));
  });

  it("is selected in SQL from the events, money exact, with ids of its own", async () => {
    const sql = `SELECT entity AS applicant, max(happened_at) + 1 AS t, max(billed) AS "asked.amount"
      FROM statement WHERE NOT retracted AND monthsLate >= 1 GROUP BY entity`;
    const spine = await fromFile("late.sql", sql);
    expect(spine.length).toBeGreaterThan(10);
    expect(spine[0]!.decisionId).toBe(`${spine[0]!.parties["applicant"]}@${formatInstant(spine[0]!.t)}`);
    expect(spine.every(({ asked }) => /^\d+\.\d\d$/.test(asked["amount"]!))).toBe(true);
    expect(await fromFile("late.sql", `${sql};`)).toEqual(spine);
  });

  it("is drawn from every event of a type, once the lender could know it", async () => {
    const spine = await fromFile("every.json", '{"every": "outcome"}');
    expect(spine).toHaveLength(50);
    expect(spine[0]).toEqual({
      decisionId: `borrower-00@${formatInstant(ASKED_AT + 25 * MICROS_PER_DAY + 1)}`,
      t: ASKED_AT + 25 * MICROS_PER_DAY + 1,
      parties: { applicant: "borrower-00" },
      asked: {},
    });
  });

  it("is a calendar of observation dates of each account from its first event on", async () => {
    const drawn = {
      each: "month",
      zone: "Asia/Taipei",
      from: "2024-06-15T00:00:00Z",
      to: "2024-09-01T00:00:00Z",
      since: "outcome",
    };
    const spine = await fromFile("each.json", JSON.stringify(drawn));
    const of = (entity: string) =>
      spine.filter(({ parties }) => parties["applicant"] === entity).map(({ t }) => formatInstant(t));
    // Known on the 26th of July, and on the 19th of September.
    expect(of("borrower-00")).toEqual(["2024-07-31T16:00:00.000000Z", "2024-08-31T16:00:00.000000Z"]);
    expect(of("borrower-01")).toEqual([]);
    expect(spine.every(({ t }) => t < instant("2024-09-01T00:00:00Z"))).toBe(true);
  });
});

describe("a spine is refused", () => {
  it.each([
    ["read another file", "SELECT * FROM read_csv('/etc/hostname')"],
    ["write", "COPY (SELECT 1) TO '/tmp/assay-should-not-exist.csv'"],
    ["attach", "ATTACH '/tmp/assay-should-not-exist.db' AS other"],
    ["say two things", "SELECT 1; SELECT 2"],
    ["change settings", "SET enable_external_access = true"],
    ["list files", "SELECT * FROM glob('/etc/*')"],
    ["reach the network", "SELECT * FROM read_parquet('https://example.com/x.parquet')"],
    [
      "break out of the question",
      "SELECT 1) AS x; COPY (SELECT 1) TO '/tmp/assay-should-not-exist.csv'; SELECT * FROM (SELECT 1",
    ],
  ])("that would %s", async (name, sql) => {
    const refused = await problem(fromFile(`${name.replaceAll(" ", "-")}.sql`, sql));
    expect(refused).toMatch(/^ASSAY_STORAGE_QUERY_REFUSED: /);
  });

  it.each<[string, string, string, string, { readonly columns?: { readonly [column: string]: string } }?]>([
    [
      "a column of a role is absent",
      "a.csv",
      "t,aplicant\n2024-07-01T00:00:00Z,b",
      'it has no column "applicant". Say what the column is called: --columns applicant=COLUMN',
    ],
    ["a moment is none", "b.csv", "t,applicant\nyesterday,b", 'column "t" is no instant with an offset'],
    ["nobody is there", "c.csv", "t,applicant\n2024-07-01T00:00:00Z,", 'nobody has the role "applicant"'],
    [
      "an id is used twice",
      "d.csv",
      "t,applicant,decision_id\n1,b,x\n2,c,x",
      "its decision id was used by an earlier row",
    ],
    ["the event is unknown", "e.json", '{"every": "statment"}', 'there is no event "statment"'],
    [
      "a drawing says nothing",
      "f.json",
      "{}",
      'it says neither "every" nor "each" with "zone", "from", "to" and "since"',
    ],
    [
      "a moment of another name is none",
      "g.csv",
      "day,applicant\n2024-07-01,b",
      'column "day" is no instant with an offset. Write 2025-03-31T09:00:00+08:00, or whole microseconds since 1970',
      { columns: { t: "day" } },
    ],
    [
      "nobody stands in a column of another name",
      "h.csv",
      "t,who\n2024-07-01T00:00:00Z,",
      'nobody has the role "applicant". Write who it is in column "who"',
      { columns: { applicant: "who" } },
    ],
  ])("where %s", async (_, name, text, rule, more = {}) => {
    expect(await problem(fromFile(name, text, more))).toContain(rule);
  });
});
