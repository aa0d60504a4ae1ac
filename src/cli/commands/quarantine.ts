import { formatProblem } from "../../base/index.ts";
import type { CommandContext } from "../command-context.ts";
import { table, thousands } from "../terminal.ts";

const SHOWN = 20;
const KEPT_MAX = 100_000;

/** What was refused, by code, with the newest rows. Payloads stay in the quarantine: they may hold personal data. */
export async function quarantine({ terminal, workspace }: CommandContext): Promise<number> {
  const rows = (await (await workspace()).history()).quarantine.list({ limit: KEPT_MAX });
  const counts: { [code: string]: number } = {};
  for (const { code } of rows) counts[code] = (counts[code] ?? 0) + 1;
  const lines = Object.entries(counts).map(([code, count]) => [code, thousands(count)]);
  for (const line of table(["code", "rows"], lines)) terminal.say(line);
  for (const row of rows.slice(-SHOWN)) terminal.say(`${row.source} row ${row.row}: ${formatProblem(row)}`);
  terminal.result({ counts, rows });
  return 0;
}
