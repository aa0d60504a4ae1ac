// `assay check` compiles what an example's tsconfig.json names: its definitions and what they import, the language. A config or
// a generator in it would bring the whole house, and checking would take several times as long.

import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, it } from "vitest";
import { checkout } from "../e2e/assay-process.ts";

const examples = join(checkout, "examples");

it.each(readdirSync(examples))("%s compiles the language and no other room", (name) => {
  const project = join(examples, name, "tsconfig.json");
  const tsc = join(checkout, "node_modules/.bin/tsc");
  const files = execFileSync(tsc, ["--listFilesOnly", "-p", project], { encoding: "utf8" }).trim().split("\n");
  const within = files.map((file) => relative(join(checkout, "src"), file)).filter((path) => !path.startsWith(".."));
  const rooms = within.map((path) => path.split("/")[0]);
  expect(new Set(rooms)).toEqual(new Set(["base", "define", "index.ts"]));
  expect(files.some((file) => file.startsWith(join(examples, name, "definitions")))).toBe(true);
});
