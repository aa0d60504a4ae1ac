import { quantileOf, type ValueSketch } from "../evaluate/index.ts";
import type { LatencyReport } from "./report-document.ts";

/** Of microseconds in the decider: reading history, computing values, deciding. */
export function latencyOf(micros: ValueSketch): LatencyReport {
  return {
    decisions: micros.n,
    p50Micros: quantileOf(micros, 0.5) ?? null,
    p99Micros: quantileOf(micros, 0.99) ?? null,
  };
}
