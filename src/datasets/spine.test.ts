import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { canonicalJson, hashText, instant } from "../base/index.ts";
import { readSpine, spineHashOf, spineText } from "./spine.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-spine-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function spineOf(...lines: readonly unknown[]): Promise<string> {
  const file = join(folder, "spine.ndjson");
  await writeFile(file, lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"));
  return file;
}

const row = {
  decisionId: "d-1",
  t: "2024-07-01T12:00:00+08:00",
  parties: { applicant: "ann" },
  asked: { amount: "1.50" },
};

it("reads a row a line, blank lines aside", async () => {
  const file = await spineOf(row, "", { ...row, decisionId: "d-2", asked: undefined }, "");
  expect(await readSpine(file)).toEqual([
    { ...row, t: instant("2024-07-01T04:00:00Z") },
    { ...row, decisionId: "d-2", t: instant("2024-07-01T04:00:00Z"), asked: {} },
  ]);
});

it.each([
  ["no JSON", "{", "it is no JSON object"],
  ["a list", [], "it is no JSON object"],
  ["no instant", { ...row, t: "2024-07-01" }, '"t" is no instant with an offset'],
  ["no id", { ...row, decisionId: 1 }, '"decisionId" is no text'],
  ["no parties", { ...row, parties: undefined }, '"parties" is no map of role to entity'],
  ["a party that is no text", { ...row, parties: { applicant: 1 } }, '"parties" is no map of role to entity'],
  ["an amount that is a number", { ...row, asked: { amount: 1.5 } }, '"asked" is no map of field to text'],
])("names a row with %s", async (_, bad, rule) => {
  const file = await spineOf(row, "", bad);
  const problem = { code: "ASSAY_DATASETS_BAD_SPINE_ROW", thing: `row 3 of ${file}`, rule };
  await expect(readSpine(file)).rejects.toMatchObject({ problem });
});

it("names a decision id that was used before", async () => {
  const file = await spineOf(row, row);
  const problem = { code: "ASSAY_DATASETS_REPEATED_DECISION", thing: `row 2 of ${file}` };
  await expect(readSpine(file)).rejects.toMatchObject({ problem });
});

it("refuses a spine without rows", async () => {
  await expect(readSpine(await spineOf(""))).rejects.toMatchObject({ code: "ASSAY_DATASETS_EMPTY_SPINE" });
});

it("names a file that is not there", async () => {
  const file = join(folder, "none.ndjson");
  await expect(readSpine(file)).rejects.toMatchObject({ problem: { code: "ASSAY_DATASETS_NO_SPINE", thing: file } });
});

it("is canonical JSON, row after row, and its hash is that of the whole text", () => {
  const odd = {
    decisionId: 'd "ü\u2028\ud800',
    t: 1.5e15,
    parties: { zoë: "b", ann: "a" },
    asked: { b: "2", a: "\n" },
  };
  const many = Array.from({ length: 2500 }, (_, i) => ({
    decisionId: `d-${i}`,
    t: i,
    parties: { a: `${i}` },
    asked: {},
  }));
  for (const spine of [[odd], [odd, ...many], many.slice(0, 1024), many.slice(0, 1025)]) {
    const text = spine.map((one) => canonicalJson(one)).join("\n");
    expect(spineText(spine)).toBe(text);
    expect(spineHashOf(spine)).toBe(hashText(text));
  }
});
