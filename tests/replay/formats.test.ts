// Yesterday's bytes read by today's code, and today's code writing what yesterday's did: one table, the same questions of
// every format. A format that is in the sources and not in the table fails here.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { isAssayError } from "../../src/base/index.ts";
import { Workplace } from "./format.ts";
import { formats, heldElsewhere } from "./formats.ts";
import { goldenFiles } from "./golden.ts";

const at = new Workplace();
afterAll(() => at.close());

const root = new URL("../../", import.meta.url);

const goldens = goldenFiles();

/** What reading gives after a way through JSON, as the golden file went. */
const throughJson = (meaning: unknown): unknown => JSON.parse(JSON.stringify(meaning));

const known = new Set([...formats, ...heldElsewhere].flatMap((format) => [format.name, ...(format.holds ?? [])]));

const possible = formats.filter((format) => format.possible !== false);

describe.each(possible.map((format) => [format.name, format] as const))("%s", (name, format) => {
  const kept = goldens.filter((golden) => golden.format === name);
  const newest = kept.find(({ version }) => version === format.version);
  const meaningOf = async (bytes: Buffer) => throughJson(await format.read(bytes, at));

  test("has a golden file of the version it writes", () => {
    const wayOut = `no golden file of ${name} version ${format.version}: see tests/replay/README.md`;
    expect(newest === undefined ? wayOut : "held").toBe("held");
  });

  const versions = kept.map((golden) => [golden.version, golden] as const);
  test.each(versions)("version %i means what it meant", async (_, { bytes, meaning }) => {
    expect(await meaningOf(bytes)).toEqual(meaning);
  });

  test("another version is refused by name", async () => {
    const read = async () => await format.read(format.future(newest!.bytes), at);
    expect(await codeOf(read())).toBe(format.refusal);
  });

  const { write } = format;
  if (write === null) return;
  test("is written as it was", async () => {
    const written = await write(at);
    if (format.compare === "bytes") expect(readable(written)).toBe(readable(newest!.bytes));
    else expect(await meaningOf(written)).toEqual(newest!.meaning);
  });
});

/** Text where it is text, so that a difference can be read. */
function readable(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? text : bytes.toString("hex");
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => "no error",
    (error: unknown) => (isAssayError(error) ? error.code : String(error)),
  );
}

test.each(heldElsewhere.map((held) => [held.name, held] as const))("%s is held where the table says", (_, held) => {
  const file = new URL(held.test, root);
  expect(existsSync(file)).toBe(true);
  expect(readFileSync(file, "utf8")).toContain(held.golden);
});

test("every golden file belongs to a format of the table", () => {
  const names = new Set(formats.map(({ name }) => name));
  expect(goldens.filter(({ format }) => !names.has(format)).map(({ format }) => format)).toEqual([]);
});

test("every document that the sources write stands in the table", () => {
  const files = readdirSync(new URL("src/", root), { recursive: true }).map(String);
  const sources = files.filter((name) => name.endsWith(".ts") && !/\.test\.ts$|fixtures\//.test(name));
  const names = sources.flatMap((name) => {
    const text = readFileSync(new URL(`src/${name}`, root), "utf8");
    return [...text.matchAll(/\bformat: "assay\.([a-z-]+)"/g)].map((match) => match[1]!);
  });
  expect(new Set(names).size).toBeGreaterThan(8);
  expect([...new Set(names)].filter((name) => !known.has(name))).toEqual([]);
});
