// What Prometheus reads about watching and learning. It lies in the database and is read when asked for; a database that does
// not answer leaves these out and the rest in. Labels are kinds, severities, states and arms: never a name of anybody.

import { Counter, Gauge, type Registry } from "prom-client";
import type { LoopEntry } from "../learning/index.ts";
import type { FindingKind, Severity } from "../monitoring/index.ts";
import type { ServiceParts } from "./service-parts.ts";

type Parts = Pick<ServiceParts, "watching" | "loops" | "records">;

const SEVERITIES: readonly Severity[] = ["notice", "warning", "critical"];
const STATES: readonly LoopEntry["state"][] = [
  "asked",
  "running",
  "paused",
  "released",
  "kept",
  "rolledBack",
  "cancelled",
  "failed",
];
/** Alerts and loops counted at most. */
const COUNTED = 1000;

export function observeWatching({ watching, loops, records }: Parts, registers: Registry[]): void {
  const gauge = (name: string, help: string, label: string | null, read: () => Promise<Counted>) =>
    new Gauge({
      name,
      help,
      labelNames: label === null ? [] : [label],
      registers,
      async collect() {
        this.reset();
        // Without labels a reset leaves a 0, which would be a date.
        if (label === null) this.remove();
        for (const [value, count] of await orNothing(read())) this.set(label === null ? {} : { [label]: value }, count);
      },
    });
  gauge("assay_alerts_open", "Open alerts, by severity; the acknowledged among them", "severity", async () => {
    const alerts = await watching.alerts.alerts({ open: true, limit: COUNTED });
    return countsOf(
      SEVERITIES,
      alerts.map(({ finding }) => finding.severity),
    );
  });
  gauge("assay_loop_state", "Loops by state, of the latest thousand", "state", async () =>
    countsOf(
      STATES,
      (await loops.loops(COUNTED)).map(({ state }) => state),
    ),
  );
  gauge("assay_monitor_findings", "Findings of the latest report, by kind", "kind", async () => {
    const [latest] = await watching.reports(1);
    return countsOf<FindingKind>([], latest?.report.findings.map(({ kind }) => kind) ?? []);
  });
  gauge("assay_monitor_last_report_timestamp_seconds", "When the latest report was kept", null, async () => {
    const [latest] = await watching.reports(1);
    return latest === undefined ? [] : [["", latest.savedAt / 1_000_000]];
  });
  gauge("assay_parity_values", "Served values computed again in the latest round", null, async () => {
    const round = await watching.parity();
    return round === undefined ? [] : [["", round.values]];
  });
  gauge(
    "assay_parity_differences",
    "Served values of the latest round that history no longer gives, by cause",
    "cause",
    async () => {
      const round = await watching.parity();
      return Object.entries(round?.causes ?? {});
    },
  );
  new Counter({
    name: "assay_bundle_failures_total",
    help: "Requests that a bundle took and failed, by arm",
    labelNames: ["arm"],
    registers,
    async collect() {
      this.reset();
      const failed = (await records.failures().catch(() => [])).toSorted((a, b) => (a.arm < b.arm ? -1 : 1));
      for (const { arm, failures } of failed) this.inc({ arm }, failures);
    },
  });
}

type Counted = readonly (readonly [string, number])[];

/** Every expected name is there, also where nothing has it. */
function countsOf<N extends string>(expected: readonly N[], names: readonly N[]): Counted {
  const counts = new Map<string, number>(expected.map((name) => [name, 0]));
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts];
}

async function orNothing(read: Promise<Counted>): Promise<Counted> {
  return await read.catch(() => []);
}
