import { userInfo } from "node:os";
import { formatInstant } from "../../base/index.ts";
import { type Alert, openAlerts } from "../../monitoring/index.ts";
import type { CommandContext } from "../command-context.ts";
import { table } from "../terminal.ts";

const LISTED = 50;

/** Open alerts, or with an id the word that somebody looks into it. */
export async function alerts(
  { terminal, workspace }: CommandContext,
  id: string | undefined,
  options: { readonly all: boolean; readonly note: string },
): Promise<number> {
  const opened = await workspace();
  const book = await openAlerts(await opened.metadata(), opened.found.config.monitoring ?? {});
  if (id !== undefined) {
    const alert = await book.acknowledge(id, { person: userInfo().username, note: options.note });
    terminal.say(`Alert ${alert.id} is acknowledged by ${alert.acknowledged!.person}.`);
    terminal.result(alert);
    return 0;
  }
  const found = await book.alerts({ open: !options.all, limit: LISTED });
  for (const line of table(["alert", "state", "severity", "kind", "owner", "since (UTC)"], found.map(row))) {
    terminal.say(line);
  }
  for (const { finding } of found) terminal.say(`  ${finding.sentence} ${finding.wayOut}.`);
  if (found.length === 0) terminal.say("No alert is open.");
  terminal.result(found);
  return 0;
}

function row({ id, state, finding, owner, openedAt }: Alert): string[] {
  const since = openedAt === null ? "" : formatInstant(openedAt).slice(0, 19);
  return [id, state, finding.severity, finding.kind, owner, since];
}
