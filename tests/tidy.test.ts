// House rules as tests. Each rule is a pure function from files to sentences (tests/tidy/), and each is shown a seeded
// violation first, so that a rule that has stopped looking fails here and not in silence.
import { describe, expect, test } from "vitest";
import type { LockFile } from "../scripts/complete-lock.ts";
import { missingOptionals } from "../scripts/complete-lock.ts";
import { checkBans, checkLengths, checkNames } from "./tidy/house-rules.ts";
import {
  checkDevRequirements,
  checkManifest,
  checkNpmLock,
  checkRequirements,
  type Manifest,
} from "./tidy/lock-rules.ts";
import { readRepository, readRepositoryFile } from "./tidy/repository.ts";
import { checkFurniture, checkImports, checkPurity } from "./tidy/room-rules.ts";
import { parseRooms } from "./tidy/room-table.ts";
import { codeOnly, importsOf, withoutComments } from "./tidy/source-text.ts";

const files = readRepository();
const rooms = parseRooms(readRepositoryFile("ARCHITECTURE.md"));
const manifest: Manifest = JSON.parse(readRepositoryFile("package.json"));
const lock: LockFile = JSON.parse(readRepositoryFile("package-lock.json"));
const packages = Object.keys({
  ...manifest.dependencies,
  ...manifest.optionalDependencies,
  ...manifest.devDependencies,
});

describe("the repository keeps", () => {
  test("the map: only rooms above, only through their index, never what is forbidden", () => {
    expect(checkImports(files, rooms)).toEqual([]);
  });
  test("its pure rooms pure", () => expect(checkPurity(files, rooms)).toEqual([]));
  test("the same furniture in each room", () => expect(checkFurniture(files, rooms, packages)).toEqual([]));
  test("kebab-case names and no junk drawers", () => expect(checkNames(files)).toEqual([]));
  test("files short, or a reason", () => expect(checkLengths(files)).toEqual([]));
  test("the house bans", () => expect(checkBans(files)).toEqual([]));
  test("exact dependencies", () => expect(checkManifest(manifest, lock)).toEqual([]));
  test("a complete npm lock without addresses", () => expect(checkNpmLock(lock)).toEqual([]));
  test("hashed Python requirements without addresses", () => {
    const names = ["python/requirements.lock", "python/requirements-dev.lock", "python/uv-requirements.txt"];
    const [base = "", dev = ""] = names.map(readRepositoryFile);
    expect(names.flatMap((name) => checkRequirements(name, readRepositoryFile(name)))).toEqual([]);
    expect(checkDevRequirements(base, dev)).toEqual([]);
  });
});

// ---- Each rule, shown a violation ----

const table = `## Rooms

| room | what lives there | never | state |
|---|---|---|---|
| \`base\` | numbers | | built |
| \`define\`, \`compile\` | builders | | built |
| \`vault\` | identity | imported by \`datasets\` | built |
| \`datasets\` | spines | imports \`pg\`; imported by \`cli\` | built |
| \`worlds\` | people | | to come |
| \`cli\` | commands | imports \`vault\`, \`define\` | built |

\`base\` to \`compile\` are pure.

## After
| \`ghost\` | not a room | | built |
`;
const seededRooms = parseRooms(table);
const file = (path: string, text: string) => ({ path, text });
const importFault = (path: string, text: string) => checkImports([file(path, text)], seededRooms).join("\n");

describe("the room table", () => {
  test("is read in order, with its never column, its states and its pure rooms", () => {
    expect(seededRooms.map(({ name }) => name)).toEqual([
      "base",
      "define",
      "compile",
      "vault",
      "datasets",
      "worlds",
      "cli",
    ]);
    expect(seededRooms.filter(({ pure }) => pure).map(({ name }) => name)).toEqual(["base", "define", "compile"]);
    expect(seededRooms.filter(({ built }) => !built).map(({ name }) => name)).toEqual(["worlds"]);
    expect(seededRooms[4]).toMatchObject({ neverImports: ["pg"], neverImportedBy: ["cli"] });
    expect(seededRooms[6]).toMatchObject({ neverImports: ["vault", "define"], neverImportedBy: [] });
  });
  test("of this repository has every room and its pure rooms", () => {
    expect(rooms.length).toBeGreaterThan(15);
    expect(rooms.filter(({ pure }) => pure).map(({ name }) => name)).toContain("policy");
    expect(rooms.find(({ name }) => name === "vault")?.neverImportedBy).toContain("datasets");
  });
});

describe("the import map refuses", () => {
  const cases = [
    ["a room below", "src/base/a.ts", 'import { x } from "../define/index.ts";', /"define" is below "base"/],
    ["a type from a room below", "src/base/a.ts", 'import type { X } from "../define/index.ts";', /below/],
    ["a re-export from below", "src/base/a.ts", 'export { x } from "../cli/index.ts";', /below/],
    ["a dynamic import from below", "src/base/a.ts", 'const x = import("../cli/index.ts");', /below/],
    ["a side door", "src/define/a.ts", 'import { x } from "../base/hash.ts";', /front door/],
    ["a side door from a test", "tests/a.test.ts", 'import { x } from "../src/base/hash.ts";', /front door/],
    ["a worker behind a side door", "src/cli/a.ts", 'new URL("../base/a.worker.ts", import.meta.url);', /front door/],
    ["what the room never imports", "src/cli/a.ts", 'import type { X } from "../vault/index.ts";', /never column/],
    [
      "what never lets itself be imported",
      "src/datasets/a.ts",
      'import { x } from "../vault/index.ts";',
      /never column/,
    ],
    ["a forbidden package", "src/datasets/a.ts", 'import pg from "pg";', /never column/],
    ["node: in a pure room", "src/compile/a.ts", 'import { readFileSync } from "node:fs";', /"compile" is pure/],
    ["its own index", "src/define/a.ts", 'import {\n  x,\n} from "./index.ts";', /itself/],
    ["anything outside src", "src/cli/a.ts", 'import { x } from "../../tests/x.ts";', /outside src/],
  ] as const;
  test.each(cases)("%s", (_what, path, text, sentence) => expect(importFault(path, text)).toMatch(sentence));
  test("and nothing else", () => {
    expect(importFault("src/cli/a.ts", 'import { x } from "../base/index.ts";\nimport pg from "pg";')).toBe("");
    expect(importFault("src/define/a.test.ts", 'import { x } from "node:fs";\nimport { y } from "./index.ts";')).toBe(
      "",
    );
    expect(
      importFault("src/base/a.ts", '// import { x } from "../cli/index.ts";\nconst a = `import "../cli/index.ts"`;'),
    ).toBe("");
  });
});

describe("purity refuses", () => {
  const faultOf = (text: string) => checkPurity([file("src/base/a.ts", text)], seededRooms).join("\n");
  const impure = [
    "Date.now()",
    "new Date()",
    "performance.now()",
    "Math.random()",
    "Math.exp(x)",
    "const kernel = `return Math.log(${x});`",
    "x ** 2",
    "12 ** x",
    "new Intl.NumberFormat()",
    "async () => 1",
    "await x",
    "a.localeCompare(b)",
    "process.env.HOME",
  ];
  test.each(impure)("%s", (text) => expect(faultOf(text)).toMatch(/^src\/base\/a\.ts:1 uses /));
  test("and nothing else", () => {
    expect(
      faultOf("new Date(0); Math.sqrt(x); 10n ** 4n; 2 ** -53; // Date.now()\nconst say = 'await an answer';"),
    ).toBe("");
    expect(
      checkPurity([file("src/base/a.test.ts", "Math.exp(1)"), file("src/cli/a.ts", "Math.exp(1)")], seededRooms),
    ).toEqual([]);
  });
});

describe("furniture refuses", () => {
  const built = parseRooms("## Rooms\n| `base` | numbers | | built |\n| `soon` | later | imports `bsae` | to come |\n");
  const faults = (...present: { path: string; text: string }[]) => checkFurniture(present, built, []).join("\n");
  const index = file("src/base/index.ts", 'export type { A } from "./a.ts";\nexport {\n  b,\n} from "./a.ts";\n');
  const readme = file("src/base/README.md", "# base\n");
  test("a room that is not in the table", () =>
    expect(faults(file("src/attic/a.ts", ""))).toMatch(/attic\/ is not in/));
  test("a room without its index or README", () => expect(faults()).toMatch(/no index\.ts[\s\S]*no README\.md/));
  test("a README that is too long", () => {
    expect(faults(index, file("src/base/README.md", "line\n".repeat(41)))).toMatch(/41 lines: cut it to 40/);
  });
  test("a room to come that is there", () => expect(faults(file("src/soon/a.ts", ""))).toMatch(/mark it "built"/));
  test("a misspelt name in the never column", () =>
    expect(faults(index, readme)).toMatch(/^.*names "bsae", which is no room.*$/));
  test.each(['export * from "./a.ts";', "export default 1;", "export const a = 1;"])("an index with %s", (text) => {
    expect(faults(file("src/base/index.ts", text), readme)).toMatch(/index\.ts:1 is not a named re-export/);
  });
});

describe("house rules refuse", () => {
  const named = ["src/base/Money.ts", "src/base/utils.ts", "src/helpers/a.ts", "src/base/a.js", "src/base/my_money.ts"];
  test.each(named)("the name %s", (path) => expect(checkNames([file(path, "")])).not.toEqual([]));
  test("no good name", () => {
    const good = [
      "setup.mjs",
      "src/base/money-field.test.ts",
      "python/assay_trainer/fit_tree.py",
      "src/cli/a.worker.ts",
    ];
    expect(checkNames(good.map((path) => file(path, "")))).toEqual([]);
  });
  test("a long file without a reason", () => {
    expect(checkLengths([file("src/a.ts", "\n".repeat(900))])).toHaveLength(1);
    expect(checkLengths([file("src/a.ts", `// long because: one table\n${"\n".repeat(900)}`)])).toEqual([]);
  });
  const banned = [
    ["src/a.ts", "// TODO later"],
    ["docs/a.md", "see /home/ann/assay"],
    ["README.md", "read ../shared/data"],
    ["src/a.ts", "const a = b as any;"],
    ["src/a.ts", "// @ts-ignore"],
    ["src/server/a.ts", "console.log(1)"],
    ["src/a.ts", "export default 1;"],
    ["src/a.test.ts", "test.only('x', () => {})"],
    ["python/a.py", "import pickle"],
    ["python/a.py", "from joblib import dump"],
    ["python/a.txt", "--index-url https://example.org"],
  ] as const;
  test.each(banned)("in %s: %s", (path, text) => expect(checkBans([file(path, text)])).toHaveLength(1));
  test("no good line", () => {
    expect(
      checkBans([file("src/cli/a.ts", 'console.log("any: x as any");'), file("python/a.lock", "joblib==1")]),
    ).toEqual([]);
  });
});

describe("lock rules refuse", () => {
  const [path = "", entry] =
    Object.entries(lock.packages).find(([name]) => name.endsWith("cli-linux-arm64-musl")) ?? [];
  const without = { packages: Object.fromEntries(Object.entries(lock.packages).filter(([name]) => name !== path)) };
  test("a lock that lacks another platform's package, and know how to write it", () => {
    expect(checkNpmLock(without)).toEqual([
      expect.stringMatching(/lacks node_modules\/@biomejs\/cli-linux-arm64-musl/),
    ]);
    const { version, os, cpu, libc, dev } = entry ?? {};
    expect(missingOptionals(without)).toEqual({ [path]: { version, os, cpu, libc, dev, optional: true } });
  });
  test("addresses and missing hashes", () => {
    const seeded = { packages: { "node_modules/a": { version: "1.0.0", resolved: "https://example.org/a.tgz" } } };
    expect(checkNpmLock(seeded)).toHaveLength(2);
  });
  test("ranges and versions that the lock does not hold", () => {
    expect(checkManifest({ dependencies: { a: "^1.0.0" } }, { packages: {} })).toHaveLength(2);
  });
  test("requirements without a hash, with an address, or out of step", () => {
    expect(checkRequirements("a.lock", "numpy==1.0 \\\n    # via x\n")).toHaveLength(1);
    expect(
      checkRequirements("a.lock", `# from https://example.org\nnumpy==1.0 \\\n    --hash=sha256:${"0".repeat(64)}\n`),
    ).toHaveLength(1);
    expect(checkDevRequirements("numpy==1.0 \\\n", "numpy==2.0 \\\n")).toHaveLength(1);
  });
});

describe("source text", () => {
  test("comments and strings are blanked in place", () => {
    const text = 'a = "x // y"; // note\nb = /["/]/.test(c) / 2; `p ${q + `r`} s`; /* t\n u */ v';
    expect(withoutComments(text)).toBe(
      'a = "x // y";        \nb = /["/]/.test(c) / 2; `p ${q + `r`} s`;     \n      v',
    );
    expect(codeOnly(text)).toBe('a = "      ";        \nb = /    /.test(c) / 2; `  ${q + ` `}  `;     \n      v');
  });
  test("imports are listed with their lines", () => {
    const text =
      'import a from "a";\nimport type {\n  B,\n} from "./b.ts";\nexport { c } from "./c.ts";\nimport "d";\n';
    expect(importsOf(text).map(({ specifier, line }) => `${line} ${specifier}`)).toEqual([
      "1 a",
      "2 ./b.ts",
      "5 ./c.ts",
      "6 d",
    ]);
  });
});
