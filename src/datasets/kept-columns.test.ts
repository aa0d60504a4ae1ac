import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FeatureSetNode } from "../define/index.ts";
import { type BuiltDataset, buildDataset, type DatasetRequest } from "./build.ts";
import { inEightBuckets, openSmallHistory, type SmallHistory, smallSpine } from "./fixtures/small-history.ts";
import { type BuildWork, KEPT_FOLDER } from "./kept-columns.ts";

let small: SmallHistory;
/** From nothing. */
let fresh: BuiltDataset & { readonly work: BuildWork };

/** One role of four features, and no applicants together. */
const alone = (more: Partial<DatasetRequest> = {}) => {
  const spine = smallSpine().map((row) => ({ ...row, parties: { applicant: row.parties["applicant"]! } }));
  return small.request({ spine, roles: small.request().roles.slice(0, 1), ...more });
};
const withSet = (change: (set: FeatureSetNode) => FeatureSetNode): Partial<DatasetRequest> => {
  const role = small.request().roles[0]!;
  return { roles: [{ ...role, set: change(role.set), meaningHash: "changed" }] };
};
const siteIn = (name: string) => ({ ...small.site(1), folder: join(small.folder, name) });
const rows = smallSpine().length;

beforeAll(async () => {
  small = await openSmallHistory();
  fresh = await buildDataset(alone(), siteIn("fresh"));
});

afterAll(() => small.close());

describe("a dataset built again on the same snapshot and spine", () => {
  it("computes only the column that is new, and gives the bytes of a build from nothing", async () => {
    const site = siteIn("grown");
    const fewer = withSet((set) => ({ ...set, features: set.features.slice(0, 3) }));
    expect((await buildDataset(alone(fewer), site)).work).toEqual({ computed: 3 * rows, reused: 0, foundRows: 0 });
    const grown = await buildDataset(alone(), site);
    expect(grown.work).toEqual({ computed: rows, reused: 3 * rows, foundRows: 0 });
    expect(fresh.work).toEqual({ computed: 4 * rows, reused: 0, foundRows: 0 });
    expect(await readFile(grown.file)).toEqual(await readFile(fresh.file));
    expect(grown.hash).toBe(fresh.hash);
    expect((await readdir(site.folder)).filter((name) => name.startsWith(".building-"))).toEqual([]);
  });

  it("finds a column by what it means: renamed it is used again, with another window it is not", async () => {
    const renamed = withSet((set) => ({
      ...set,
      features: set.features.map(({ feature }, i) => ({ name: `renamed${i}`, feature })),
    }));
    expect((await buildDataset(alone(renamed), siteIn("fresh"))).work.computed).toBe(0);
    const other = withSet((set) => {
      const [first, ...rest] = set.features;
      const value = {
        ...first!.feature.value,
        window: { kind: "ever" },
      } as FeatureSetNode["features"][0]["feature"]["value"];
      return { ...set, features: [{ ...first!, feature: { ...first!.feature, value } }, ...rest] };
    });
    expect((await buildDataset(alone(other), siteIn("fresh"))).work).toMatchObject({
      computed: rows,
      reused: 3 * rows,
    });
  });

  it("judges the label again at another cut-off, and computes nothing else", async () => {
    const labelCutOff = small.request().labelCutOff - 60 * 86_400_000_000;
    const earlier = await buildDataset(alone({ labelCutOff }), siteIn("fresh"));
    expect(earlier.work).toMatchObject({ computed: 0, reused: 4 * rows });
    expect(earlier.manifest.rows).toBeLessThan(fresh.manifest.rows);
    expect((await buildDataset(alone({ labelCutOff }), siteIn("other-cut-off"))).hash).toBe(earlier.hash);
  });

  it("computes again what is damaged", async () => {
    const site = siteIn("other-cut-off");
    const kept = join(site.folder, KEPT_FOLDER);
    const files = (await readdir(kept, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(files).toHaveLength(5);
    for (const { parentPath, name } of files.slice(0, 2)) await truncate(join(parentPath, name), 100);
    for (const { parentPath, name } of files.slice(2)) {
      const bytes = await readFile(join(parentPath, name));
      await writeFile(join(parentPath, name), bytes.with(-1, bytes.at(-1)! ^ 1));
    }
    const again = await buildDataset(alone(), site);
    expect(again.hash).toBe(fresh.hash);
    expect(again.work.computed).toBe(4 * rows);
  });
});

describe("a build that was killed", () => {
  it("goes on where it was, to the same bytes", async () => {
    const folder = join(small.folder, "killed");
    const script = new URL("fixtures/killed-build.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, [script, small.history.folder, folder], { stdio: "inherit" });
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
    const [parts, ...others] = (await readdir(folder)).filter((name) => name.startsWith(".building-"));
    expect(others).toEqual([]);
    expect((await readdir(join(folder, parts!))).length).toBeGreaterThanOrEqual(2);
    const request = alone({ snapshot: inEightBuckets(small.snapshot) });
    const built = await buildDataset(request, { ...small.site(1), folder });
    expect(built.work).toMatchObject({ computed: 4 * rows, reused: 0 });
    expect(built.work.foundRows).toBeGreaterThan(0);
    expect(built.work.foundRows).toBeLessThan(rows);
    expect(await readFile(built.file)).toEqual(await readFile(fresh.file));
  });
});
