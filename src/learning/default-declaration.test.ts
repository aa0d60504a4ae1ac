import { expect, it } from "vitest";
import { withDefaults } from "./default-declaration.ts";

const defaults = withDefaults({ bundle: "lines" });

it("declares every gate and guardrail, a person's approval, and a way in that is guarded", () => {
  expect(defaults.gates!.map(({ gate }) => gate)).toEqual([
    "data",
    "inputs",
    "discrimination",
    "calibration",
    "slices",
    "fairness",
    "reasons",
    "stability",
    "latency",
    "size",
    "replay",
  ]);
  expect(defaults.guardrails!.map(({ guardrail }) => guardrail)).toEqual([
    "errors",
    "latency",
    "approvalRate",
    "scoreShift",
    "missingRate",
    "reasonMix",
  ]);
  expect(defaults).toMatchObject({ bundle: "lines", approval: "person", stopped: false, freezes: [] });
  expect(defaults.canary!.share).toBeLessThanOrEqual(0.5);
  expect(defaults.triggers).toBeUndefined();
});

it("keeps what is given", () => {
  const given = {
    bundle: "lines",
    approval: "envelope",
    bake: { decisions: 7 },
    triggers: { outcomes: 5 },
    stopped: true,
  } as const;
  expect(withDefaults(given)).toMatchObject(given);
});

it("widens a gate that is declared and leaves none out", () => {
  const given = withDefaults({
    bundle: "lines",
    gates: [{ gate: "discrimination", margin: 0.2 }],
    guardrails: [],
  });
  expect(given.gates).toEqual(
    defaults.gates!.map((one) => (one.gate === "discrimination" ? { ...one, margin: 0.2 } : one)),
  );
  expect(given.guardrails).toEqual(defaults.guardrails);
});
