// Every bench at its smallest, so that none can rot: what it computes is compared with a second way; no time is asserted.

import { expect, test } from "vitest";
import { benches } from "./all.ts";
import { report, reportLines } from "./bench.ts";

test.each(benches.map((bench) => [bench.name, bench] as const))("%s agrees with its peer", async (name, bench) => {
  const measured = await report(bench, "tiny", "test");
  expect(measured.agreed).toBeGreaterThanOrEqual(10);
  expect(measured.figures.length).toBeGreaterThan(2);
  for (const { what, value } of measured.figures) expect([what, value > 0]).toEqual([what, true]);
  const text = reportLines(measured).join("\n");
  for (const said of [name, measured.commit, measured.machine, "seed test"]) expect(text).toContain(said);
});
