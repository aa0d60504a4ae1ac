// Nouns look: lists for people, documents with `--json`.

import { AssayError, formatInstant } from "../../base/index.ts";
import { printDecision } from "../../policy/index.ts";
import type { CommandContext } from "../command-context.ts";
import { problems } from "../errors.ts";
import { table, thousands } from "../terminal.ts";

export async function bundles({ terminal, workspace }: CommandContext): Promise<number> {
  const registry = await (await workspace()).registry();
  const [entries, released] = [await registry.bundles(), await registry.released()];
  const rows = entries.map((entry) => [
    entry.hash.slice(0, 12),
    entry.name,
    formatInstant(entry.savedAt).slice(0, 19),
    entry.hash === released?.hash ? "in force" : "",
  ]);
  for (const line of table(["bundle", "name", "saved (UTC)", ""], rows)) terminal.say(line);
  terminal.result({ bundles: entries, released });
  return 0;
}

export async function runs({ terminal, workspace }: CommandContext): Promise<number> {
  const all = await (await (await workspace()).registry()).runs();
  const rows = all.map((run) => [run.id.slice(0, 12), run.kind, run.name, run.state, String(run.attempt)]);
  for (const line of table(["run", "kind", "name", "state", "attempt"], rows)) terminal.say(line);
  terminal.result(all);
  return 0;
}

export async function models(context: CommandContext): Promise<number> {
  return await listArtefacts(context, "model");
}

export async function datasets(context: CommandContext): Promise<number> {
  return await listArtefacts(context, "dataset");
}

async function listArtefacts({ terminal, workspace }: CommandContext, kind: string): Promise<number> {
  const entries = await (await (await workspace()).registry()).artefacts(kind);
  const rows = entries.map((entry) => [entry.hash.slice(0, 12), entry.name, thousands(entry.bytes)]);
  for (const line of table([kind, "name", "bytes"], rows)) terminal.say(line);
  terminal.result(entries);
  return 0;
}

export async function decisions({ terminal, workspace }: CommandContext, id: string | undefined): Promise<number> {
  const records = await (await workspace()).records();
  if (id === undefined) {
    const rows = await records.summaries(50, null);
    const lines = rows.map((row) => [
      row.decision_id,
      row.disposition,
      formatInstant(row.decided_at),
      row.bundle.slice(0, 12),
    ]);
    for (const line of table(["decision", "disposition", "decided at (UTC)", "bundle"], lines)) terminal.say(line);
    terminal.result(rows);
    return 0;
  }
  const stored = await records.decision(id);
  if (stored === undefined) throw new AssayError(problems.NO_DECISION(`decision ${id}`));
  terminal.say(printDecision(stored.decision));
  terminal.result({ decision: stored.decision, envelope: stored.envelope, link: stored.link, intact: stored.intact });
  return 0;
}
