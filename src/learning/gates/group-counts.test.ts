// Questions to a real vault: what is asked, and what must not be.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { seededRandom } from "../../base/index.ts";
import type { FairnessDocument } from "../../evaluate/index.ts";
import type { DecideInput, Disposition } from "../../policy/index.ts";
import { type Metadata, openMetadata } from "../../storage/index.ts";
import { openVault, type Vault } from "../../vault/index.ts";
import { drawGroups } from "./group-counts.ts";
import type { Decided } from "./hold-out.ts";

const PEOPLE = 600;
const rows = Array.from(
  { length: PEOPLE },
  (_, i) => ({ parties: [{ role: "applicant", entity: `p${i}` }] }) as unknown as DecideInput,
);
const isFemale = (row: number) => row % 3 === 0;

let folder: string;
let metadata: Metadata;
let vault: Vault;
let asked: { readonly cells: ReadonlySet<string> }[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-groups-"));
  metadata = await openMetadata(folder);
  const opened = await openVault(metadata);
  const about = { entityType: "borrower", field: "sex", at: 0 };
  await opened.store(rows.map((_, i) => ({ ...about, entity: `p${i}`, value: isFemale(i) ? "F" : "M" })));
  // The real vault, with an ear at its door.
  vault = {
    ...opened,
    aggregate: async (question) => {
      asked.push({ cells: new Set([...question.members].map(({ cell }) => cell)) });
      return await opened.aggregate(question);
    },
  };
});
afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

function side(dispositionOf: (row: number) => Disposition): Decided {
  const dispositions = rows.map((_, row) => dispositionOf(row));
  const none = new Float64Array(PEOPLE);
  return { scores: none, probabilities: none, dispositions, adverse: [], firstReasons: [] };
}

const random = seededRandom("groups");
const luck = rows.map(() => random.next());
const byLuck =
  (approve: number, counter: number) =>
  (row: number): Disposition =>
    luck[row]! < approve ? "approve" : luck[row]! < counter ? "counterOffer" : "decline";

async function draw(challenger: Decided, champion: Decided) {
  asked = [];
  const declaration = { minimumCell: 20, attributes: [{ field: "sex", reference: "M", basis: "test" }], notes: [] };
  const evidence = { rows: [] as FairnessDocument["rows"] } as FairnessDocument;
  return await drawGroups({ rows, challenger, champion }, { declaration, vault, entityType: "borrower", evidence });
}

it("counts each group by who is favoured under which bundle, and the cells add up", async () => {
  const challenger = side((row) => byLuck(0.5, 0.8)(row));
  const champion = side((row) => byLuck(0.5, 0.8)((row + 7) % PEOPLE));
  const counts = await draw(challenger, champion);
  expect(counts.map(({ favourable }) => favourable)).toEqual([
    "approved as asked",
    "any credit (as asked or a smaller increase)",
  ]);
  const [{ groups, everybody }] = counts as [(typeof counts)[0]];
  expect(Object.keys(groups!).sort()).toEqual(["F", "M"]);
  const approvedWomen = rows.filter((_, row) => isFemale(row) && challenger.dispositions[row] === "approve").length;
  expect(groups!["F"]!.both + groups!["F"]!.challengerOnly).toBe(approvedWomen);
  for (const cell of ["both", "challengerOnly", "championOnly", "neither"] as const) {
    expect(groups!["F"]![cell] + groups!["M"]![cell]).toBe(everybody[cell]);
  }
});

it("asks nothing where both favour the same people", async () => {
  const same = side(byLuck(0.5, 0.8));
  const counts = await draw(same, same);
  expect(asked).toEqual([]);
  expect(counts.map(({ everybody }) => everybody.challengerOnly + everybody.championOnly)).toEqual([0, 0]);
});

it("asks nothing where the answer would tell of fewer than ten people", async () => {
  const counts = await draw(
    side(byLuck(0.5, 0.8)),
    side((row) => (row < 5 ? "decline" : byLuck(0.5, 0.8)(row))),
  );
  expect(asked).toEqual([]);
  expect(counts.map(({ groups }) => groups)).toEqual([null, null]);
});

it("asks nothing that would tell of a few beside what the evidence of the challenger told", async () => {
  // Whoever the champion approves is whoever the challenger gives any credit, but for three people.
  const edge = luck.toSorted((a, b) => a - b)[Math.floor(PEOPLE * 0.8)]!;
  const three = luck.toSorted((a, b) => a - b)[Math.floor(PEOPLE * 0.8) + 3]!;
  const counts = await draw(side(byLuck(0.5, edge)), side(byLuck(three, 0.95)));
  expect(counts[0]!.groups).toBeNull();
  expect(counts[0]!.everybody.championOnly).toBeGreaterThan(100);
  expect(asked.length).toBeLessThanOrEqual(1);
});
