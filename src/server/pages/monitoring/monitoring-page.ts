// What changed and what did not: one report on a span of served decisions, with the alerts that stand now.

import type { KeptReport, MonitorReport } from "../../../monitoring/index.ts";
import { type Html, html, nothing } from "../html.ts";
import { instantText } from "../instant-text.ts";
import { hashCode, hero, page, section } from "../layout.ts";
import { shortHash } from "../name-words.ts";
import { count, percent, withUnit } from "../number-text.ts";
import type { PageParts } from "../page-parts.ts";
import { bundlePath, reportDocumentPath, reportPath } from "../paths.ts";
import { facts, table } from "../table.ts";
import { alertsSection } from "./alerts-section.ts";
import { decidedSection } from "./decided-section.ts";
import { driftSections } from "./drift-sections.ts";
import { feedsSection } from "./feeds-section.ts";
import { findingsSection } from "./findings-section.ts";
import { groupsSection } from "./groups-section.ts";
import { outcomesSections } from "./outcomes-sections.ts";
import { shadowSection } from "./shadow-section.ts";

const LISTED = 20;

/** The latest report, or the one asked for; null where that one is not there. */
export async function monitoringPage(parts: PageParts, asked: string | null): Promise<string | null> {
  const [reports, alerts] = await Promise.all([parts.reports(LISTED), parts.openAlerts()]);
  const shown = asked === null ? (reports[0] ?? null) : await parts.report(asked);
  if (shown === null && asked !== null) return null;
  return page(parts, {
    title: "Monitoring",
    at: "monitoring",
    body: html`${shown === null ? beforeTheFirst(parts.workspaceName) : opening(parts.workspaceName, shown.report)}
${shown === null && alerts.length === 0 ? nothing : alertsSection(alerts)}
${shown === null ? nothing : body(shown)}
${reports.length > 1 ? reportsSection(reports, shown) : nothing}`,
  });
}

function beforeTheFirst(workspace: string): Html {
  return hero(
    workspace,
    "No report has been drawn yet",
    html`Run <code>assay monitor</code> to hold the decisions served so far against the released bundle’s profile. With <code>everyMinutes</code> under <code>monitoring</code> in assay.config.ts, <code>assay work</code> draws reports by itself.`,
  );
}

function opening(workspace: string, report: MonitorReport): Html {
  const { bundle, drawnAt, falseAlarmRate } = report;
  return hero(
    html`${workspace}, as of ${instantText(drawnAt)}`,
    verdictWords(report),
    html`Decisions by the bundle <a href="${bundlePath(bundle)}"><code>${shortHash(bundle)}</code></a> beside the profile it was made with. A report in which nothing has changed raises any alarm in at most ${percent(falseAlarmRate)} of cases.`,
  );
}

/** The report in one sentence. */
function verdictWords({ verdict, decisions, findings }: MonitorReport): string {
  const about = `${count(decisions)} decisions`;
  if (verdict === "tooFew") return `${about}: too few to tell whether anything has changed`;
  if (verdict === "quiet") return `${about}, and no drift`;
  const loud = findings.filter(({ severity }) => severity !== "notice").length;
  return `${about}, ${loud === 1 ? "one finding" : `${count(loud)} findings`}`;
}

function body({ hash, report }: KeptReport): Html {
  return html`${findingsSection(report)}
${driftSections(report)}
${decidedSection(report)}
${outcomesSections(report.outcomes)}
${report.fairness === null ? nothing : groupsSection(report.fairness)}
${report.feeds === null ? nothing : feedsSection(report.feeds)}
${report.shadow === null ? nothing : shadowSection(report.shadow)}
${aboutSection(hash, report)}`;
}

function aboutSection(hash: string, report: MonitorReport): Html {
  const { span, latency, profile } = report;
  return section(
    "about",
    "This report",
    html`The whole document, as it is hashed: <a href="${reportDocumentPath(hash)}">JSON</a>.`,
    html`${facts([
      ["Decisions, in the order they were kept", `${count(span.fromKept)} to ${count(span.toKept - 1)}`],
      ["Narrowed to", span.sample],
      ["Half and 99 in 100 decided within", latencyText(latency)],
      ["Report", hashCode(hash)],
      ["Profile", hashCode(profile)],
    ])}`,
  );
}

function latencyText({ p50Micros, p99Micros }: MonitorReport["latency"]): string | null {
  if (p50Micros === null || p99Micros === null) return null;
  return `${withUnit(count(p50Micros), "µs")} and ${withUnit(count(p99Micros), "µs")} in the decider`;
}

function reportsSection(reports: readonly KeptReport[], shown: KeptReport | null): Html {
  return section(
    "reports",
    "Reports",
    "Newest first. Each is kept whole, by its hash.",
    table({
      caption: "Reports",
      rows: reports,
      narrow: "cards",
      marked: ({ hash }) => hash === shown?.hash,
      columns: [
        {
          head: "As of",
          cell: ({ hash, report }) => html`<a href="${reportPath(hash)}">${instantText(report.drawnAt)}</a>`,
        },
        { head: "Says", cell: ({ report }) => verdictWords(report) },
        { head: "Narrowed to", cell: ({ report }) => report.span.sample ?? "nothing: all decisions of the span" },
        {
          head: "Bundle",
          cell: ({ report }) =>
            html`<a href="${bundlePath(report.bundle)}"><code>${shortHash(report.bundle)}</code></a>`,
        },
      ],
    }),
  );
}
