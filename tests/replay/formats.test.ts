// Yesterday's bytes read by today's code, and today's code writing what yesterday's did: one table, the same questions of
// every format. A format that is in the sources and not in the table fails here.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { isAssayError } from "../../src/base/index.ts";
import { Workplace } from "./format.ts";
import { formats, heldElsewhere } from "./formats.ts";
import { goldenFiles, keepGolden } from "./golden.ts";

const at = new Workplace();
afterAll(() => at.close());

const root = new URL("../../", import.meta.url);

/** ASSAY_NEW_GOLDEN=1 writes the first golden file of a version that has none; never one that is there. */
if (process.env["ASSAY_NEW_GOLDEN"] === "1") {
  for (const format of formats) {
    const { name, version } = format;
    const there = goldenFiles().some((golden) => golden.format === name && golden.version === version);
    if (there || format.write === null) continue;
    const bytes = await format.write(at);
    keepGolden({ format: name, version, bytes, meaning: await format.read(bytes, at) });
  }
}

const goldens = goldenFiles();

/** What reading gives after a way through JSON, as the golden file went. */
const throughJson = (meaning: unknown): unknown => JSON.parse(JSON.stringify(meaning));

const known = new Set([...formats, ...heldElsewhere].flatMap((format) => [format.name, ...(format.holds ?? [])]));

describe.each(formats.filter(({ possible }) => possible !== false).map((format) => [format.name, format] as const))(
  "%s",
  (name, format) => {
    const kept = goldens.filter((golden) => golden.format === name);
    const newest = kept.find(({ version }) => version === format.version);

    test("has a golden file of the version it writes", () => {
      const wayOut = `no golden file of ${name} version ${format.version}: see tests/replay/README.md`;
      expect(newest === undefined ? wayOut : "held").toBe("held");
    });

    test.each(kept.map((golden) => [golden.version, golden] as const))(
      "version %i means what it meant",
      async (_, golden) => {
        expect(throughJson(await format.read(golden.bytes, at))).toEqual(golden.meaning);
      },
    );

    test.skipIf(format.write === null)("is written as it was", async () => {
      const written = await format.write!(at);
      if (format.compare === "bytes") expect(readable(written)).toBe(readable(newest!.bytes));
      else expect(throughJson(await format.read(written, at))).toEqual(newest!.meaning);
    });

    test("another version is refused by name", async () => {
      const read = async () => await format.read(format.future(newest!.bytes), at);
      expect(await codeOf(read())).toBe(format.refusal);
    });
  },
);

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
