// What was served, held against what was expected: a report drawn now, or one that was kept.

import { AssayError, formatInstant, parseInstant } from "../../base/index.ts";
import { keptReports, type MonitorReport, printReport, readReport } from "../../monitoring/index.ts";
import type { CommandContext } from "../command-context.ts";
import { problems } from "../errors.ts";
import { REPORTED_DECISIONS } from "../learning-site.ts";
import { drawLatestReport, keepSiteReport, monitorSite } from "../monitor-site.ts";
import { type Terminal, table, thousands } from "../terminal.ts";
import { bundleStarting } from "./release.ts";

const LISTED = 50;

/** The answer is no where something was found. */
export async function monitor(
  context: CommandContext,
  start: string | undefined,
  options: { readonly last?: number; readonly at?: string; readonly against?: string; readonly list: boolean },
): Promise<number> {
  if (options.list) return await listReports(context);
  const { terminal } = context;
  const workspace = await context.workspace();
  if (start !== undefined) {
    const registry = await workspace.registry();
    const found = (await registry.artefacts("monitor")).filter(({ hash }) => hash.startsWith(start));
    if (found.length !== 1) throw new AssayError(problems.NO_REPORT(`"${start}"`, { found: found.length }));
    return tell(terminal, await readReport(registry, found[0]!.hash), found[0]!.hash);
  }
  const at = options.at === undefined ? null : parseInstant(options.at);
  if (at === undefined) throw new AssayError(problems.BAD_INSTANT(`"${options.at}"`));
  const site = await monitorSite(workspace);
  const against =
    options.against === undefined ? null : await bundleStarting(await workspace.registry(), options.against);
  const report = await drawLatestReport(site, { last: options.last ?? REPORTED_DECISIONS, at, against });
  const { hash, changed } = await keepSiteReport(site, report);
  const code = tell(terminal, report, hash);
  for (const { state, owner, finding } of changed) terminal.say(`Alert ${state}, for ${owner}: ${finding.kind}.`);
  return code;
}

function tell(terminal: Terminal, report: MonitorReport, hash: string): number {
  for (const line of printReport(report)) terminal.say(line);
  terminal.say(`Report ${hash.slice(0, 12)}.`);
  terminal.result({ hash, report });
  return report.verdict === "findings" ? 1 : 0;
}

async function listReports({ terminal, workspace }: CommandContext): Promise<number> {
  const reports = await keptReports(await (await workspace()).registry(), LISTED);
  const rows = reports.map(({ hash, savedAt, report }) => [
    hash.slice(0, 12),
    formatInstant(savedAt).slice(0, 19),
    thousands(report.decisions),
    report.verdict,
    String(report.findings.length),
  ]);
  for (const line of table(["report", "kept (UTC)", "decisions", "verdict", "findings"], rows)) terminal.say(line);
  terminal.result(reports);
  return 0;
}
