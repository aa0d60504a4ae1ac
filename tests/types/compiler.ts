// The real compiler over one project, and what it said: tests of types hold its sentences, not only that it failed.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Refusal {
  readonly file: string;
  readonly line: number;
  /** The sentence alone where the compiler's message ends in one, else the whole message. */
  readonly sentence: string;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export function compile(project: string, ...options: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync(
    process.execPath,
    ["node_modules/typescript/bin/tsc", "-p", project, "--pretty", "false", ...options],
    { cwd: ROOT, encoding: "utf8" },
  );
  if (error !== undefined || stderr !== "") throw error ?? new Error(stderr);
  return stdout;
}

export function refusalsIn(output: string): Refusal[] {
  return [...output.matchAll(/^(.+)\((\d+),\d+\): error TS\d+: (.*)$/gm)].map(([, file, line, message]) => ({
    file: String(file).replace(/^.*\//, ""),
    line: Number(line),
    sentence: sentenceOf(String(message)),
  }));
}

function sentenceOf(message: string): string {
  const literal = /(?:to type|to parameter of type) '["`](.*)["`]'\.$/.exec(message)?.[1];
  return (literal ?? message.replaceAll(/import\("[^"]*"\)\./g, "")).replaceAll('\\"', '"');
}
