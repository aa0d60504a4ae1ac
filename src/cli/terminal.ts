// How commands speak: lines for people on a terminal, one JSON document with `--json`, progress on stderr in both, redrawn
// in place only where there is a terminal to draw on.

import pc from "picocolors";
import type { Progress } from "../base/index.ts";

export interface Terminal {
  readonly json: boolean;
  /** A line for people; silent with `--json`. */
  say(line: string): void;
  heading(title: string): void;
  /** The result of the command: the one document that `--json` prints. */
  result(document: unknown): void;
  readonly progress: Progress;
}

export function openTerminal(options: { readonly json: boolean }): Terminal {
  return {
    json: options.json,
    say: (line) => {
      if (!options.json) process.stdout.write(`${line}\n`);
    },
    heading: (title) => {
      if (!options.json) process.stdout.write(`\n${pc.bold(title)}\n`);
    },
    result: (document) => {
      if (options.json) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    },
    progress: process.stderr.isTTY === true ? redrawnProgress() : sparseProgress(),
  };
}

interface Running {
  readonly stage: string;
  readonly startedMs: number;
  shownMs: number;
}

function redrawnProgress(): Progress {
  let running: Running | null = null;
  return ({ stage, done, total, unit }) => {
    const now = Date.now();
    if (running?.stage !== stage) running = { stage, startedMs: now, shownMs: 0 };
    const finished = total > 0 && done >= total;
    if (now - running.shownMs < 100 && !finished) return;
    running.shownMs = now;
    process.stderr.write(`\r\u001b[2K  ${progressLine(stage, done, total, unit, now - running.startedMs)}`);
    if (finished) process.stderr.write("\r\u001b[2K");
  };
}

/** Without a terminal: a plain line at most every five seconds. */
function sparseProgress(): Progress {
  let running: Running | null = null;
  return ({ stage, done, total, unit }) => {
    const now = Date.now();
    if (running?.stage !== stage) running = { stage, startedMs: now, shownMs: now };
    if (now - running.shownMs < 5_000) return;
    running.shownMs = now;
    process.stderr.write(`  ${progressLine(stage, done, total, unit, now - running.startedMs)}\n`);
  };
}

export function progressLine(stage: string, done: number, total: number, unit: string, elapsedMs: number): string {
  const count = total > 0 ? `${thousands(done)} of ${thousands(total)} ${unit}` : `${thousands(done)} ${unit}`;
  const leftMs = total > 0 && done > 0 ? (elapsedMs / done) * (total - done) : 0;
  const left = leftMs > 2_000 ? `, about ${Math.ceil(leftMs / 1000)} s left` : "";
  return `${stage}: ${count}${left}`;
}

export function thousands(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A plain table with aligned columns; numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((name, i) => Math.max(name.length, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => align(cell, widths[i]!))
      .join("  ")
      .trimEnd();
  return [pc.dim(line(header)), ...rows.map(line)].map((text) => `  ${text}`);
}

function align(cell: string, width: number): string {
  return /^[-+]?[\d.]/.test(cell) ? cell.padStart(width) : cell.padEnd(width);
}
