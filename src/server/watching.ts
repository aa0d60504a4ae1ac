// What the doors read about watching and learning: kept reports, found again in the registry.

import type { Hash } from "../base/index.ts";
import {
  type Alerts,
  type KeptReport,
  keptReports,
  type ParityBook,
  type ParityRound,
  readReport,
} from "../monitoring/index.ts";
import type { Registry } from "../registry/index.ts";

export interface Watching {
  /** Newest first. */
  reports(limit: number): Promise<KeptReport[]>;
  /** Undefined where no report has this hash. */
  report(hash: Hash): Promise<KeptReport | undefined>;
  readonly alerts: Alerts;
  /** The latest look at served values; undefined where none is taken. */
  parity(): Promise<ParityRound | undefined>;
}

export function watchingOver(registry: Registry, alerts: Alerts, parity: Pick<ParityBook, "latest">): Watching {
  return {
    alerts,
    parity: () => parity.latest(),
    reports: (limit) => keptReports(registry, limit),
    async report(hash) {
      const entry = (await registry.artefacts("monitor")).find((candidate) => candidate.hash === hash);
      return entry && { hash, savedAt: entry.savedAt, report: await readReport(registry, hash) };
    },
  };
}
