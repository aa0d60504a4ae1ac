// A process that only decides has no DuckDB mapped and no table file open.

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { onlineFolder } from "../../src/history/index.ts";
import { openSite, takeInPeople } from "./decision-site.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-reach-"));
  const site = await openSite(folder);
  await takeInPeople(site);
  await site.history.seal();
  await site.close();
});
afterAll(() => rm(folder, { recursive: true }));

it("decides without: no DuckDB mapped and no table file open after deciding", async () => {
  const script = fileURLToPath(new URL("./deciding-alone.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, onlineFolder(join(folder, "history"))]);
  const { disposition, mapped, open } = JSON.parse(stdout) as {
    disposition: string;
    mapped: string[];
    open: string[];
  };
  expect(disposition).toBe("decline");
  expect(mapped.some((path) => path.includes("lmdb"))).toBe(true);
  expect(mapped.filter((path) => /duckdb/i.test(path))).toEqual([]);
  expect(open.some((path) => path.endsWith("histories.mdb"))).toBe(true);
  expect(open.filter((path) => /\.parquet$|\.log$/.test(path))).toEqual([]);
});
