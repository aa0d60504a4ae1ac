// Every bench at its smallest, so that none can rot: what it computes is compared with a second way; no time is asserted.
// (A figure may be 0: CPU time is counted in ticks that a tiny run does not reach.)

import { expect, test } from "vitest";
import { benches } from "./all.ts";
import { report, reportLines } from "./bench.ts";

test.each(benches.map((bench) => [bench.name, bench] as const))("%s agrees with its peer", async (name, bench) => {
  const measured = await report(bench, "tiny", "test");
  expect(measured.agreed).toBeGreaterThanOrEqual(10);
  expect(measured.figures.length).toBeGreaterThan(2);
  for (const { what, value } of measured.figures)
    expect([what, Number.isFinite(value) && value >= 0]).toEqual([what, true]);
  const text = reportLines(measured).join("\n");
  for (const said of [name, measured.commit, measured.machine, "seed test"]) expect(text).toContain(said);
});
