// What the linter says of the definitions: a condition over a definition is always true, which no type forbids everywhere.

import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { AssayError, type Problem } from "../../base/index.ts";
import { problems } from "../errors.ts";
import { type CheckSite, notRun, type PartFound } from "./part.ts";
import { commandOf, runTool } from "./tool.ts";
import { lastLine } from "./types.ts";

interface Diagnostic {
  readonly message: string;
  readonly code: string;
  readonly severity: string;
  readonly help?: string;
  readonly filename: string;
  readonly labels: readonly { readonly span: { readonly line: number } }[];
}

/** Throws ASSAY_CLI_TOOL_FAILED where the linter itself fails. */
export async function checkLint({ found: { root }, files, signal }: CheckSite): Promise<PartFound> {
  const [command, types] = [commandOf("oxlint", root), commandOf("oxlint-tsgolint", root)];
  // Without types, the rules that a condition needs would pass in silence.
  if (command === undefined || types === undefined)
    return notRun("oxlint or oxlint-tsgolint is not installed; run npm install");
  if (!existsSync(join(root, "tsconfig.json"))) return notRun("the workspace has no tsconfig.json");
  const args = ["--type-aware", "--quiet", "--format", "json", ...files];
  const { stdout, stderr } = await runTool(command, args, { cwd: root, signal, helpers: [types] });
  return {
    problems: firstOfEachLine(diagnosticsOf(stdout, stderr)).map((found) => problemOf(found, root)),
    notRun: null,
  };
}

function diagnosticsOf(stdout: string, stderr: string): readonly Diagnostic[] {
  try {
    const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly Diagnostic[] };
    return diagnostics.filter(({ severity }) => severity === "error");
  } catch (error) {
    throw new AssayError(problems.TOOL_FAILED("oxlint", { why: lastLine(stderr + stdout) }), { cause: error });
  }
}

/** Several rules say the same of one condition. */
function firstOfEachLine(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [
    ...new Map(diagnostics.toReversed().map((found) => [`${found.filename}:${lineOf(found)}`, found])).values(),
  ].toReversed();
}

function problemOf(found: Diagnostic, root: string): Problem {
  const path = resolve(root, found.filename);
  const place = { file: relative(process.cwd(), path), line: lineOf(found) };
  const { message, code } = found;
  return problems.LINT(relative(root, path), { message: message.replace(/\.$/, ""), code }, { place });
}

function lineOf({ labels }: Diagnostic): number {
  return labels[0]?.span.line ?? 1;
}
