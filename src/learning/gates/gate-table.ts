// Every gate by its name, and what of the ground it is given.

import type { GateDeclaration } from "../declaration.ts";
import type { GateResult } from "../loop-document.ts";
import { calibration } from "./calibration.ts";
import { data } from "./data.ts";
import { discrimination } from "./discrimination.ts";
import { fairness } from "./fairness.ts";
import { type Answer, cannotTell, type Declared } from "./gate.ts";
import type { GateGround, SharedGround } from "./gate-ground.ts";
import { inputs } from "./inputs.ts";
import { latency } from "./latency.ts";
import { reasons } from "./reasons.ts";
import { replay } from "./replay.ts";
import { size } from "./size.ts";
import { slices } from "./slices.ts";
import { stability } from "./stability.ts";

type Gates = { readonly [G in GateDeclaration["gate"]]: (ground: GateGround, declared: Declared<G>) => Answer };

const gates: Gates = {
  data: ({ dataset, columns }, declared) => data({ ...dataset, columns }, declared),
  inputs: ({ columns }, declared) => inputs(columns, declared),
  discrimination: onShared(({ holdOut }, declared) => discrimination(holdOut, declared)),
  calibration: onShared(({ holdOut }, declared) => calibration(holdOut, declared)),
  slices: onShared(({ holdOut, slice }, declared) => slices(holdOut, slice, declared)),
  fairness: onShared((shared, declared) => fairness(shared.fairness, declared)),
  reasons: onShared(({ holdOut }, declared) => reasons(holdOut, declared)),
  stability: onShared(({ holdOut, periods }, declared) => stability(holdOut, periods, declared)),
  latency: onShared(({ timings }, declared) => latency(timings, declared)),
  size: ({ bytes }, declared) => size(bytes, declared),
  replay: ({ replayed }, declared) => replay(replayed, declared),
};

/** Where champion and challenger cannot be compared, nobody can tell. */
function onShared<D>(gate: (shared: SharedGround, declared: D) => Answer): (ground: GateGround, declared: D) => Answer {
  return ({ shared }, declared) => (typeof shared === "string" ? cannotTell(shared) : gate(shared, declared));
}

export function askGate(ground: GateGround, declared: GateDeclaration): GateResult {
  const { gate: name, ...bounds } = declared;
  const gate = gates[name] as (ground: GateGround, declared: GateDeclaration) => Answer;
  return { name, ...gate(ground, declared), bounds, evidence: ground.evidence };
}
