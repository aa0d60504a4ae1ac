// How long whoever writes definitions waits for `assay check`: rules, types and lint over a workspace of many features, as a
// process of its own, from the first time to the next one after an edit. That it found all features, and a mistake where one
// was planted, is counted.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { invariant } from "../src/base/index.ts";
import type { Bench, Figure, Result, Size } from "./bench.ts";
import { quantile } from "./bench.ts";

const main = join(fileURLToPath(new URL("../", import.meta.url)), "src/cli/main.ts");
const sizes = { tiny: { features: 20, runs: 1 }, small: { features: 200, runs: 5 } };

interface Checked {
  readonly problems: readonly { readonly code: string }[];
  readonly parts: readonly { readonly part: string; readonly milliseconds: number; readonly notRun: string | null }[];
}

export const checkBench: Bench = {
  name: "check",
  work: "assay check over generated features: definitions, types and lint side by side, as a process",
  async run(size: Size): Promise<Result> {
    const { features, runs } = sizes[size];
    const root = mkdtempSync(join(tmpdir(), "assay-check-"));
    try {
      assay("init", join(root, "book"));
      const workspace = join(root, "book");
      const write = (text: string) => writeFileSync(join(workspace, "definitions", "many.ts"), text);
      write(manyFeatures(features));
      const first = checked(workspace);
      const again = Array.from({ length: runs }, (_, run) => {
        write(`${manyFeatures(features)}// edit ${run}\n`);
        return checked(workspace);
      });
      invariant(
        [first, ...again].every(({ found }) => found.problems.length === 0),
        "generated features have no problem",
      );
      write(manyFeatures(features).replace(".last(days(1))", ""));
      const codes = checked(workspace).found.problems.map(({ code }) => code);
      invariant(
        codes.length === 1 && codes[0] === "ASSAY_DEFINE_NO_WINDOW",
        `the planted mistake was told as ${codes.join()}`,
      );
      return {
        figures: figuresOf(first, again),
        agreed: features * (runs + 1) + 1,
        notes: ["Wall times, the start of Node among them."],
      };
    } finally {
      rmSync(root, { recursive: true });
    }
  },
};

interface Timed {
  readonly found: Checked;
  readonly ms: number;
}

function figuresOf(first: Timed, again: readonly Timed[]): Figure[] {
  const median = (values: readonly number[]): number =>
    quantile(
      [...values].sort((a, b) => a - b),
      0.5,
    );
  const parts = first.found.parts.map(({ part }, i) => {
    return { what: `of it ${part}`, value: median(again.map(({ found }) => found.parts[i]!.milliseconds)), unit: "ms" };
  });
  return [
    { what: "the first time", value: first.ms, unit: "ms" },
    { what: "after an edit", value: median(again.map(({ ms }) => ms)), unit: "ms" },
    ...parts,
  ];
}

function checked(workspace: string): Timed {
  const beganMs = performance.now();
  const { stdout } = assay("--json", "--workspace", workspace, "check");
  const found = JSON.parse(stdout) as Checked;
  for (const { part, notRun } of found.parts) invariant(notRun === null, `${part} did not run: ${notRun}`);
  return { found, ms: performance.now() - beganMs };
}

function assay(...args: readonly string[]): { readonly stdout: string } {
  const { stdout, stderr, error } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
  if (error !== undefined) throw error;
  invariant(stdout !== "", `assay ${args.join(" ")}: ${stderr}`);
  return { stdout };
}

/** One file over the events of `assay init`: counts, sums, means of expressions and ratios, each over its own window. */
function manyFeatures(count: number): string {
  const lines = Array.from({ length: count }, (_, i) => {
    const last = `.last(days(${i + 1}))`;
    const kinds = [
      `count(late)${last}`,
      `sum(statement.billed)${last}`,
      `mean(statement.billed.minus(statement.paid))${last}`,
      `sum(statement.paid)${last}.over(sum(statement.billed)${last})`,
    ];
    return `    made${i}: ${kinds[i % kinds.length]}.reason("Reason ${i}", { worse: "higher" }),`;
  });
  return [
    'import { atLeast, count, days, features, mean, sum } from "assay";',
    'import { borrower, statement } from "./portfolio.ts";',
    "",
    "const late = statement.where({ monthsLate: atLeast(1) });",
    "",
    'export const many = features("many", borrower, {',
    ...lines,
    '}, { owner: "credit-risk", use: "credit" });',
    "",
  ].join("\n");
}
