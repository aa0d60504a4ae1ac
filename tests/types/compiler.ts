// The real compiler over one project, and what it said: tests of types hold its sentences, not only that it failed.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Refusal {
  readonly line: number;
  /** The sentence alone where the compiler's message ends in one, else the whole message. */
  readonly sentence: string;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export function compile(project: string, ...options: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync(
    process.execPath,
    ["node_modules/typescript/bin/tsc", "-p", project, "--noEmit", "--pretty", "false", ...options],
    { cwd: ROOT, encoding: "utf8" },
  );
  if (error !== undefined || stderr !== "") throw error ?? new Error(stderr);
  return stdout;
}

/** Compiles one definitions file given as text, as a user's project would. */
export function compileText(source: string, ...options: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "assay-types-"));
  try {
    writeFileSync(join(folder, "definitions.mts"), source);
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(textProject));
    return compile(join(folder, "tsconfig.json"), ...options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const textProject = {
  extends: join(ROOT, "tsconfig.json"),
  compilerOptions: { incremental: false, types: [], paths: { assay: [join(ROOT, "src/index.ts")] } },
  files: ["definitions.mts"],
  include: [],
  exclude: [],
};

export function refusalsIn(output: string): Refusal[] {
  return [...output.matchAll(/^.+\((\d+),\d+\): error TS\d+: (.*)$/gm)].map(([, line, message]) => ({
    line: Number(line),
    sentence: sentenceOf(String(message)),
  }));
}

function sentenceOf(message: string): string {
  const literal = /(?:to type|to parameter of type|'this' of type) '["`](.*)["`]'\.$/.exec(message)?.[1];
  return (literal ?? message.replaceAll(/import\("[^"]*"\)\./g, "")).replaceAll('\\"', '"');
}
