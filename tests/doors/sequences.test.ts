// Sequences by command: built, found the second time, explained, and gone with a person who was erased.

import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Receipt } from "../../src/compliance/index.ts";
import { type BuiltSequences, openSequences } from "../../src/datasets/index.ts";
import { SmallWorkspace, statement } from "./small-workspace.ts";

let workspace: SmallWorkspace;
let spine: string;

const people = Array.from({ length: 12 }, (_, i) => `person-${i}`);
const behaviour = `import { events, scaled, sequence, step } from "assay";
import { borrower, statement } from "./portfolio.ts";

export const behaviour = sequence("behaviour", borrower, [
  step(statement, { billed: scaled(statement.billed), monthsLate: statement.monthsLate }),
]).last(events(2));
`;

beforeAll(async () => {
  workspace = await SmallWorkspace.open();
  await writeFile(workspace.ground.path("book/definitions/behaviour.ts"), behaviour);
  const dated = (one: string, month: number) =>
    statement(one, `${one}/${month}`, { billed: `${100 + month}.00` }, { at: `2024-0${month}-01T00:00:00Z` });
  const rows = people.flatMap((one) => [1, 2, 3].map((month) => dated(one, month)));
  expect((await workspace.run("ingest", await workspace.write("rows.ndjson", rows))).code).toBe(0);
  const lines = people.map((one) => `2024-05-01T00:00:00Z,${one}`);
  spine = await workspace.write("spine.csv", ["t,customer", ...lines]);
});

afterAll(() => workspace.close());

const wanted = [
  "--sequence",
  "applicant=behaviour",
  "--columns",
  "applicant=customer",
  "--cut-off",
  "2024-04-01T00:00:00Z",
];
const build = (file: string) =>
  workspace.json<BuiltSequences & { readonly found: boolean }>("build", ...wanted, "--spine", file);

it("are built once, from what was known at the cut-off, and found the second time", async () => {
  const { code, document: built } = await build(spine);
  expect({ code, ...built }).toMatchObject({
    code: 0,
    found: false,
    manifest: { rows: 12, tokens: 36, role: "applicant" },
  });
  const { fit, tokens } = await openSequences(built.folder);
  expect(fit).toMatchObject({ sequence: "behaviour", fittedKnownUntil: "2024-04-01T00:00:00.000000Z" });
  expect(fit.entities.count).toBeGreaterThan(5);
  // Everybody was billed 101, 102 and 103; a row holds the last two.
  const deviation = Math.sqrt(2 / 3);
  expect([...tokens(0).columns[0]!]).toEqual([0, Math.fround(1 / deviation)]);
  const again = await build(spine);
  expect(again.document).toEqual({ ...built, found: true });
  const said = await workspace.run("build", ...wanted, "--spine", spine);
  expect(said.stdout).toMatch(/^36 events of statement with 2 columns, at most 2 a row\.\n12 rows; train \d/);
  expect(said.stdout).toContain("Found: it was built before.\nSequences: book/.assay/sequences/");
});

it("are explained", async () => {
  const { stdout } = await workspace.run("explain", "behaviour");
  expect(stdout).toContain("holds       the last 2 events of statement");
  expect(stdout).toContain("fitted      statement.billed");
});

it("are one of three things to build", async () => {
  const refused = async (...args: string[]) => (await workspace.run("build", ...args, "--spine", spine)).stderr;
  for (const args of [[], ["book", "--sequence", "behaviour"], ["--features", "review"], ["--label", "late"]])
    expect(await refused(...args)).toContain("ASSAY_CLI_WHAT_TO_BUILD");
  expect(await refused("--sequence", "a=b=c")).toContain("ASSAY_CLI_BAD_NAMES");
  expect(await refused("--sequence", "one,two")).toContain("ASSAY_CLI_BAD_NAMES");
  expect(await refused("--sequence", "behavior")).toContain("Nearest: behaviour.");
});

it("go with a person who is erased, who is in none that are built later", async () => {
  const { document: built } = await build(spine);
  const { document } = await workspace.json<Receipt>("erase", people[3]!, "--yes");
  expect(document.removed.sequences).toEqual([{ sequences: built.hash, rows: 1 }]);
  expect(await readdir(join(built.folder))).toEqual(["withdrawn.json"]);
  const refused = await build(spine);
  expect([refused.code, refused.document]).toMatchObject([1, { problem: { code: "ASSAY_LEARNING_ERASED_PEOPLE" } }]);
  const rest = people.filter((one) => one !== people[3]).map((one) => `2024-05-01T00:00:00Z,${one}`);
  const without = await build(await workspace.write("rest.csv", ["t,customer", ...rest]));
  expect(without.document).toMatchObject({ found: false, manifest: { rows: 11, tokens: 33 } });
});
