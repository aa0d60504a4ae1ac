// The decider can open neither DuckDB nor table files: nothing that it imports leads there, and a process that decides has
// none of it mapped or open.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { onlineFolder } from "../history/index.ts";
import { openSite, takeInPeople } from "./fixtures/decision-site.ts";
import { lineRequest } from "./fixtures/line-request.ts";

const source = fileURLToPath(new URL("..", import.meta.url));
const worker = "decisions/decider.worker.ts";

/** What a module loads when it runs: imports and re-exports that are not of types alone, `import()` and `require`. */
function loadedBy(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const statements = /^\s*(?:import|export)\s+(?!type\b)(?:[^;"']*?\sfrom\s+)?["']([^"']+)["']/gm;
  const calls = /\b(?:import|require|createRequire\([^)]*\))\(\s*["']([^"']+)["']/g;
  return [...code.matchAll(statements), ...code.matchAll(calls)].map((match) => match[1]!);
}

/** Files below src/ and packages that are loaded with `entry`. */
function reachOf(entry: string): { readonly files: string[]; readonly packages: string[] } {
  const [files, packages] = [new Set([entry]), new Set<string>()];
  for (const file of files) {
    for (const specifier of loadedBy(readFileSync(join(source, file), "utf8"))) {
      if (specifier.startsWith(".")) files.add(relative(source, join(source, dirname(file), specifier)));
      else packages.add(specifier);
    }
  }
  return { files: [...files], packages: [...packages] };
}

describe("what the decider imports", () => {
  const { files, packages } = reachOf(worker);

  it("is policy, kernels and a reader of online histories", () => {
    expect(files).toEqual(
      expect.arrayContaining(["policy/decide.ts", "compile/kernel.ts", "history/online-reader.ts"]),
    );
    expect(packages).toContain("lmdb");
  });

  it("is no table file, no log and no database", () => {
    expect(files.filter((file) => file.startsWith("storage/") || file === "history/index.ts")).toEqual([]);
    expect(packages.filter((name) => /duckdb|^pg$|kysely|parquet/.test(name))).toEqual([]);
    expect(packages.filter((name) => !name.startsWith("node:")).sort()).toEqual([
      "@noble/hashes/sha2.js",
      "@noble/hashes/utils.js",
      "lmdb",
      "moment-timezone",
      "zod",
    ]);
  });

  it("would be found, did it import one: the whole of history leads to DuckDB", () => {
    expect(reachOf("history/index.ts").packages).toContain("@duckdb/node-api");
  });
});

describe("a process that only decides", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "assay-reach-"));
    const site = await openSite(folder);
    await takeInPeople(site);
    await site.history.seal();
    await site.service.decide(lineRequest("b-bad", "warm"));
    await site.close();
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("has no DuckDB mapped and no table file open after deciding", async () => {
    const script = fileURLToPath(new URL("./fixtures/deciding-alone.ts", import.meta.url));
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
});
