// Step 8: what was decided is watched. Outcomes mature in batches; random batches of people have nothing to find; a field that
// is broken in a copy of one batch's events, and in nothing else, is found and named.

import { type Hash, hashJson, parseInstant, seededRandom } from "../../base/index.ts";
import type { ServedDecision } from "../../decisions/index.ts";
import type { PlacedEvent } from "../../history/index.ts";
import { headline, type MonitorReport, scaleField } from "../../monitoring/index.ts";
import { decisionClock } from "../../workspace/index.ts";
import {
  drawLatestReport,
  drawSiteReport,
  keepSiteReport,
  knownEvents,
  type MonitorSite,
  monitorSite,
} from "../monitor-site.ts";
import { thousands } from "../terminal.ts";
import type { Judged } from "./prepare-bundle.ts";
import { announce, type Stage, tell } from "./stage.ts";

export interface Watched {
  readonly cleanBatches: number;
  readonly falseAlarms: number;
  readonly drill: { readonly caught: boolean; readonly named: boolean };
}

const BATCHES = 10;
const SEED = "card-lines-watch";

export async function watch(stage: Stage, judged: Judged): Promise<Watched> {
  announce(stage, 8, "Watch: outcomes mature, and what changed is told from what did not");
  const registry = await stage.workspace.registry();
  const inputs = hashJson({ bundle: judged.bundle, moments: stage.demo.outcomesKnown, drill: stage.demo.drill });
  const earlier = (await registry.recall("watch", inputs)) as Watched | undefined;
  const watched = earlier ?? (await watchOnce(stage, judged));
  await registry.remember("watch", inputs, watched);
  const { cleanBatches, falseAlarms, drill } = watched;
  tell(
    stage,
    `${cleanBatches} random batches of people: ${falseAlarms === 0 ? "no drift, no false alarm" : `${falseAlarms} false alarms`}.`,
  );
  const { field, factor, share } = stage.demo.drill;
  const found = drill.named ? "caught, and named with source, field and first position" : "NOT named";
  tell(
    stage,
    `${field} × ${factor} on ${share * 100} % of rows in a copy of one batch: ${drill.caught ? found : "NOT caught"}.`,
  );
  return watched;
}

async function watchOnce(stage: Stage, { bundle, runnerUpBundle }: Judged): Promise<Watched> {
  const { workspace, demo } = stage;
  const site = await monitorSite(workspace);
  const told = new Set<string>();
  for (const moment of demo.outcomesKnown) await wholeReport(stage, site, { moment, against: runnerUpBundle }, told);
  const records = await workspace.records();
  const at = decisionClock(workspace.found.config).now();
  const served = await Array.fromAsync(records.served({ bundle }));
  const events = (await knownEvents(site, await workspace.snapshot(), { from: 0, at })).flat();
  const batches = batchesOf(served, events);
  let falseAlarms = 0;
  for (const [i, batch] of batches.entries()) {
    const report = await batchReport(site, `batch ${i + 1}`, batch, at);
    if (report.verdict === "findings") falseAlarms++;
    for (const { sentence } of report.findings) tell(stage, `batch ${i + 1}: ${sentence}`);
    stage.terminal.progress({ stage: "batches", done: i + 1, total: BATCHES, unit: "reports" });
  }
  return { cleanBatches: BATCHES, falseAlarms, drill: await drilled(stage, site, batches[0]!, at) };
}

/** Of everything decided, as it would have been drawn at that moment. */
async function wholeReport(
  stage: Stage,
  site: MonitorSite,
  { moment, against }: { readonly moment: string; readonly against: Hash | null },
  told: Set<string>,
): Promise<void> {
  const asked = { last: Number.MAX_SAFE_INTEGER, at: parseInstant(moment)!, against };
  const report = await drawLatestReport(site, asked);
  await keepSiteReport(site, report);
  const { matured, auc, calibration } = report.outcomes!;
  const number = (value: number | null, digits: number) => (value === null ? "unknown" : value.toFixed(digits));
  tell(
    stage,
    `${moment.slice(0, 10)}: ${thousands(matured)} outcomes known, AUC ${number(auc.value, 3)}, expected over observed ${number(calibration.expectedOverObserved.value, 2)}. ${headline(report)}`,
  );
  for (const { key, severity, sentence } of report.findings.filter((finding) => !told.has(finding.key))) {
    tell(stage, `  ${severity}: ${sentence}`);
    told.add(key);
  }
}

interface Batch {
  readonly served: readonly ServedDecision[];
  readonly events: readonly (readonly PlacedEvent[])[];
}

/** Each person, with all decisions and events, is in one. */
function batchesOf(served: readonly ServedDecision[], events: readonly PlacedEvent[]): Batch[] {
  const random = seededRandom(SEED);
  const people = [...new Set(served.map(entityOf))].toSorted();
  const batchOfPerson = new Map(people.map((person) => [person, random.integer(BATCHES)]));
  return Array.from({ length: BATCHES }, (_, i) => ({
    served: served.filter((one) => batchOfPerson.get(entityOf(one)) === i),
    events: [events.filter(({ event }) => batchOfPerson.get(event.entity) === i)],
  }));
}

function entityOf({ decision }: ServedDecision): string {
  return decision.parties[0]!.entity;
}

function batchReport(site: MonitorSite, sample: string, { served, events }: Batch, at: number): Promise<MonitorReport> {
  const span = { fromKept: served[0]?.kept ?? 0, toKept: (served.at(-1)?.kept ?? 0) + 1, sample };
  return drawSiteReport(site, { served, span, at, events, people: false, against: null });
}

/** The copy lives in memory and ends with this function. */
async function drilled({ demo }: Stage, site: MonitorSite, batch: Batch, at: number): Promise<Watched["drill"]> {
  const { event, field, factor, share } = demo.drill;
  const copy = scaleField(batch.events, { event, field, factor, share, seed: SEED, fromPosition: 0 });
  const report = await batchReport(site, "drill", { ...batch, events: copy.events }, at);
  const named = report.findings.some(({ subject }) => {
    const isField = subject.event === event && subject.field === field && subject.source === demo.source;
    return isField && subject.firstPosition === copy.firstPosition;
  });
  return { caught: report.verdict === "findings", named };
}
