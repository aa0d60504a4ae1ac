import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { instant } from "../base/index.ts";
import { decisionClock, findWorkspace, wallClock } from "./config.ts";
import { definitionNamed, loadDefinitions, nodesOf, schemaOf } from "./definitions.ts";
import { Workspace } from "./workspace.ts";

const entry = fileURLToPath(new URL("../define/index.ts", import.meta.url));
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files; every test has its own, because a module is loaded once. */
function folderWith(files: { readonly [path: string]: string }): string {
  const folder = mkdtempSync(join(tmpdir(), "assay-workspace-"));
  folders.push(folder);
  for (const [path, text] of Object.entries({ "package.json": '{"type": "module"}', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text.replaceAll('from "assay"', `from ${JSON.stringify(entry)}`));
  }
  return folder;
}

const config = (text: string) => `export default ${text};\n`;
const portfolio = `
import { count, days, entity, event, features, integer } from "assay";
export const person = entity("person");
export const bill = event("bill", person, { fields: { late: integer } });
export const review = features("review", person, { bills: count(bill).last(days(90)) }, { owner: "me", use: "test" });
`;

describe("finding a workspace", () => {
  it("looks upwards, and puts state and definitions beside the config", async () => {
    const root = folderWith({ "assay.config.ts": config('{ name: "book" }'), "deep/er/here.txt": "" });
    const found = await findWorkspace(join(root, "deep/er"));
    expect(found).toEqual({
      root,
      config: { name: "book" },
      stateFolder: join(root, ".assay"),
      definitionsFolder: join(root, "definitions"),
    });
  });

  it("follows the folders that the config names; a given state folder wins", async () => {
    const root = folderWith({ "assay.config.ts": config('{ name: "book", state: "../s", definitions: "d" }') });
    expect(await findWorkspace(root)).toMatchObject({
      stateFolder: join(root, "../s"),
      definitionsFolder: join(root, "d"),
    });
    expect(await findWorkspace(root, join(root, "mine"))).toMatchObject({ stateFolder: join(root, "mine") });
  });

  it("says so where there is none", async () => {
    await expect(findWorkspace(folderWith({}))).rejects.toMatchObject({ code: "ASSAY_WORKSPACE_NOT_FOUND" });
  });

  it.each([
    ["no name", "{}", "name: "],
    ["a name with blanks", '{ name: "My Book" }', "name: is no name of small letters, digits and dashes"],
    ["a setting that is none", '{ name: "book", simulatedNov: "" }', "simulatedNov"],
    [
      "a clock without an offset",
      '{ name: "book", simulatedNow: "2005-10-03" }',
      "simulatedNow: is no instant with an offset",
    ],
    [
      "shares that leave nothing",
      '{ name: "book", evaluation: { split: { seed: "s", train: 0.8, validation: 0.2 } } }',
      "evaluation.split: leaves no rows to test on",
    ],
    ["no object", '"book"', "its default export: "],
    ["a mistake of grammar", "{ name: }", "it cannot be loaded: "],
  ])("names a config with %s", async (_, text, why) => {
    const root = folderWith({ "assay.config.ts": config(text) });
    const problem = {
      code: "ASSAY_WORKSPACE_BAD_CONFIG",
      thing: join(root, "assay.config.ts"),
      rule: expect.stringContaining(why),
    };
    await expect(findWorkspace(root)).rejects.toMatchObject({ problem });
  });

  it("decides by the wall clock, or by the instant of a back-test", () => {
    expect(decisionClock({ name: "book" })).toBe(wallClock);
    const clock = decisionClock({ name: "book", simulatedNow: "2005-10-03T12:00:00+08:00" });
    expect([clock.now(), clock.now()]).toEqual(Array(2).fill(instant("2005-10-03T04:00:00Z")));
  });
});

describe("definitions", () => {
  it("are all that the files export, tests aside", async () => {
    const root = folderWith({ "a.ts": portfolio, "deep/b.ts": 'export * from "../a.ts";', "a.test.ts": "throw 1;" });
    const { catalogue, problems } = await loadDefinitions(root);
    expect(problems).toEqual([]);
    expect(catalogue.definitions.map(({ node }) => `${node.kind} ${node.name}`).sort()).toEqual([
      "entity person",
      "event bill",
      "features review",
    ]);
    expect(Object.keys(schemaOf(catalogue))).toEqual(["bill"]);
    expect(nodesOf(catalogue, "features").map(({ name }) => name)).toEqual(["review"]);
    expect(() => definitionNamed(catalogue, "features", "revue")).toThrow(/features "revue".*Nearest: review/);
  });

  it("tell all their mistakes at once, each with file and line", async () => {
    const root = folderWith({
      "a.ts": portfolio,
      "b.ts": `
import { count, days, features } from "assay";
import { bill, person } from "./a.ts";
export const wrong = features("wrong", person, {
  soon: count(bill).next(days(9)),
  never: count(bill),
}, { owner: "me", use: "test" });
`,
      "c.ts": 'import { entity } from "assay";\nexport const again = entity("person");\n',
    });
    const { problems } = await loadDefinitions(root);
    const told = problems.map(({ code, place }) => `${code} ${place?.file.split("/").at(-1)}:${place?.line}`);
    expect(told.sort()).toEqual([
      "ASSAY_DEFINE_LOOKAHEAD b.ts:5",
      "ASSAY_DEFINE_NO_WINDOW b.ts:6",
      "ASSAY_DEFINE_REPEATED c.ts:2",
    ]);
  });

  it("name a file that cannot be loaded, and a folder without any", async () => {
    const root = folderWith({ "a.ts": "export const x = nothing;" });
    const failing = { code: "ASSAY_WORKSPACE_DEFINITION_FAILED", rule: "it cannot be loaded: nothing is not defined" };
    await expect(loadDefinitions(root)).rejects.toMatchObject({ problem: failing });
    await expect(loadDefinitions(join(root, "none"))).rejects.toMatchObject({ code: "ASSAY_WORKSPACE_NO_DEFINITIONS" });
  });
});

describe("a workspace and its engines", () => {
  const files = { "assay.config.ts": config('{ name: "book" }'), "definitions/a.ts": portfolio };
  const postmaster = (root: string) => join(root, ".assay/postgres/postmaster.pid");

  it("opens nothing until asked, and closes the database under the history last", async () => {
    const root = folderWith(files);
    const workspace = await Workspace.open(root);
    await workspace.definitions();
    expect(existsSync(join(root, ".assay"))).toBe(false);
    const history = await workspace.history();
    const { metadata } = { metadata: await workspace.metadata() };
    expect(await workspace.history()).toBe(history);
    const order: string[] = [];
    const pool = metadata.pool;
    pool.once("remove", () => order.push("database"));
    const close = history.close.bind(history);
    Object.assign(history, { close: () => close().then(() => order.push("history")) });
    await workspace.close();
    expect(order.slice(0, 2)).toEqual(["history", "database"]);
    expect(existsSync(postmaster(root))).toBe(false);
  });

  it("lets another writer in once the history is closed, and stops the database even where a second one failed", async () => {
    const root = folderWith(files);
    const [first, second] = [await Workspace.open(root), await Workspace.open(root)];
    await first.history();
    await expect(second.history()).rejects.toMatchObject({ code: "ASSAY_HISTORY_LOCKED" });
    await second.close();
    expect(existsSync(postmaster(root))).toBe(true);
    await first.closeHistory();
    const third = await Workspace.open(root);
    await expect(third.snapshot()).rejects.toMatchObject({ code: "ASSAY_WORKSPACE_NO_SNAPSHOT" });
    const { hash } = await (await third.history()).seal();
    expect(await third.snapshot()).toMatchObject({ hash });
    await third.close();
    await first.close();
    expect(existsSync(postmaster(root))).toBe(false);
  });

  it("compiles no definition while one has a problem", async () => {
    const wrong =
      'import { features } from "assay";\nimport { person, bill } from "./a.ts";\nimport { count } from "assay";\nexport const w = features("w", person, { n: count(bill) }, { owner: "me", use: "test" });\n';
    const root = folderWith({ ...files, "definitions/b.ts": wrong });
    const workspace = await Workspace.open(root);
    await expect(workspace.checkedDefinitions()).rejects.toMatchObject({ code: "ASSAY_WORKSPACE_PROBLEMS" });
    await expect(workspace.history()).rejects.toMatchObject({ code: "ASSAY_WORKSPACE_PROBLEMS" });
    await workspace.close();
  });
});
