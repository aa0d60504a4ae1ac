// Alerts in Postgres. A report is counted, alerts change and the outbox is written in one transaction, so that being killed
// between any two statements leaves the report counted wholly or not at all.

import { type Selectable, sql, type Transaction } from "kysely";
import { AssayError, type Hash, hashText } from "../base/index.ts";
import { type Metadata, migrate, nowMicros } from "../storage/index.ts";
import type { Alert, Alerts } from "./alert.ts";
import { type AlertChange, alertEvent } from "./alert-event.ts";
import { type MonitoringDatabase, type MonitoringTables, migrations } from "./alert-tables.ts";
import type { MonitoringDeclaration } from "./declaration.ts";
import { problems } from "./errors.ts";
import { type Hysteresis, nextTrack } from "./hysteresis.ts";
import type { Finding, MonitorReport } from "./report-document.ts";
import { sightOf } from "./sight.ts";
import { checkWebhook } from "./webhook.ts";

const NOBODY = "unassigned";

/**
 * Opens the alerts of a workspace, bringing their tables up to date. Reports are told of the bundle in force, one after the
 * other. Findings of severity `notice` open no alert, but keep one from closing.
 * Throws ASSAY_MONITORING_WEBHOOK_REFUSED where the declared webhook may not be called.
 */
export async function openAlerts(metadata: Metadata, declaration: MonitoringDeclaration): Promise<Alerts> {
  checkWebhook(declaration);
  await migrate(metadata.db, "monitoring", migrations);
  const db = metadata.db as MonitoringDatabase;
  const rules: Rules = {
    openAfter: declaration.openAfter ?? 1,
    closeAfter: declaration.closeAfter ?? 2,
    ownerOf: ({ kind }) => declaration.owners?.[kind] ?? declaration.owners?.["*"] ?? NOBODY,
    told: declaration.webhook !== undefined,
  };
  return {
    observe: (report, hash) => db.transaction().execute((transaction) => observe(transaction, rules, report, hash)),
    alerts: (options) => readAlerts(db, options),
    acknowledge: (id, by) => db.transaction().execute((transaction) => acknowledge(transaction, rules, id, by)),
  };
}

interface Rules extends Hysteresis {
  readonly ownerOf: (finding: Finding) => string;
  /** Whether somebody outside is told. */
  readonly told: boolean;
}

type Change = Transaction<MonitoringTables>;

async function observe(change: Change, rules: Rules, report: MonitorReport, hash: Hash): Promise<Alert[]> {
  // Reports take turns: "in a row" needs one row.
  await sql`lock table monitoring.observed in exclusive mode`.execute(change);
  const counted = await change
    .insertInto("monitoring.observed")
    .values({ report: hash })
    .onConflict((conflict) => conflict.doNothing())
    .returning("report")
    .executeTakeFirst();
  if (counted === undefined) return [];
  const at = await readNow(change);
  const rows = await change
    .selectFrom("monitoring.alert")
    .selectAll()
    .where("state", "<>", "closed")
    .orderBy("ordinal")
    .forUpdate()
    .execute();
  const alive = rows.map(alertOf);
  const known = new Set(alive.map(({ key }) => key));
  const fresh = newFindings(report, known).map((finding) => begin(finding, rules, report, hash));
  const changed: Alert[] = [];
  for (const before of [...alive, ...fresh]) {
    const after = oneReportLater(before, rules, { report, hash, at });
    await keep(change, before, after);
    if (after === null || after.state === before.state) continue;
    changed.push(after);
    await tell(change, rules, after.state === "closed" ? "closed" : "opened", after, at);
  }
  return changed;
}

/** Each once, the most severe of one key. */
function newFindings({ findings }: MonitorReport, known: ReadonlySet<string>): Finding[] {
  const fresh = findings.filter(({ key, severity }) => severity !== "notice" && !known.has(key));
  return [...Map.groupBy(fresh, ({ key }) => key).values()].map(([finding]) => finding!);
}

/** An alert before any report showed it. */
function begin(finding: Finding, rules: Rules, { bundle }: MonitorReport, hash: Hash): Alert {
  const { key } = finding;
  return {
    id: hashText(`${key} ${hash}`).slice(0, 20),
    key,
    state: "pending",
    owner: rules.ownerOf(finding),
    finding,
    bundle,
    firstReport: hash,
    lastReport: hash,
    seen: 0,
    unseen: 0,
    acknowledged: null,
    openedAt: null,
    closedAt: null,
  };
}

interface Told {
  readonly report: MonitorReport;
  readonly hash: Hash;
  readonly at: number;
}

function oneReportLater(alert: Alert, rules: Rules, { report, hash, at }: Told): Alert | null {
  const track = nextTrack(alert, sightOf(alert.finding, report), rules);
  if (track === null) return null;
  const { state, seen, unseen } = track;
  const shown = report.findings.find(({ key }) => key === alert.key);
  return {
    ...alert,
    ...(shown === undefined ? {} : { finding: shown, bundle: report.bundle, lastReport: hash }),
    state,
    seen,
    unseen,
    openedAt: alert.openedAt ?? (state === "open" ? at : null),
    closedAt: state === "closed" ? at : null,
  };
}

/** A pending one that was not seen again leaves nothing behind. */
async function keep(change: Change, before: Alert, after: Alert | null): Promise<void> {
  if (after === null) {
    await change.deleteFrom("monitoring.alert").where("id", "=", before.id).execute();
    return;
  }
  const row = rowOf(after);
  await change
    .insertInto("monitoring.alert")
    .values(row)
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
    .execute();
}

async function acknowledge(
  change: Change,
  rules: Rules,
  id: string,
  { person, note }: { readonly person: string; readonly note: string },
): Promise<Alert> {
  const row = await change
    .selectFrom("monitoring.alert")
    .selectAll()
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new AssayError(problems.UNKNOWN_ALERT(`alert "${id}"`));
  const before = alertOf(row);
  // Asked again after an answer that was lost.
  if (before.acknowledged?.person === person && before.acknowledged.note === note) return before;
  if (before.state !== "open") throw new AssayError(problems.NOT_OPEN(`alert "${id}"`, { state: before.state }));
  const at = await readNow(change);
  const after: Alert = { ...before, state: "acknowledged", acknowledged: { person, note, at } };
  await keep(change, before, after);
  await tell(change, rules, "acknowledged", after, at);
  return after;
}

async function tell(change: Change, { told }: Rules, what: AlertChange, alert: Alert, at: number): Promise<void> {
  if (!told) return;
  const event = JSON.stringify(alertEvent(what, alert, at));
  await change.insertInto("monitoring.outbox").values({ alert: alert.id, event }).execute();
}

async function readAlerts(
  db: MonitoringDatabase,
  { open, limit }: { readonly open: boolean; readonly limit: number },
): Promise<Alert[]> {
  const all = db.selectFrom("monitoring.alert").selectAll().orderBy("ordinal", "desc").limit(limit);
  const rows = await (open ? all.where("state", "in", ["open", "acknowledged"]) : all).execute();
  return rows.map(alertOf);
}

async function readNow(change: Change): Promise<number> {
  const { rows } = await sql<{ now: number }>`select ${nowMicros} as now`.execute(change);
  return rows[0]!.now;
}

type AlertRow = Omit<Selectable<MonitoringTables["monitoring.alert"]>, "ordinal">;

function rowOf(alert: Alert): AlertRow {
  const { id, key, state, owner, bundle, seen, unseen, acknowledged } = alert;
  return {
    id,
    key,
    state,
    owner,
    finding: JSON.stringify(alert.finding),
    bundle,
    first_report: alert.firstReport,
    last_report: alert.lastReport,
    seen,
    unseen,
    acknowledged_by: acknowledged?.person ?? null,
    acknowledged_note: acknowledged?.note ?? null,
    acknowledged_at: acknowledged?.at ?? null,
    opened_at: alert.openedAt,
    closed_at: alert.closedAt,
  };
}

function alertOf(row: AlertRow): Alert {
  const { id, key, state, owner, bundle, seen, unseen } = row;
  const person = row.acknowledged_by;
  return {
    id,
    key,
    state,
    owner,
    finding: JSON.parse(row.finding) as Finding,
    bundle,
    firstReport: row.first_report,
    lastReport: row.last_report,
    seen,
    unseen,
    acknowledged: person === null ? null : { person, note: row.acknowledged_note!, at: row.acknowledged_at! },
    openedAt: row.opened_at,
    closedAt: row.closed_at,
  };
}
