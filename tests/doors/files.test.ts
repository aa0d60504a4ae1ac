// Files with mistakes at `assay ingest`: each row is refused by code, thing, rule and way out, and the rest goes in.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SmallWorkspace, statement } from "./small-workspace.ts";

interface Answer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly quarantined: readonly { readonly row: number; readonly code: string }[];
}

interface Quarantine {
  readonly counts: { readonly [code: string]: number };
  readonly rows: readonly {
    readonly source: string;
    readonly row: number;
    readonly code: string;
    readonly thing: string;
    readonly rule: string;
    readonly wayOut: string;
    readonly nearest?: string;
  }[];
}

describe("assay ingest", () => {
  let workspace: SmallWorkspace;

  beforeAll(async () => {
    workspace = await SmallWorkspace.open();
  });

  afterAll(() => workspace.close());

  const rows = [
    statement("ann", "s1"),
    '{"event": "statement", "entity": ',
    statement("ann", "s2", { biled: "1.00" }),
    statement("ann", "s3", { billed: "1.005" }),
    statement("ann", "s4", {}, { at: "2199-01-01T00:00:00Z" }),
    statement("ann", "s1", { billed: "200.00" }),
    statement("ann", "s5", { billed: "one hundred" }),
    statement("ann", "s6", {}, { at: "2024-02-30T00:00:00Z" }),
    { ...statement("ann", "s7"), event: "statment" },
    statement("ben", "s8"),
  ];
  const codes = [
    [2, "MALFORMED_ROW"],
    [3, "UNKNOWN_COLUMN"],
    [4, "WRONG_UNITS"],
    [5, "FUTURE"],
    [6, "CONFLICT"],
    [7, "NOT_A_NUMBER"],
    [8, "NOT_AN_INSTANT"],
    [9, "UNKNOWN_EVENT"],
  ].map(([row, rule]) => ({ row, code: `ASSAY_HISTORY_${rule}` }));

  it("takes the good rows of a file in and names what is wrong with the others", async () => {
    const file = await workspace.write("events.ndjson", rows);
    const { code, document } = await workspace.json<Answer>("ingest", file, "--source", "core");
    expect({ code, document }).toMatchObject({ code: 1, document: { accepted: 2, duplicates: 0, quarantined: codes } });
  });

  it("keeps each refused row with its thing, its rule and the way out", async () => {
    const { document } = await workspace.json<Quarantine>("quarantine");
    const kept = document.rows.map(({ row, code }) => ({ row, code })).sort((a, b) => a.row - b.row);
    expect(kept).toEqual(codes);
    for (const { source, thing, rule, wayOut } of document.rows) {
      expect({ source, said: [thing, rule, wayOut].every((text) => text !== "") }).toEqual({
        source: "core",
        said: true,
      });
    }
    expect(document.rows.find(({ code }) => code.endsWith("UNKNOWN_COLUMN"))).toMatchObject({ nearest: "billed" });
    expect(document.rows.find(({ code }) => code.endsWith("UNKNOWN_EVENT"))).toMatchObject({ nearest: "statement" });
    const { stdout } = await workspace.run("quarantine");
    expect(stdout).toContain("core row 3: ASSAY_HISTORY_UNKNOWN_COLUMN:");
    expect(stdout).toContain("Nearest: billed.");
  });

  it("changes nothing when the file is sent again", async () => {
    const file = await workspace.write("events.ndjson", rows);
    const { document } = await workspace.json<Answer>("ingest", file, "--source", "core");
    expect(document).toMatchObject({ accepted: 0, duplicates: 2 });
    expect((await workspace.json<Quarantine>("quarantine")).document.rows).toHaveLength(codes.length);
  });

  const mapping = {
    event: "statement",
    entity: "customer",
    eventId: "{customer}-{month}",
    at: "{month}-01T00:00:00Z",
    fields: { billed: "bill", paid: "payment" },
  };

  it("reads a table by a mapping; a row that breaks it is refused with its line", async () => {
    const map = await workspace.write("map.json", [mapping]);
    const table = await workspace.write("table.csv", [
      "customer,month,bill,payment",
      "cyd,2024-01,100.00,50.00",
      "cyd,2024-02,100.00",
      "cyd,2024-03,ten,50.00",
      '"cyd","2024-04","1","2"',
    ]);
    const { code, document } = await workspace.json<Answer>("ingest", table, "--mapping", map);
    expect(code).toBe(1);
    expect(document).toMatchObject({
      accepted: 2,
      quarantined: [
        { row: 3, code: "ASSAY_HISTORY_MALFORMED_ROW" },
        { row: 4, code: "ASSAY_HISTORY_NOT_A_NUMBER" },
      ],
    });
  });

  it("names the column that a mapping reads and the table lacks, with the nearest", async () => {
    const map = await workspace.write("map.json", [mapping]);
    const table = await workspace.write("other.csv", ["customer,month,bills,payment", "dan,2024-01,1.00,1.00"]);
    const { document } = await workspace.json<Answer>("ingest", table, "--mapping", map);
    expect(document).toMatchObject({ accepted: 0, quarantined: [{ code: "ASSAY_HISTORY_NO_SUCH_COLUMN" }] });
    const kept = (await workspace.json<Quarantine>("quarantine")).document.rows.at(-1);
    expect(kept).toMatchObject({ source: "other.csv", thing: 'column "bill"', nearest: "bills" });
  });

  it.each([
    ["a mapping that is none", ["table.csv", "--mapping", "bad.json"], "ASSAY_CLI_BAD_MAPPING"],
    ["a mapping that is not there", ["table.csv", "--mapping", "absent.json"], "ASSAY_CLI_BAD_MAPPING"],
    ["a file that is not there", ["absent.ndjson"], "ASSAY_HISTORY_NO_FILE"],
    ["a folder", ["book"], "ASSAY_HISTORY_NO_FILE"],
  ])("refuses %s", async (_, args, code) => {
    await workspace.write("table.csv", ["customer", "ann"]);
    await workspace.write("bad.json", [{ event: "statement", entityy: "customer" }]);
    const answer = await workspace.json<{ problem: object }>("ingest", ...args);
    expect(answer).toMatchObject({ code: 1, document: { problem: { code } } });
  });
});
