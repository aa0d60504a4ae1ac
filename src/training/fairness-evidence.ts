// How a bundle's decisions would have fallen on groups of the test rows. The decisions are made by the same `decide` that
// serves; the vault is asked for totals by group and tells nothing about anyone.
//
// Every question has two cells, "yes" and "no", so that an answer either says how many of a group were favoured or says
// nothing: where the vault merged the two there is no number, never a smaller one.

import { airAtCutoffs, type FairnessDocument, fairnessTable, type GroupCount } from "../evaluate/index.ts";
import type { DecisionPart } from "../policy/index.ts";
import { MINIMUM_PEOPLE, TOO_FEW, type Vault } from "../vault/index.ts";

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
type Groups = { readonly [group: string]: GroupCount };
type Favours = (row: DecidedRow) => boolean;

/** `drawnOn` says in words who the rows are, for a reader who would take them for everybody. */
export async function fairnessEvidence(
  declaration: FairnessDeclaration,
  rows: readonly DecidedRow[],
  { cutoffs, drawnOn }: { readonly cutoffs: readonly number[]; readonly drawnOn: string },
  vault: Pick<Vault, "aggregate">,
  entityType: string,
): Promise<FairnessDocument> {
  const table: FairnessDocument["rows"][number][] = [];
  const atCutoffs: FairnessDocument["cutoffs"][number][] = [];
  for (const declared of declaration.attributes) {
    const attribute = declared.field;
    const inquiry = await openInquiry(vault, entityType, declared, rows);
    const common = { reference: declared.reference, minimumCell: declaration.minimumCell };
    const stages = await inEachOf(STAGES, async ({ favours, ...stage }) => ({
      ...stage,
      ...common,
      groups: await inquiry((row) => favours.includes(row.disposition)),
    }));
    table.push(...fairnessTable(stages).map((row) => ({ attribute, ...row })));
    const counted = await inEachOf(cutoffs, async (cutoff) => ({
      cutoff,
      groups: await inquiry((row) => row.probability < cutoff),
    }));
    const atEach = airAtCutoffs({ stage: "score", favourable: "below the cut-off", ...common, cutoffs: counted });
    atCutoffs.push(...atEach.map((row) => ({ attribute, ...row })));
  }
  return {
    format: "assay.fairness",
    version: 1,
    people: new Set(rows.map((row) => row.entity)).size,
    drawnOn,
    minimumCell: declaration.minimumCell,
    declared: declaration.attributes.map(({ field, reference, basis }) => ({ attribute: field, reference, basis })),
    rows: table,
    cutoffs: atCutoffs,
    notes: declaration.notes,
  };
}

/** Three ways to look at the same decisions; referrals stand apart because nobody was told anything yet. */
const STAGES: readonly {
  readonly stage: string;
  readonly favourable: string;
  readonly favours: readonly DecidedRow["disposition"][];
}[] = [
  { stage: "decision", favourable: "approved as asked", favours: ["approve"] },
  {
    stage: "decision",
    favourable: "any credit (as asked or a smaller increase)",
    favours: ["approve", "counterOffer"],
  },
  { stage: "referral", favourable: "not sent to a person", favours: ["approve", "counterOffer", "decline"] },
];

/** One after the other: what may be asked depends on what was asked before. */
async function inEachOf<T, R>(things: readonly T[], answerOf: (thing: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (const thing of things) answers.push(await answerOf(thing));
  return answers;
}

/**
 * Questions about one attribute of the same rows. Two answers whose favoured differ by a few people would, subtracted, tell
 * the groups of those few: the later question is then not put, and favours an unknown number.
 */
async function openInquiry(
  vault: Pick<Vault, "aggregate">,
  entityType: string,
  { field, reference, bands }: Declared,
  rows: readonly DecidedRow[],
): Promise<(favours: Favours) => Promise<Groups>> {
  const ask = async (favours: Favours) => {
    const members = rows.map((row) => ({ entity: row.entity, cell: favours(row) ? "yes" : "no" }));
    return await vault.aggregate({ entityType, field, members, ...(bands === undefined ? {} : { bands }) });
  };
  const everybody = await ask(() => true);
  const groups = [...new Set([reference, ...Object.keys(everybody)])];
  const people = (group: string) => Object.values(everybody[group] ?? {}).reduce((sum, n) => sum + n, 0);
  const told: Favours[] = [];
  return async (favours) => {
    const answer = told.some((before) => differByFew(rows, before, favours)) ? null : await ask(favours);
    const known = answer !== null && !Object.values(answer).some((cells) => Object.hasOwn(cells, TOO_FEW));
    if (known) told.push(favours);
    return Object.fromEntries(
      groups.map((group) => [group, { n: people(group), favourable: known ? (answer[group]?.["yes"] ?? 0) : null }]),
    );
  };
}

/** A complement tells as much as the set itself, so it counts as the same question. */
function differByFew(rows: readonly DecidedRow[], a: Favours, b: Favours): boolean {
  const apart = rows.filter((row) => a(row) !== b(row)).length;
  const fewest = Math.min(apart, rows.length - apart);
  return fewest > 0 && fewest < MINIMUM_PEOPLE;
}
