import type { CommandContext } from "../command-context.ts";
import { table, thousands } from "../terminal.ts";

/** What was refused, by code, with the newest rows. Payloads stay in the quarantine: they may hold personal data. */
export async function quarantine({ terminal, workspace }: CommandContext): Promise<number> {
  const kept = (await (await workspace()).history()).quarantine;
  const rows = kept.list({ limit: 100_000 });
  const counts = Object.entries(Object.groupBy(rows, (row) => row.code)).map(([code, some]) => [
    code,
    thousands(some?.length ?? 0),
  ]);
  for (const line of table(["code", "rows"], counts)) terminal.say(line);
  for (const { source, row, thing, rule, wayOut } of rows.slice(-20))
    terminal.say(`${source} row ${row}: ${thing}: ${rule}. ${wayOut}.`);
  terminal.result({ counts: Object.fromEntries(counts), rows });
  return 0;
}
