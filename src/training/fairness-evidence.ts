// How a bundle's decisions would have fallen on groups of the test rows. The decisions are made by the same `decide` that
// serves; the vault is asked for totals by group and tells nothing about anyone.

import {
  airAtCutoffs,
  type CutoffFairnessRow,
  type FairnessDocument,
  type FairnessRow,
  fairnessTable,
  type StageCounts,
} from "../evaluate/index.ts";
import type { DecisionPart } from "../policy/index.ts";
import type { Vault } from "../vault/index.ts";

/** Declared before anything is computed. */
export interface FairnessDeclaration {
  readonly minimumCell: number;
  readonly attributes: readonly {
    readonly field: string;
    readonly reference: string;
    /** Why it may not be decided on: `prohibited basis (ECOA)`, `barred by policy`. */
    readonly basis: string;
    readonly bands?: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  }[];
  readonly notes: readonly string[];
}

/** A decided row: whose, how, and at which probability of bad. */
export interface DecidedRow {
  readonly entity: string;
  readonly disposition: DecisionPart["disposition"];
  readonly probability: number;
}

type Declared = FairnessDeclaration["attributes"][number];
type Counts = { readonly [group: string]: { readonly [cell: string]: number } };

export async function fairnessEvidence(
  declaration: FairnessDeclaration,
  rows: readonly DecidedRow[],
  cutoffs: readonly number[],
  vault: Vault,
  entityType: string,
): Promise<FairnessDocument> {
  const table: (FairnessRow & { attribute: string })[] = [];
  const atCutoffs: (CutoffFairnessRow & { attribute: string })[] = [];
  for (const declared of declaration.attributes) {
    const attribute = declared.field;
    const ask = (cellOf: (row: DecidedRow) => string) => askVault(vault, entityType, declared, rows, cellOf);
    const byDisposition = await ask((row) => row.disposition);
    const stages = stagesOf(byDisposition, declared.reference, declaration.minimumCell);
    table.push(...fairnessTable(stages).map((row) => ({ attribute, ...row })));
    const byBand = await ask((row) => String(bandOf(row.probability, cutoffs)));
    const counted = cutoffCounts(byBand, cutoffs, declared.reference, declaration.minimumCell);
    atCutoffs.push(...airAtCutoffs(counted).map((row) => ({ attribute, ...row })));
  }
  const declared = declaration.attributes.map(({ field, reference, basis }) => ({
    attribute: field,
    reference,
    basis,
  }));
  const { minimumCell, notes } = declaration;
  return { format: "assay.fairness", version: 1, minimumCell, declared, rows: table, cutoffs: atCutoffs, notes };
}

async function askVault(
  vault: Vault,
  entityType: string,
  declared: Declared,
  rows: readonly DecidedRow[],
  cellOf: (row: DecidedRow) => string,
): Promise<Counts> {
  const members = rows.map((row) => ({ entity: row.entity, cell: cellOf(row) }));
  const { field, bands } = declared;
  return await vault.aggregate({ entityType, field, members, ...(bands === undefined ? {} : { bands }) });
}

/** Three ways to look at the same decisions; referrals stand apart because nobody was told anything yet. */
const stages: readonly { readonly stage: string; readonly favourable: string; readonly counts: readonly string[] }[] = [
  { stage: "decision", favourable: "approved as asked", counts: ["approve"] },
  { stage: "decision", favourable: "any credit (as asked or a smaller increase)", counts: ["approve", "counterOffer"] },
  { stage: "referral", favourable: "not sent to a person", counts: ["approve", "counterOffer", "decline"] },
];

function stagesOf(counts: Counts, reference: string, minimumCell: number): StageCounts[] {
  return stages.map(({ stage, favourable, counts: favoured }) => ({
    stage,
    favourable,
    reference,
    minimumCell,
    groups: groupsOf(counts, reference, (cell) => favoured.includes(cell)),
  }));
}

function groupsOf(counts: Counts, reference: string, favours: (cell: string) => boolean): StageCounts["groups"] {
  const groups: { [group: string]: { n: number; favourable: number } } = { [reference]: { n: 0, favourable: 0 } };
  for (const [group, cells] of Object.entries(counts)) {
    let [n, favourable] = [0, 0];
    for (const [cell, people] of Object.entries(cells)) {
      n += people;
      if (favours(cell)) favourable += people;
    }
    groups[group] = { n, favourable };
  }
  return groups;
}

/** How many cut-offs lie at or below the probability: a row is favoured at those above. */
function bandOf(probability: number, cutoffs: readonly number[]): number {
  return cutoffs.filter((cutoff) => probability >= cutoff).length;
}

function cutoffCounts(counts: Counts, cutoffs: readonly number[], reference: string, minimumCell: number) {
  return {
    stage: "score",
    favourable: "below the cut-off",
    reference,
    minimumCell,
    cutoffs: cutoffs.map((cutoff, i) => ({
      cutoff,
      groups: groupsOf(counts, reference, (cell) => cell !== "too few" && Number(cell) <= i),
    })),
  };
}
