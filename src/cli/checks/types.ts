// What TypeScript says of the definitions, by the workspace's own tsconfig.json: each refusal as the one sentence that its
// author reads in an editor. What was compiled is noted below the state folder, so that the next check looks at less.

import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { AssayError, type Problem } from "../../base/index.ts";
import { problems } from "../errors.ts";
import { type CheckSite, notRun, type PartFound } from "./part.ts";
import { commandOf, runTool } from "./tool.ts";

/** Throws ASSAY_CLI_TOOL_FAILED where the compiler itself fails. */
export async function checkTypes({ found: { root, stateFolder }, signal }: CheckSite): Promise<PartFound> {
  const project = join(root, "tsconfig.json");
  if (!existsSync(project)) return notRun("the workspace has no tsconfig.json");
  const command = commandOf("typescript", root);
  if (command === undefined) return notRun("typescript is not installed; run npm install");
  const folder = join(stateFolder, "check");
  await mkdir(folder, { recursive: true });
  const note = join(folder, "types.tsbuildinfo");
  const options = ["--noEmit", "--pretty", "false", "--incremental", "--tsBuildInfoFile", note];
  const { code, stdout, stderr } = await runTool(command, ["-p", project, ...options], { cwd: root, signal });
  const told = refusalsIn(stdout);
  if (code !== 0 && told.length === 0)
    throw new AssayError(problems.TOOL_FAILED("typescript", { why: lastLine(stderr + stdout) }));
  return { problems: told.flatMap((refusal) => problemOf(refusal, root)), notRun: null };
}

interface Refusal {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

function refusalsIn(output: string): Refusal[] {
  return [...output.matchAll(/^(.+)\((\d+),\d+\): error TS\d+: (.*)$/gm)].map(([, file, line, message]) => ({
    file: file!,
    line: Number(line),
    message: message!,
  }));
}

/** What lies outside the workspace is not its author's to mend. */
function problemOf({ file, line, message }: Refusal, root: string): Problem[] {
  const path = resolve(root, file);
  const within = relative(root, path);
  if (within.startsWith("..") || within.includes("node_modules")) return [];
  const place = { file: relative(process.cwd(), path), line };
  return [problems.TYPE(within, { sentence: sentenceOf(message) }, { place })];
}

/** The sentence that a type refuses with; the compiler's own message, without paths of imports, where there is none. */
function sentenceOf(message: string): string {
  const sentence = /(?:to type|to parameter of type|'this' of type) '["`](.*)["`]'\.$/.exec(message)?.[1];
  return (sentence ?? message.replaceAll(/import\("[^"]*"\)\./g, "").replace(/\.$/, "")).replaceAll('\\"', '"');
}

export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
