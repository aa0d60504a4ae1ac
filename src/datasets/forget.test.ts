import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readTable } from "../storage/index.ts";
import { buildDataset } from "./build.ts";
import { openSmallHistory, type SmallHistory } from "./fixtures/small-history.ts";
import { datasetsHolding, spineWithout, withdrawDatasets } from "./forget.ts";
import { spineRowsOf, spineText } from "./spine.ts";
import { checkNotWithdrawn } from "./withdrawn.ts";

let small: SmallHistory;

beforeAll(async () => {
  small = await openSmallHistory();
});

afterAll(() => small.close());

it("finds a person in any role, and takes those datasets' rows away and no other's", async () => {
  const folder = small.site(1).folder;
  const all = await buildDataset(small.request(), small.site(1));
  const { spine } = small.request();
  // Borrower 10 is asked about with borrower 3, as the second of two.
  const [first, second] = [spine[3]!.parties["applicant"]!, spine[3]!.parties["coApplicant"]!];
  const named = (entity: string) => spine.filter(({ parties }) => Object.values(parties).includes(entity));
  const joint = await buildDataset(small.request({ name: "joint", spine: [spine[3]!] }), small.site(1));
  const without = spine.filter((row) => !named(second).includes(row));
  const others = await buildDataset(small.request({ name: "others", spine: without }), small.site(1));

  const rows = (await readTable([joint.file], { columns: ["entity", "split"] })).columns;
  expect(rows["entity"]!.values).toEqual([first]);
  const found = await datasetsHolding(folder, [second]);
  expect(found.map(({ dataset }) => dataset)).toEqual([all.hash, joint.hash].sort());
  expect(found.find(({ dataset }) => dataset === joint.hash)).toEqual({
    dataset: joint.hash,
    rows: 1,
    splits: rows["split"]!.values,
  });
  expect(await datasetsHolding(folder, ["nobody", "it's quoted"])).toEqual([]);

  await writeFile(join(folder, joint.hash, "flat.parquet"), second);
  await mkdir(join(folder, ".building-cut-off"));
  await writeFile(join(folder, ".building-cut-off", "rows.parquet"), second);
  const datasets = found.map(({ dataset }) => dataset);
  for (let time = 0; time < 2; time++) await withdrawDatasets(folder, datasets, "a person was erased");
  expect(await readdir(folder)).toEqual([all.hash, joint.hash, others.hash].sort());
  expect(await readdir(join(folder, others.hash))).toEqual(["manifest.json", "rows.parquet"]);
  for (const hash of datasets) {
    expect(await readdir(join(folder, hash))).toEqual(["withdrawn.json"]);
    await expect(checkNotWithdrawn(folder, hash)).rejects.toMatchObject({ code: "ASSAY_DATASETS_WITHDRAWN" });
    const word = JSON.parse(await readFile(join(folder, hash, "withdrawn.json"), "utf8"));
    expect(word).toMatchObject({ format: "assay.withdrawn", version: 1, why: "a person was erased" });
  }
  await checkNotWithdrawn(folder, others.hash);
  expect(await datasetsHolding(folder, [second])).toEqual([]);
});

it("leaves out of a spine every row in which a person stands", () => {
  const { spine } = small.request();
  const { applicant, coApplicant } = spine[3]!.parties;
  const left = spineRowsOf(spineWithout(spineText(spine), new Set([coApplicant!]))!);
  expect(left).toEqual(spine.filter(({ parties }) => !Object.values(parties).includes(coApplicant!)));
  expect(left.length).toBeLessThan(spine.length);
  expect(spineWithout(spineText([spine[3]!]), new Set([applicant!]))).toBeNull();
});
