// The decider can open neither DuckDB nor table files: nothing that it imports leads there. What a process that decides has
// mapped and open is looked at in tests/decisions/.

import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

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
