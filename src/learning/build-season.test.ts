import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildSeason } from "./build-season.ts";
import { readDecisionRows } from "./decision-rows.ts";
import { cutOff, openSmallSeason, type SmallSeason, spine } from "./fixtures/small-season.ts";

let season: SmallSeason;

beforeAll(async () => {
  season = await openSmallSeason();
});

afterAll(() => season.close());

/** A vault that knows nobody as erased at first, and somebody from the `from`th question on. */
function erasedFrom(from: number) {
  const { vault } = season.site;
  let asked = 0;
  return { ...vault, erased: async () => new Set(++asked >= from ? [spine()[0]!.parties["applicant"]!] : []) };
}

it("refuses a spine with somebody who was erased, and leaves nothing where it happened meanwhile", async () => {
  const split = { seed: "erased", train: 0.6, validation: 0.2 };
  const given = { spine: spine(), snapshot: season.snapshot, labelCutOff: cutOff, split };
  const refused = { code: "ASSAY_LEARNING_ERASED_PEOPLE" };
  const folder = season.site.folder("datasets");
  await expect(buildSeason(season.plan, given, { ...season.site, vault: erasedFrom(1) })).rejects.toMatchObject(
    refused,
  );
  expect(await readdir(folder).catch(() => [])).toEqual([]);
  await expect(buildSeason(season.plan, given, { ...season.site, vault: erasedFrom(2) })).rejects.toMatchObject(
    refused,
  );
  const files = await readdir(folder, { recursive: true });
  expect(files.filter((name) => name.includes("."))).toEqual([expect.stringMatching(/withdrawn\.json$/)]);
  expect(await season.site.registry.artefacts("spine")).toEqual([]);
});

it("builds what was asked nothing where no feature reads it, and decides nothing on it", async () => {
  const silent = spine().map((row) => ({ ...row, asked: {} }));
  const given = {
    snapshot: season.snapshot,
    labelCutOff: cutOff,
    split: { seed: "asked", train: 0.6, validation: 0.2 },
  };
  const { file } = await buildSeason(season.plan, { ...given, spine: silent }, season.site);
  await expect(readDecisionRows(file, season.plan, "test")).rejects.toMatchObject({
    problem: { code: "ASSAY_LEARNING_NOT_ASKED", rule: expect.stringContaining('asked as "amount"') },
  });
  const asked = await buildSeason(season.plan, { ...given, spine: spine() }, season.site);
  expect((await readDecisionRows(asked.file, season.plan, "test")).length).toBeGreaterThan(50);
});
