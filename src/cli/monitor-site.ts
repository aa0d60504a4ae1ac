// A report on what a workspace has served, wired from its engines: decisions from the record, events from table files, outcomes
// from history, groups from the vault.

import { AssayError, type Hash, type Instant, isAssayError, parseInstant } from "../base/index.ts";
import { inputFromRecord, type RunningBundle, runBundle, type ServedDecision } from "../decisions/index.ts";
import type { EvaluationDocument } from "../evaluate/index.ts";
import { type PlacedEvent, placedEvents, readSnapshot, type Snapshot } from "../history/index.ts";
import { bundleObjects, lastDecisions, planSeason, type SeasonPlan } from "../learning/index.ts";
import {
  drawFairness,
  drawFeeds,
  drawOutcomes,
  drawReport,
  fieldReaders,
  keepReport,
  type MonitorReport,
  openAlerts,
  openParityBook,
  type ProfileDocument,
  partRate,
  type ReportPart,
  readProfile,
  type SecondOpinion,
} from "../monitoring/index.ts";
import { type BundleDocument, type DecisionPart, decide } from "../policy/index.ts";
import { decisionClock, type Workspace } from "../workspace/index.ts";
import { problems } from "./errors.ts";

/** What every report on the bundle in force stands on. */
export interface MonitorSite {
  readonly workspace: Workspace;
  readonly bundle: Hash;
  readonly document: BundleDocument;
  readonly profileHash: Hash;
  readonly profile: ProfileDocument;
  readonly evaluation: EvaluationDocument;
  readonly plan: SeasonPlan;
}

export interface ReportAsked {
  readonly served: readonly ServedDecision[];
  readonly span: MonitorReport["span"];
  /** Outcomes and events known later do not exist. */
  readonly at: Instant;
  /** Events of the span; null leaves sources out of the report. */
  readonly events: readonly (readonly PlacedEvent[])[] | null;
  /** Outcomes and groups are read of whole spans; a sample leaves them out. */
  readonly people: boolean;
  /** A bundle that decides the recorded requests again, to see whom it would have answered otherwise. */
  readonly against: RunningBundle | null;
}

/** Throws ASSAY_CLI_NOTHING_RELEASED, NO_PROFILE. */
export async function monitorSite(workspace: Workspace): Promise<MonitorSite> {
  const registry = await workspace.registry();
  const released = await registry.released();
  if (released === null) throw new AssayError(problems.NOTHING_RELEASED("the report"));
  const document = await registry.bundle(released.hash);
  const { profile: profileHash, evidence } = document;
  if (profileHash === undefined) throw new AssayError(problems.NO_PROFILE(`bundle ${released.hash.slice(0, 12)}`));
  const profile = readProfile(await registry.document(profileHash));
  if (Array.isArray(profile)) throw new AssayError(profile[0]!);
  const { catalogue } = await workspace.checkedDefinitions();
  return {
    workspace,
    bundle: released.hash,
    document,
    profileHash,
    profile: profile as ProfileDocument,
    evaluation: (await registry.document(evidence.evaluation)) as unknown as EvaluationDocument,
    plan: planSeason(catalogue, document.name),
  };
}

export async function drawSiteReport(site: MonitorSite, asked: ReportAsked): Promise<MonitorReport> {
  const { bundle, profile, profileHash, workspace } = site;
  const declaration = workspace.found.config.monitoring ?? {};
  const falseAlarmRate = partRate(declaration);
  const [feeds, outcomes, fairness] = [
    await feedsPart(site, asked, falseAlarmRate),
    asked.people ? await outcomesPart(site, asked, falseAlarmRate) : null,
    asked.people ? await fairnessPart(site, asked, falseAlarmRate) : null,
  ];
  return await drawReport({
    bundle,
    profileHash,
    profile,
    served: asked.served,
    span: asked.span,
    now: asked.at,
    declaration,
    ...(asked.against === null ? {} : { secondOpinion: secondOpinionOf(asked.against) }),
    ...(feeds === null ? {} : { feeds }),
    ...(outcomes === null ? {} : { outcomes }),
    ...(fairness === null ? {} : { fairness }),
    ...(await parityPart(site, asked)),
  });
}

function secondOpinionOf({ loaded, document }: RunningBundle): SecondOpinion {
  return ({ decision }) => {
    const { outputs, disposition, reasons } = decide(loaded, inputFromRecord(document, decision));
    const [{ model, calibrated }] = outputs as [DecisionPart["outputs"][number]];
    return { model, calibrated, disposition, firstReason: reasons[0]?.reason ?? null };
  };
}

async function feedsPart({ profile, plan }: MonitorSite, { events, at }: ReportAsked, falseAlarmRate: number) {
  if (events === null) return null;
  const readers = fieldReaders(plan.roles);
  return await drawFeeds({ profile, events, schema: plan.schema, now: at, falseAlarmRate, readers });
}

async function outcomesPart(
  { workspace, plan, evaluation }: MonitorSite,
  { served, at }: ReportAsked,
  falseAlarmRate: number,
) {
  const { role } = plan.roles[0]!;
  const snapshot = await workspace.snapshot();
  const decisions = byPolicy(served).map(({ decision }) => ({
    decisionId: decision.decisionId,
    entity: decision.parties.find((party) => party.role === role)!.entity,
    t: parseInstant(decision.t)!,
    probability: decision.outputs[0]!.calibrated,
    margin: decision.outputs[0]!.raw,
    disposition: decision.disposition,
  }));
  const { label, schema } = plan;
  const known = { snapshot, schema, label: label.node, labelCutOff: at };
  return await drawOutcomes({ ...known, decisions, evaluation, falseAlarmRate });
}

async function fairnessPart(
  { workspace, plan }: MonitorSite,
  { served }: ReportAsked,
  falseAlarmRate: number,
): Promise<ReportPart<NonNullable<MonitorReport["fairness"]>> | null> {
  const declaration = workspace.found.config.evaluation?.fairness;
  if (declaration === undefined) return null;
  const { role } = plan.roles[0]!;
  const decisions = byPolicy(served).map(({ decision: { parties, disposition } }) => ({
    entity: parties.find((party) => party.role === role)!.entity,
    disposition,
  }));
  const entityType = plan.label.node.entity;
  return await drawFairness({ decisions, declaration, vault: await workspace.vault(), entityType, falseAlarmRate });
}

/** Only reports of a whole look at it: a sample of decisions is no sample of rounds. */
async function parityPart({ workspace }: MonitorSite, { people }: ReportAsked) {
  const parity = people ? await (await openParityBook(await workspace.metadata())).latest() : undefined;
  return parity === undefined ? {} : { parity };
}

/** A person's verdict on a referral says nothing about the bundle. */
function byPolicy(served: readonly ServedDecision[]): ServedDecision[] {
  return served.filter(({ decision }) => decision.decidedBy !== "person" && decision.outputs.length > 0);
}

export interface LatestAsked {
  /** The latest decisions of the bundle in force, at most so many. */
  readonly last: number;
  /** null: now, by the clock that decisions are made by. */
  readonly at: Instant | null;
  /** Of the bundle to hold beside; null where none is. */
  readonly against: Hash | null;
}

/** The report that is drawn on a schedule and by hand: the latest decisions, and what has arrived since the profile. */
export async function drawLatestReport(site: MonitorSite, { last, at, against }: LatestAsked): Promise<MonitorReport> {
  const { workspace, bundle } = site;
  const records = await workspace.records();
  const toKept = await records.keptHead();
  const { fromKept } = await lastDecisions({ records }, { bundle, toKept, decisions: last });
  const served = await Array.fromAsync(records.served({ bundle, fromKept, toKept }));
  const moment = at ?? decisionClock(workspace.found.config).now();
  return await drawSiteReport(site, {
    served,
    span: { fromKept, toKept, sample: null },
    at: moment,
    events: await eventsSince(site, moment),
    people: true,
    against: against === null ? null : await runningBundle(workspace, against),
  });
}

async function runningBundle(workspace: Workspace, hash: Hash): Promise<RunningBundle> {
  const document = await (await workspace.registry()).bundle(hash);
  return runBundle({ hash, document, objects: await bundleObjects(document, await workspace.objects()) });
}

/** What table files hold from the end of the profile's snapshot on; null where nothing has arrived since. */
async function eventsSince(site: MonitorSite, at: Instant): Promise<PlacedEvent[][] | null> {
  const folder = site.workspace.folder("history");
  const snapshot = await site.workspace.snapshot();
  const before = await readSnapshot(folder, site.profile.snapshot).catch(orForgotten);
  // A profile whose snapshot is forgotten is long past: then the log is read from its start.
  const events = await knownEvents(site, snapshot, { from: before?.manifest.position.offset ?? 0, at });
  const own = new Set(site.profile.feeds.map(({ source }) => source));
  return events.some((some) => some.some(({ event }) => own.has(event.source))) ? events : null;
}

function orForgotten(error: unknown): undefined {
  if (isAssayError(error)) return undefined;
  throw error;
}

export async function knownEvents(
  { plan }: Pick<MonitorSite, "plan">,
  snapshot: Snapshot,
  { from, at }: { readonly from: number; readonly at: Instant },
): Promise<PlacedEvent[][]> {
  const known: PlacedEvent[][] = [];
  for await (const some of placedEvents(snapshot, plan.schema, { from })) {
    known.push(some.filter(({ event }) => event.knownAt <= at));
  }
  return known;
}

/** Keeps a report of the whole, and counts it for alerts. */
export async function keepSiteReport({ workspace, document }: MonitorSite, report: MonitorReport) {
  const hash = await keepReport(await workspace.registry(), document.name, report);
  const alerts = await openAlerts(await workspace.metadata(), workspace.found.config.monitoring ?? {});
  return { hash, changed: await alerts.observe(report, hash) };
}
