import { backFillBench } from "./back-fill.ts";
import type { Bench } from "./bench.ts";
import { checkBench } from "./check.ts";
import { decideBench } from "./decide.ts";
import { driftBench } from "./drift.ts";
import { freshnessBench } from "./freshness.ts";
import { ingestBench } from "./ingest.ts";
import { kernelBench } from "./kernel.ts";
import { onlineBench } from "./online.ts";
import { parityBench } from "./parity.ts";
import { scoreBench } from "./score.ts";

export const benches: readonly Bench[] = [
  kernelBench,
  onlineBench,
  scoreBench,
  ingestBench,
  freshnessBench,
  backFillBench,
  parityBench,
  decideBench,
  driftBench,
  checkBench,
];
