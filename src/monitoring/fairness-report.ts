// How served decisions fall on groups, as the bundle's own evidence asked it: totals from the vault and nothing about anyone.
//
// Reports are drawn again and again, and what changed between two of them could tell the group of the few people who came in
// between. So each person counts by one decision, the first, and people are counted in whole hundreds: two reports that begin
// at the same decision have the same people or differ by a hundred.

import { adjustedForMany, type FairnessDocument } from "../evaluate/index.ts";
import { type DecidedRow, type FairnessDeclaration, fairnessEvidence } from "../training/index.ts";
import { NOT_COLLECTED, TOO_FEW, type Vault } from "../vault/index.ts";
import type { ReportPart } from "./draw-report.ts";
import { percent } from "./drift-findings.ts";
import type { FairnessReport, Finding } from "./report-document.ts";

export interface FairnessRequest {
  /** Of policy, in the order they were kept. */
  readonly decisions: readonly { readonly entity: string; readonly disposition: DecidedRow["disposition"] }[];
  readonly declaration: FairnessDeclaration;
  readonly vault: Pick<Vault, "aggregate">;
  readonly entityType: string;
  /** Chance of an alarm from this part where all groups fare the same. */
  readonly falseAlarmRate: number;
}

const BLOCK = 100;
/** Four fifths: 29 CFR 1607.4(D), the customary mark of adverse impact. */
const LEAST_RATIO = 0.8;

/** Throws what the vault throws (ASSAY_VAULT_BANDS). */
export async function drawFairness(request: FairnessRequest): Promise<ReportPart<FairnessReport>> {
  const { declaration, vault, entityType } = request;
  const everybody = firstDecisions(request.decisions);
  const counted = everybody.slice(0, everybody.length - (everybody.length % BLOCK));
  const left = everybody.length - counted.length;
  const notes = [
    `${counted.length} people, each by the first decision in the span that was not "incomplete".`,
    ...(left > 0 ? [`The latest ${left} people are not counted yet: people are counted in whole hundreds.`] : []),
    ...declaration.notes,
  ];
  if (counted.length === 0) return { report: { rows: [], notes }, findings: [] };
  const drawnOn = "people decided on";
  const evidence = await fairnessEvidence(declaration, counted, { cutoffs: [], drawnOn }, vault, entityType);
  const report = { rows: evidence.rows.map(reportRow), notes };
  return { report, findings: fairnessFindings(evidence.rows, request.falseAlarmRate) };
}

/** Nobody was told anything by an incomplete one. No cut-off is asked about, so probabilities do not matter. */
function firstDecisions(decisions: FairnessRequest["decisions"]): DecidedRow[] {
  const first = new Map<string, DecidedRow["disposition"]>();
  for (const { entity, disposition } of decisions) {
    if (disposition !== "incomplete" && !first.has(entity)) first.set(entity, disposition);
  }
  return Array.from(first, ([entity, disposition]) => ({ entity, disposition, probability: 0 }));
}

type EvidenceRow = FairnessDocument["rows"][number];

function reportRow(row: EvidenceRow): FairnessReport["rows"][number] {
  const { attribute, group, reference, favourable, air, low, high, n } = row;
  return { attribute, group, reference, favourable, air, low, high, n };
}

/** Nobody's group: those merged because they are few, and those who were never asked. */
const NO_GROUP: readonly string[] = [TOO_FEW, NOT_COLLECTED];

/** One for each group, about the favourable outcome in which it falls behind most surely. */
function fairnessFindings(rows: readonly EvidenceRow[], falseAlarmRate: number): Finding[] {
  const told = rows.filter(({ group, pValue }) => pValue !== null && !NO_GROUP.includes(group));
  const adjusted = adjustedForMany(told.map(({ pValue }) => pValue!));
  const behind = told
    .map((row, i) => ({ row, adjustedP: adjusted[i]! }))
    .filter(({ row, adjustedP }) => row.high! < LEAST_RATIO && adjustedP <= falseAlarmRate);
  const byGroup = Map.groupBy(behind, ({ row }) => `fairness ${row.attribute} ${row.group}`);
  return [...byGroup].map(([key, found]) => {
    const { row, adjustedP } = found.toSorted((a, b) => a.row.high! - b.row.high!)[0]!;
    return finding(key, row, adjustedP);
  });
}

function finding(key: string, row: EvidenceRow, adjustedP: number): Finding {
  const { attribute, group, reference, favourable, air, low, high, rate, referenceRate } = row;
  return {
    key,
    kind: "fairness",
    severity: "critical",
    subject: { name: `${attribute}: ${group}` },
    effect: { measure: "adverse impact ratio", value: air! },
    bound: { value: LEAST_RATIO, method: "four fifths, below which the whole 95 % interval (Koopman 1984) must lie" },
    adjustedP,
    sentence: `${favourable}: ${percent(rate!)} of ${group}, ${percent(referenceRate!)} of ${reference} (${attribute}); ratio ${air!.toFixed(2)} [${low!.toFixed(2)}, ${high!.toFixed(2)}].`,
    wayOut: "Have compliance look at it beside the bundle's own fairness evidence; look for a less harmful alternative",
  };
}
