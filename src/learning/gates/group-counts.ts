// How the two bundles favour groups, by totals from the vault. One question has four cells (favoured by both, by one, by the
// other, by neither), for what changes between two bundles is in those who are favoured by one only, and their totals by group
// give the difference of two ratios its own interval.
//
// Totals of two questions about the same people may be subtracted. So no question is put that could tell of a few people
// beside one that was put, and the challenger's own fairness evidence counts as put. What those few could do at worst can be
// told from that evidence alone.

import type { FairnessDocument } from "../../evaluate/index.ts";
import type { Disposition } from "../../policy/index.ts";
import type { FairnessDeclaration } from "../../training/index.ts";
import { MINIMUM_PEOPLE, NOT_COLLECTED, TOO_FEW, type Vault } from "../../vault/index.ts";
import type { Decided, HoldOut } from "./hold-out.ts";

const CELLS = ["both", "challengerOnly", "championOnly", "neither"] as const;
type Cell = (typeof CELLS)[number];

/** People by which bundle favours them. */
export type Split = { readonly [cell in Cell]: number };

/** One attribute at one stage. */
export interface GroupCounts {
  readonly attribute: string;
  readonly favourable: string;
  readonly reference: string;
  /** Of everybody. */
  readonly everybody: Split;
  /** Groups with a name; null where the vault was not asked, or did not say. */
  readonly groups: { readonly [group: string]: Split } | null;
  /** What the challenger's own evidence says of its decisions on the same people. */
  readonly evidence: FairnessDocument["rows"];
}

const STAGES: readonly { readonly favourable: string; readonly favours: readonly Disposition[] }[] = [
  { favourable: "approved as asked", favours: ["approve"] },
  { favourable: "any credit (as asked or a smaller increase)", favours: ["approve", "counterOffer"] },
];
/** What a bundle's fairness evidence asks. */
const ASKED_BEFORE: readonly (readonly Disposition[])[] = [
  ...STAGES.map(({ favours }) => favours),
  ["approve", "counterOffer", "decline"],
];

export interface GroupQuestion {
  readonly declaration: FairnessDeclaration;
  readonly vault: Pick<Vault, "aggregate">;
  readonly entityType: string;
  /** The challenger's. */
  readonly evidence: FairnessDocument;
}

type Rows = Pick<HoldOut, "rows" | "challenger" | "champion">;

/** Throws what the vault throws. */
export async function drawGroups(holdOut: Rows, question: GroupQuestion): Promise<GroupCounts[]> {
  const { declaration, evidence } = question;
  const stages = openStages(holdOut);
  const counts: GroupCounts[] = [];
  for (const declared of declaration.attributes) {
    for (const { favourable, cells, mayAsk } of stages) {
      const about = { attribute: declared.field, favourable, reference: declared.reference };
      const rows = evidence.rows.filter((row) => row.attribute === declared.field && row.favourable === favourable);
      const everybody = splitOf(Map.groupBy(cells, (cell) => cell));
      const groups = mayAsk ? await askVault(holdOut, cells, { ...question, declared }) : null;
      counts.push({ ...about, everybody, groups, evidence: rows });
    }
  }
  return counts;
}

async function askVault(
  { rows }: Rows,
  cells: readonly Cell[],
  { declared, vault, entityType }: GroupQuestion & { readonly declared: FairnessDeclaration["attributes"][number] },
): Promise<GroupCounts["groups"]> {
  const { field, bands } = declared;
  const members = rows.map(({ parties }, row) => ({ entity: parties[0]!.entity, cell: cells[row]! }));
  const answer = await vault.aggregate({ entityType, field, members, ...(bands === undefined ? {} : { bands }) });
  if (Object.values(answer).some((told) => Object.hasOwn(told, TOO_FEW))) return null;
  const named = Object.entries(answer).filter(([group]) => !NO_GROUP.includes(group));
  return Object.fromEntries(
    named.map(([group, told]) => [group, Object.fromEntries(CELLS.map((cell) => [cell, told[cell] ?? 0])) as Split]),
  );
}

/** Nobody's group: those merged because they are few, and those who were never asked. */
const NO_GROUP: readonly string[] = [TOO_FEW, NOT_COLLECTED];

function splitOf(byCell: ReadonlyMap<Cell, readonly Cell[]>): Split {
  return Object.fromEntries(CELLS.map((cell) => [cell, byCell.get(cell)?.length ?? 0])) as Split;
}

function openStages({ challenger, champion }: Rows) {
  const alone = ASKED_BEFORE.map((favours) => cellsOf(challenger, challenger, favours));
  // Where the vault merged two cells it told nothing.
  const told: (readonly Cell[])[] = alone.filter((cells) => CELLS.every((cell) => !isFew(countOf(cells, cell))));
  return STAGES.map(({ favourable, favours }) => {
    const cells = cellsOf(challenger, champion, favours);
    const differ = cells.some((cell) => cell === "challengerOnly" || cell === "championOnly");
    const mayAsk = differ && !tellsOfFew(cells, [cells.map(() => "neither" as const), ...told]);
    if (mayAsk) told.push(cells);
    return { favourable, cells, mayAsk };
  });
}

function countOf(cells: readonly Cell[], cell: Cell): number {
  return cells.reduce((sum, one) => (one === cell ? sum + 1 : sum), 0);
}

function isFew(people: number): boolean {
  return people > 0 && people < MINIMUM_PEOPLE;
}

function cellsOf(challenger: Decided, champion: Decided, favours: readonly Disposition[]): Cell[] {
  return challenger.dispositions.map((disposition, row) => {
    const [ours, theirs] = [favours.includes(disposition), favours.includes(champion.dispositions[row]!)];
    if (ours && theirs) return "both";
    if (ours) return "challengerOnly";
    return theirs ? "championOnly" : "neither";
  });
}

/** Every choice of cells: whatever adds up to a total that an answer tells. */
const UNIONS = Array.from({ length: 1 << CELLS.length }, (_, union) =>
  CELLS.map((_cell, i) => ((union >> i) & 1) === 1),
);

/** Whether some total of the asked question differs by few people from some total of a question that was told. */
function tellsOfFew(asked: readonly Cell[], told: readonly (readonly Cell[])[]): boolean {
  return told.some((before) => {
    const crossed = crossedCounts(before, asked);
    return UNIONS.some((a) => UNIONS.some((b) => isFew(peopleApart(crossed, a, b)) && isNews(crossed, b)));
  });
}

/** People by their cell before and now. */
function crossedCounts(before: readonly Cell[], now: readonly Cell[]): number[][] {
  const crossed = CELLS.map(() => CELLS.map(() => 0));
  for (const [row, cell] of before.entries()) crossed[CELLS.indexOf(cell)]![CELLS.indexOf(now[row]!)]!++;
  return crossed;
}

type Union = readonly boolean[];

function peopleApart(crossed: readonly (readonly number[])[], told: Union, asked: Union): number {
  let apart = 0;
  for (const [a, row] of crossed.entries()) {
    for (const [b, people] of row.entries()) if (told[a] !== asked[b]) apart += people;
  }
  return apart;
}

/** Nobody and everybody are no news. */
function isNews(crossed: readonly (readonly number[])[], asked: Union): boolean {
  let [inside, outside] = [0, 0];
  for (const row of crossed) {
    for (const [b, people] of row.entries()) {
      if (asked[b]) inside += people;
      else outside += people;
    }
  }
  return inside > 0 && outside > 0;
}
