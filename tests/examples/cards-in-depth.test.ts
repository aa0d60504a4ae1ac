// The published table through a mapping alone, with the whole language over it: of the first card holder, what is expected was
// worked out by hand from her row.

import { readFile, writeFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BuiltDataset } from "../../src/datasets/index.ts";
import { Example } from "./example.ts";

const PEOPLE = 400;
const table = new URL("../../examples/card-lines/data/card-holders.csv.gz", import.meta.url);

describe("examples/cards-in-depth", { timeout: 240_000 }, () => {
  let example: Example;
  let built: BuiltDataset;

  beforeAll(async () => {
    example = await Example.open("cards-in-depth");
  });
  afterAll(() => example.close());

  it("is checked, and taken in by a mapping", async () => {
    expect(await example.run("check")).toMatchObject({ code: 0 });
    const lines = gunzipSync(await readFile(table))
      .toString("utf8")
      .split("\n");
    const file = example.path("card-holders.csv");
    await writeFile(file, lines.slice(0, PEOPLE + 1).join("\n"));
    const answer = await example.json("ingest", file, "--mapping", example.file("mapping.json"));
    expect(answer).toMatchObject({ accepted: 8 * PEOPLE, quarantined: [] });
  });

  it("draws its spine from a SELECT, and builds", async () => {
    built = await example.json("build", "cards-in-depth", "--spine", example.file("reviews.sql"));
    expect(built.manifest).toMatchObject({ rows: PEOPLE, dropped: {} });
  });

  it("says of the first card holder what her row says", async () => {
    const { label, values } = await example.row(built, "review-holder-1");
    expect(values).toMatchObject({
      // Newest first. Three of six statements owe something, 7,704 together; a limit of 20,000, and 25,000 with the increase.
      "applicant.billed1": 3_913,
      "applicant.billed2": 3_102,
      "applicant.billed3": 689,
      "applicant.billed6": 0,
      "applicant.limitLog": 9.903487552536127,
      "applicant.utilisation": 3_913 / 20_000,
      "applicant.afterIncrease": 3_913 / 25_000,
      "applicant.headroom": 16_087,
      "applicant.owedChange92d": 7_704,
      "applicant.level": 7_704 / 3,
      // Of 0, 0, 0, 689, 3,102 and 3,913: the third, the sixth, and the squares about 1,284, summed, over five.
      "applicant.owedMedian184d": 0,
      "applicant.owedHigh184d": 3_913,
      "applicant.owedVariance184d": 15_516_758 / 5,
      "applicant.owedHalfYearAgo": 0,
      "applicant.paidShareWorst184d": 0,
      "applicant.shortfallWorst3": 3_913,
      "applicant.paidInSpring": 0,
      // Late on August's statement; September's status is on another scale and in another field, so five of six have one.
      "applicant.lateShare184d": 1 / 6,
      "applicant.lateStreak184d": 1,
      "applicant.lateStreakNow": 1,
      "applicant.usuallyLate184d": 0,
      "applicant.sameHabit184d": 4 / 5,
      "applicant.owedWhenLate184d": 3_102,
      "applicant.lateAndOwing": 1,
    });
    expect(label).toBe(1);
  });

  it("has the same values on four roads, bit for bit", async () => {
    expect(await example.json("parity", "cards-in-depth")).toMatchObject({ differences: 0, rows: PEOPLE });
  });
});
