// Step 8: what was promised, shown. Parity on three roads; replay in processes that know nothing but the records, the
// bundles and (the second time) the table files; the chain whole, and found broken where a copy has one byte altered.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Kysely, sql } from "kysely";
import { type DecisionTables, RecordStore } from "../../decisions/index.ts";
import type { DecisionPart } from "../../policy/index.ts";
import type { Workspace } from "../../workspace/index.ts";
import type { ReplayReport } from "../commands/replay.ts";
import { type ChainReport, chainReport } from "../commands/verify.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

/** `assay replay --json` in a fresh process. */
export async function replayElsewhere(workspaceFolder: string, fromHistory: boolean): Promise<ReplayReport> {
  const args = [main, "--json", "--workspace", workspaceFolder, "replay", ...(fromHistory ? ["--from-history"] : [])];
  const text = await new Promise<string>((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      out += piece;
    });
    child.once("error", reject);
    child.once("close", (code) => (code === 0 || code === 1 ? resolve(out) : reject(new Error(`replay ended with code ${code}`))));
  });
  const report = JSON.parse(text) as ReplayReport | { readonly problem: { readonly rule: string } };
  if ("problem" in report) throw new Error(`replay: ${report.problem.rule}`);
  return report;
}

export interface TamperReport {
  readonly alteredContentFound: boolean;
  readonly alteredLinkFound: boolean;
}

/** Alters one stored byte of a content, then one of a link, in a copy, and looks whether the chain notices. */
export async function tamperWithCopy(workspace: Workspace): Promise<TamperReport> {
  const db = (await workspace.metadata()).db as Kysely<DecisionTables>;
  const copy = new RecordStore(db.withSchema("tampered"), (await workspace.vault()).personKeys);
  await sql`drop schema if exists tampered cascade; create schema tampered; create table tampered.decisions as table decisions`.execute(db);
  try {
    await sql`
      update tampered.decisions set sealed = set_byte(sealed, length(sealed) / 2, get_byte(sealed, length(sealed) / 2) # 1)
      where decision_id = (select min(decision_id) from tampered.decisions)`.execute(db);
    const content = await chainReport(copy);
    await sql`
      update tampered.decisions set salted_hash = translate(salted_hash, '0123456789abcdef', '1234567890bcdefa')
      where decision_id = (select max(decision_id) from tampered.decisions)`.execute(db);
    const link = await chainReport(copy);
    return { alteredContentFound: content.breaks.length === 1, alteredLinkFound: link.breaks.length > content.breaks.length };
  } finally {
    await sql`drop schema tampered cascade`.execute(db);
  }
}

export interface DecisionCounts {
  readonly count: number;
  readonly approved: number;
  readonly counterOffered: number;
  readonly referred: number;
  readonly declined: number;
  /** Adverse decisions without a reason that was scored or fired, adverse in sign, and read. */
  readonly withoutReason: number;
}

/** Counted from the records themselves; what a person decided later is left out. */
export async function countDecisions(workspace: Workspace, bundles: readonly string[]): Promise<DecisionCounts> {
  const counts = { count: 0, approved: 0, counterOffered: 0, referred: 0, declined: 0, withoutReason: 0 };
  for await (const { decision } of (await workspace.records()).decisions()) {
    if (decision.supersedes !== null || !bundles.includes(decision.bundle)) continue;
    counts.count++;
    if (decision.disposition === "approve") counts.approved++;
    if (decision.disposition === "counterOffer") counts.counterOffered++;
    if (decision.disposition === "refer") counts.referred++;
    if (decision.disposition === "decline") counts.declined++;
    if (decision.adverse && !hasTrueReason(decision)) counts.withoutReason++;
  }
  return counts;
}

function hasTrueReason(decision: DecisionPart): boolean {
  return decision.reasons.some((reason) => {
    if (reason.values.length === 0) return false;
    if (reason.component === "score") return reason.contribution !== null && reason.contribution > 0;
    return decision.trace.some((rule) => rule.kind === "knockOut" && (rule.verdict === "decided" || rule.verdict === "fired"));
  });
}

export type { ChainReport };
