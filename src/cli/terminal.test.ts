import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openTerminal, progressLine, table, thousands } from "./terminal.ts";

const plain = stripVTControlCharacters;

describe("a table", () => {
  it("aligns words to the left and numbers to the right", () => {
    const lines = table(
      ["model", "AUC", ""],
      [
        ["scorecard", "0.71", "in force"],
        ["deep", "12.5", ""],
      ],
    );
    expect(lines.map(plain)).toEqual([
      "  model      AUC", //
      "  scorecard  0.71  in force",
      "  deep       12.5",
    ]);
  });

  it("is its header alone where there are no rows", () => {
    expect(table(["code", "rows"], []).map(plain)).toEqual(["  code  rows"]);
  });
});

describe("progress", () => {
  it("says how much of how much, and how long still where that is worth knowing", () => {
    expect(progressLine("ingest", 5_000, 0, "events", 9_000)).toBe("ingest: 5,000 events");
    expect(progressLine("values", 500, 2_000, "rows", 10_000)).toBe("values: 500 of 2,000 rows, about 30 s left");
    expect(progressLine("values", 1_900, 2_000, "rows", 10_000)).toBe("values: 1,900 of 2,000 rows");
    expect(thousands(1_234_567.8)).toBe("1,234,568");
  });
});

describe("a terminal", () => {
  const printed = { stdout: "", stderr: "" };

  beforeEach(() => {
    vi.useFakeTimers();
    for (const stream of ["stdout", "stderr"] as const) {
      printed[stream] = "";
      vi.spyOn(process[stream], "write").mockImplementation((text) => {
        printed[stream] += String(text);
        return true;
      });
    }
  });

  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it("speaks to people, and keeps the document for programs", () => {
    const terminal = openTerminal({ json: false });
    terminal.heading("1. Begin");
    terminal.say("a line");
    terminal.result({ answer: 42 });
    expect(plain(printed.stdout)).toBe("\n1. Begin\na line\n");
  });

  it("prints one document and nothing else with --json", () => {
    const terminal = openTerminal({ json: true });
    terminal.heading("1. Begin");
    terminal.say("a line");
    terminal.result({ answer: 42 });
    expect(JSON.parse(printed.stdout)).toEqual({ answer: 42 });
  });

  it("without a screen, tells progress in plain lines on standard error, now and then", () => {
    const { progress } = openTerminal({ json: true });
    const at = (ms: number, done: number) => {
      vi.setSystemTime(ms);
      progress({ stage: "fill", done, total: 100, unit: "rows" });
    };
    at(0, 0);
    at(1_000, 10);
    at(5_000, 50);
    at(6_000, 60);
    at(10_000, 99);
    expect(printed.stdout).toBe("");
    expect(printed.stderr).toBe("  fill: 50 of 100 rows, about 5 s left\n  fill: 99 of 100 rows\n");
  });
});
