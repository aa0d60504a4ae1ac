// What makes a loop begin by itself: outcomes that have matured since the champion learnt, a finding in the latest report,
// or the calendar. Each says why, and the book says whether it may.

import { AssayError, isAssayError, MICROS_PER_DAY, parseInstant } from "../base/index.ts";
import { type DatasetManifest, labelsAt, spineRowsOf } from "../datasets/index.ts";
import type { Snapshot } from "../history/index.ts";
import { type FindingKind, keptReports, type Severity } from "../monitoring/index.ts";
import type { LearningDeclaration } from "./declaration.ts";
import type { LoopEntry, TriggerKind } from "./loop-document.ts";
import type { LoopSite } from "./loop-site.ts";

export interface TriggerSite extends Pick<LoopSite, "plan" | "declaration" | "registry" | "records" | "book"> {
  /** The clock that decisions are made by. */
  readonly clock: { readonly now: () => number };
  /** The newest table files; undefined before anything was sealed. */
  readonly latestSnapshot: () => Promise<Snapshot | undefined>;
}

export interface Pulled {
  readonly kind: TriggerKind;
  readonly why: string;
}

/** The first declared trigger that is pulled; undefined where none is, or nothing is in force. */
async function pulledTrigger(site: TriggerSite): Promise<Pulled | undefined> {
  const { triggers } = site.declaration;
  const released = triggers === undefined ? null : await site.registry.released();
  if (triggers === undefined || released === null) return undefined;
  const { evidence } = await site.registry.bundle(released.hash);
  const dataset = (await site.registry.document(evidence.dataset)) as unknown as DatasetManifest;
  // A back-test's clock may stand before what its champion learnt from: then there is nothing newer to learn.
  if (site.clock.now() <= parseInstant(dataset.label.cutOff)!) return undefined;
  return (
    (await driftTrigger(site, triggers, released.hash)) ??
    calendarTrigger(site, triggers, dataset) ??
    (await outcomesTrigger(site, triggers, dataset))
  );
}

/** Asks for the loop; a book that does not allow it now is no error here. */
export async function askTriggered(site: TriggerSite): Promise<LoopEntry | undefined> {
  const pulled = await pulledTrigger(site);
  if (pulled === undefined) return undefined;
  const trigger = { ...pulled, by: "assay work" };
  try {
    const { bundle } = site.declaration;
    return await site.book.ask({ bundleName: bundle, trigger, labelCutOff: site.clock.now() });
  } catch (error) {
    if (isAssayError(error) && error.code.startsWith("ASSAY_LEARNING_")) return undefined;
    throw error;
  }
}

type Triggers = NonNullable<LearningDeclaration["triggers"]>;
const RANK: Record<Severity, number> = { notice: 0, warning: 1, critical: 2 };
/** What learning again can mend. A broken source is mended there, and retraining on it would learn the fault; fairness is people's. */
const LEARNABLE: ReadonlySet<FindingKind> = new Set([
  "drift",
  "shiftedPopulation",
  "scoreShift",
  "dispositions",
  "reasonMix",
  "calibration",
  "discrimination",
]);

/** Of the latest report on the champion; a report is heard once, by the loop that came after it. */
async function driftTrigger(site: TriggerSite, { drift }: Triggers, champion: string): Promise<Pulled | undefined> {
  const latest = drift === undefined ? undefined : (await keptReports(site.registry, 1))[0];
  if (drift === undefined || latest === undefined || latest.report.bundle !== champion) return undefined;
  const [last] = await site.book.loops(1);
  if (last !== undefined && last.askedAt > latest.savedAt) return undefined;
  const found = latest.report.findings.find(
    ({ kind, severity }) => LEARNABLE.has(kind) && RANK[severity] >= RANK[drift],
  );
  return found === undefined
    ? undefined
    : { kind: "drift", why: `report ${latest.hash.slice(0, 12)}: ${found.sentence}` };
}

function calendarTrigger(
  { clock }: TriggerSite,
  { calendarDays }: Triggers,
  { label }: DatasetManifest,
): Pulled | undefined {
  if (calendarDays === undefined) return undefined;
  const days = (clock.now() - parseInstant(label.cutOff)!) / MICROS_PER_DAY;
  if (days < calendarDays) return undefined;
  return {
    kind: "calendar",
    why: `the champion learnt from outcomes known by ${label.cutOff}, ${Math.floor(days)} days ago`,
  };
}

async function outcomesTrigger(
  site: TriggerSite,
  { outcomes }: Triggers,
  dataset: DatasetManifest,
): Promise<Pulled | undefined> {
  if (outcomes === undefined) return undefined;
  const matured = await maturedSince(site, dataset);
  if (matured < outcomes) return undefined;
  return { kind: "outcomes", why: `${matured} outcomes became known since ${dataset.label.cutOff}` };
}

/** Of the champion's rows and of decisions since: good or bad now, and neither at its cut-off. */
async function maturedSince(site: TriggerSite, dataset: DatasetManifest): Promise<number> {
  const { plan, registry, records, clock } = site;
  const snapshot = await site.latestSnapshot();
  const [before, now] = [parseInstant(dataset.label.cutOff)!, clock.now()];
  if (snapshot === undefined) return 0;
  const { role } = plan.roles[0]!;
  const spine = (await registry.standIn(dataset.spine)) ?? dataset.spine;
  const text = await registry.artefact(spine).catch(noSpine);
  const rows = text === undefined ? [] : spineRowsOf(Buffer.from(text).toString());
  const asked = rows.map(({ parties, t }) => ({ entity: parties[role]!, t }));
  for await (const { decision } of records.served({})) {
    const entity = decision.parties.find((party) => party.role === role)?.entity;
    if (decision.supersedes === null && entity !== undefined) asked.push({ entity, t: parseInstant(decision.t)! });
  }
  const cutOffs = [before, now];
  const { knownFrom } = await labelsAt({ rows: asked, snapshot, schema: plan.schema, label: plan.label.node, cutOffs });
  return knownFrom.reduce((sum, cutOff) => sum + (cutOff === 1 ? 1 : 0), 0);
}

function noSpine(error: unknown): undefined {
  if (error instanceof AssayError) return undefined;
  throw error;
}
