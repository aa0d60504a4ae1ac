// `docs/guides/your-own-data.md`, followed to the letter: its files are written, its definitions changed, its commands run in a
// shell, and what they print is what it shows. `HASH` stands for any hash.

import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Metadata, openMetadata } from "../../src/storage/index.ts";
import { checkout, Ground, hasPython } from "../e2e/assay-process.ts";
import { type Block, blocksOf, type Step, stepsOf, words } from "./guide-text.ts";

const guide = await readFile(join(checkout, "docs/guides/your-own-data.md"), "utf8");
const definitions = "my-portfolio/definitions/portfolio.ts";

/** What a command prints where its answer is no. */
const SAYS_NO = /^ASSAY_|[1-9]\d* quarantined\./;

let ground: Ground;
let metadata: Metadata | undefined;
/** Of the training set, once it is built. */
let rows = "";

beforeAll(async () => {
  ground = await Ground.open();
});

afterAll(async () => {
  await metadata?.close();
  await ground.close();
});

function typed(command: string): { readonly code: number | null; readonly printed: string } {
  const said = command.replaceAll("/path/to/checkout", checkout.replace(/\/$/, "")).replaceAll("ROWS", rows);
  const env = { ...process.env, NO_COLOR: "1", PATH: `${checkout}${delimiter}${process.env["PATH"] ?? ""}` };
  const { status, stdout, stderr } = spawnSync("bash", ["-c", said], { cwd: ground.folder, env, encoding: "utf8" });
  return { code: status, printed: words(stdout + stderr) };
}

/** Runs a step; it prints what the guide shows, which may end earlier. */
async function follow({ command, printed }: Step): Promise<void> {
  if (command.includes(".venv/bin/python") && !hasPython) return;
  const ended = typed(command);
  const shown = words(printed.join("\n"));
  const code = SAYS_NO.test(shown) ? 1 : 0;
  const told = shown.includes("HASH") ? ended.printed.replaceAll(/[0-9a-f]{64}/g, "HASH") : ended.printed;
  expect({ command, code: ended.code, printed: told.slice(0, shown.length) }).toEqual({
    command,
    code,
    printed: shown,
  });
  rows = /Rows: (\S+)/.exec(ended.printed)?.[1] ?? rows;
  // Held open from the first command on, so that the others need not start it.
  metadata ??= await openMetadata(ground.path("my-portfolio/.assay"));
}

async function edit(before: string | RegExp, after: string): Promise<void> {
  const text = await readFile(ground.path(definitions), "utf8");
  const changed = text.replace(before, () => after);
  expect(changed).not.toBe(text);
  await writeFile(ground.path(definitions), changed);
}

/** What a block asks for where it holds no commands. */
async function obey({ before, lines }: Block): Promise<void> {
  const [first = ""] = lines;
  const text = lines.join("\n");
  const named = /`([a-z-]+\.(?:csv|json))`(?::$| says)/.exec(before)?.[1];
  if (named !== undefined) return await writeFile(ground.path(named), `${text}\n`);
  if (first === "fields: {") {
    const imported = /^with (.*) in the import/m.exec(guide)![1]!.matchAll(/`(\w+)`/g);
    await edit("import {", `import { ${Array.from(imported, ([, name]) => name).join(", ")},`);
    return await edit(/fields: \{.*\},/, text);
  }
  if (first.startsWith("lateStreak:")) return await edit("    billedNow:", `${text}\n    billedNow:`);
  if (first.startsWith("ASSAY_DEFINE_")) {
    const wrong = /^Try `(.*)` as a feature/.exec(before)![1]!;
    await edit("    billedNow:", `    ${wrong}\n    billedNow:`);
    await follow({ command: "assay --workspace my-portfolio check", printed: lines });
    await edit(`    ${wrong}\n`, "");
  }
}

it("prints what it shows, from two files to a training set that four roads agree on", {
  timeout: 240_000,
}, async () => {
  const mended = /With `(\{.*\})` in\s+`mended\.ndjson`/.exec(guide)![1]!;
  await writeFile(ground.path("mended.ndjson"), `${mended}\n`);
  let followed = 0;
  for (const block of blocksOf(guide)) {
    const steps = stepsOf(block);
    for (const step of steps) await follow(step);
    if (steps.length === 0) await obey(block);
    followed += steps.length;
  }
  expect(followed).toBeGreaterThan(10);
});
