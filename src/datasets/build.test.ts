import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatInstant, missingCode } from "../base/index.ts";
import { onlineFolder } from "../history/index.ts";
import { readTable } from "../storage/index.ts";
import { type BuiltDataset, buildDataset } from "./build.ts";
import { readDatasetRows } from "./dataset-rows.ts";
import { ASKED_AT, firstCutOff, openSmallHistory, type SmallHistory, schema } from "./fixtures/small-history.ts";
import { compareRoads } from "./parity.ts";
import { tableValues } from "./table-values.ts";

let small: SmallHistory;
let built: BuiltDataset;

beforeAll(async () => {
  small = await openSmallHistory();
  built = await buildDataset(small.request(), small.site(2));
});

afterAll(() => small.close());

const roadsOf = ({ file }: BuiltDataset) => {
  const { request, roles, snapshot } = small.request();
  return { file, schema, request, roles, snapshot, onlineFolder: onlineFolder(small.history.folder) };
};

describe("a dataset", () => {
  it("keeps the rows with an outcome and counts the others by why", () => {
    const { manifest } = built;
    // A sixth of sixty is never heard of, nor is the stranger; four ask too late.
    expect(manifest).toMatchObject({ spineRows: 65, rows: 50, dropped: { notObserved: 11, immature: 4 } });
    expect(manifest.positives).toBeGreaterThan(0);
    const { train, validation, test } = manifest.split.rows;
    expect(train + validation + test).toBe(manifest.rows);
    expect(manifest.columns).toEqual([
      "applicant.lateCount",
      "applicant.billed60d",
      "applicant.billed3",
      "applicant.amountOverBilled",
      "coApplicant.statements",
    ]);
  });

  it("holds the values that the naive twin and the online store give, in every bit", async () => {
    const report = await compareRoads(roadsOf(built), () => {});
    const linked = (await readDatasetRows(built.file, small.request())).filter(({ parties }) => parties.length === 2);
    expect(report).toEqual({ rows: 50, values: 50 * 4 + linked.length, differences: 0, causes: {}, examples: [] });
    expect(linked.length).toBeGreaterThan(10);
  });

  it("marks every value of a party that is absent as not linked", async () => {
    const alone = (await readDatasetRows(built.file, small.request())).filter(({ parties }) => parties.length === 1);
    expect(alone.length).toBeGreaterThan(10);
    for (const { values } of alone) {
      expect(values["coApplicant"]).toEqual({
        numbers: Float64Array.of(Number.NaN),
        kinds: Uint8Array.of(missingCode("not linked")),
      });
    }
  });

  it("gives back what was asked, in stored units, absent fields absent", async () => {
    const rows = await readDatasetRows(built.file, small.request());
    expect(rows.find(({ decisionId }) => decisionId === "d-00")).toMatchObject({
      t: ASKED_AT,
      asked: { amount: 10_050, purpose: 1 },
    });
    expect(rows.find(({ decisionId }) => decisionId === "d-01")?.asked).toEqual({ amount: 20_050 });
  });

  it("has the same bytes and the same hash each time", async () => {
    const again = await buildDataset(small.request(), { ...small.site(1), folder: join(small.folder, "again") });
    expect(again.hash).toBe(built.hash);
    expect(await readFile(again.file)).toEqual(await readFile(built.file));
  });

  it("only gains rows when the label's cut-off moves later", async () => {
    const earlier = await buildDataset(small.request({ labelCutOff: firstCutOff }), small.site(2));
    expect(earlier.manifest.dropped).toEqual({ notObserved: 31, immature: 4 });
    expect(earlier.manifest.label.cutOff).toBe(formatInstant(firstCutOff));
    const [few, all] = [await rowsById(earlier), await rowsById(built)];
    expect(few.size).toBe(30);
    for (const [id, row] of few) expect(all.get(id)).toEqual(row);
  });

  async function rowsById({ file }: BuiltDataset): Promise<Map<unknown, unknown[]>> {
    const { rows, columns } = await readTable([file]);
    const all = Object.values(columns).map(({ values }) => values as ArrayLike<unknown>);
    return new Map(Array.from({ length: rows }, (_, row) => [all[0]![row], all.map((values) => values[row])]));
  }

  it("is rebuilt value by value from table files, as a replay does", async () => {
    const { snapshot, request, roles } = small.request();
    const [{ set, meaningHash }] = [roles[0]!];
    const rows = await readDatasetRows(built.file, small.request());
    const moments = rows.map(({ parties, t, asked }) => ({
      entity: parties[0]!.entity,
      t,
      asked: { amount: asked["amount"]! / 100 },
    }));
    const values = await tableValues(snapshot, { schema, request, set, meaningHash }, moments);
    expect(values).toEqual(rows.map((row) => row.values["applicant"]));
  });
});

describe("a row that was asked nothing", () => {
  it("is built where no feature reads what was asked, and says that it lacks it", async () => {
    const { roles, spine } = small.request();
    const [{ set, ...role }] = [roles[0]!];
    const features = set.features.filter(({ name }) => name !== "amountOverBilled");
    const silent = spine.map((row) => ({ ...row, asked: {} }));
    const asking = { roles: [{ ...role, set: { ...set, features } }, roles[1]!] };
    const unasked = await buildDataset(small.request({ ...asking, name: "unasked", spine: silent }), small.site(1));
    const rows = await readDatasetRows(unasked.file, small.request(asking));
    const asked = await readDatasetRows(built.file, small.request(asking));
    expect(rows.map((row) => row.asked)).toEqual(rows.map(() => ({})));
    expect(rows.map(({ values }) => values)).toEqual(asked.map(({ values }) => values));
  });
});

describe("a build that fails", () => {
  const published = async () => (await readdir(small.site(1).folder)).filter((name) => !name.startsWith(".")).sort();

  it.each([
    [
      "a role that no set is bound to",
      { parties: { applicant: "borrower-01", coAplicant: "borrower-02" } },
      { nearest: "coApplicant" },
    ],
    ["nobody in the role of the label", { parties: { coApplicant: "borrower-01" } }, {}],
    ["a field that the request lacks", { asked: { amont: "1.00" } }, { nearest: "amount" }],
    [
      "an amount with too many decimals",
      { asked: { amount: "1.005" } },
      { wayOut: "Write a number in major units with at most 2 decimals" },
    ],
    [
      "a category that is none",
      { asked: { amount: "1.00", purpose: "boat" } },
      { wayOut: "Write one of its values: car, home" },
    ],
    [
      "a required field that is absent and read",
      { asked: { purpose: "car" } },
      {
        code: "ASSAY_DATASETS_NOT_ASKED",
        rule: 'it does not say what was asked as "amount", which feature "applicant.amountOverBilled" reads',
      },
    ],
  ])("names a row with %s", async (_, change, named) => {
    const before = await published();
    const spine = [...small.request().spine, { ...small.request().spine[1]!, decisionId: "odd", ...change }];
    const failing = buildDataset(small.request({ spine }), small.site(1));
    await expect(failing).rejects.toMatchObject({
      problem: { code: "ASSAY_DATASETS_BAD_SPINE_ROW", thing: 'row "odd"', ...named },
    });
    expect(await published()).toEqual(before);
  });

  it("says so where no outcome is known by the cut-off", async () => {
    const failing = buildDataset(small.request({ labelCutOff: ASKED_AT }), small.site(1));
    await expect(failing).rejects.toMatchObject({ code: "ASSAY_DATASETS_NO_LABELS" });
  });

  it("stops where it is interrupted", async () => {
    const failing = buildDataset(small.request({ name: "other" }), { ...small.site(1), signal: AbortSignal.abort() });
    await expect(failing).rejects.toThrow(/abort/);
  });
});
