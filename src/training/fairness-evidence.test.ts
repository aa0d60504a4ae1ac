import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Metadata, openMetadata } from "../storage/index.ts";
import { openVault, type Vault } from "../vault/index.ts";
import { type DecidedRow, type FairnessDeclaration, fairnessEvidence } from "./index.ts";

let folder: string;
let metadata: Metadata;
let vault: Vault;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-fairness-"));
  metadata = await openMetadata(folder);
  vault = await openVault(metadata);
  const attribute = (field: string, i: number, value: string) => ({
    entityType: "borrower",
    entity: `b-${i}`,
    field,
    value,
    at: 1,
  });
  await vault.store(
    Array.from({ length: 200 }, (_, i) => [
      attribute("sex", i, i % 2 === 0 ? "F" : "M"),
      attribute("region", i, i < 4 ? "north" : i % 2 === 0 ? "south" : "west"),
    ]).flat(),
  );
});
afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

const declaration: FairnessDeclaration = {
  minimumCell: 10,
  attributes: [{ field: "sex", reference: "M", basis: "prohibited basis" }],
  notes: [],
};
const drawnOn = "people of a test";

/** Sexes alternate, so equal halves of every even run of rows. */
function decided(dispositions: { readonly [disposition in DecidedRow["disposition"]]?: number }): DecidedRow[] {
  const all = Object.entries(dispositions).flatMap(([disposition, rows]) => Array<string>(rows).fill(disposition));
  return all.map((disposition, i) => ({
    entity: `b-${i}`,
    disposition: disposition as DecidedRow["disposition"],
    probability: i / all.length,
  }));
}

const evidence = async (rows: DecidedRow[], cutoffs: number[] = [], declared = declaration) =>
  await fairnessEvidence(declared, rows, { cutoffs, drawnOn }, vault, "borrower");

it("does not take those in a cell too small to tell for people who were not favoured", async () => {
  const { rows, people } = await evidence(decided({ approve: 60, decline: 6, refer: 134 }));
  expect(people).toBe(200);
  expect(rows[0]).toMatchObject({ favourable: "approved as asked", group: "F", n: 100, rate: 0.3, air: 1 });
});

it("has no number where either side of the answer is too small", async () => {
  for (const few of [
    { approve: 6, refer: 194 },
    { approve: 194, refer: 6 },
  ]) {
    const { rows } = await evidence(decided(few));
    for (const row of rows) {
      expect(row).toMatchObject({ group: "F", n: 100, rate: null, referenceRate: null, air: null, note: "too few" });
    }
  }
});

it("counts a side that nobody is on", async () => {
  const { rows } = await evidence(decided({ approve: 200 }));
  expect(rows.map(({ rate, air }) => [rate, air])).toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
  ]);
});

it("tells no two answers whose difference would show the groups of a few", async () => {
  const { rows, cutoffs } = await evidence(decided({ approve: 60, counterOffer: 4, refer: 136 }), [0.25, 0.33, 0.5]);
  expect(rows.map(({ air, note }) => [air, note])).toEqual([
    [1, undefined],
    [null, "too few"],
    [null, "too few"],
  ]);
  // Below .33 are 66 people, 60 of whom were approved as asked.
  expect(cutoffs.map(({ cutoff, air }) => [cutoff, air])).toEqual([
    [0.25, 1],
    [0.33, null],
    [0.5, 1],
  ]);
});

it("shows groups that are too small to tell as one of that name, and compares nobody with a hidden reference", async () => {
  const regions = (reference: string) => ({
    ...declaration,
    attributes: [{ field: "region", reference, basis: "barred by policy" }],
  });
  const rows = decided({ approve: 100, refer: 100 });
  const told = (await evidence(rows, [], regions("west"))).rows;
  expect(told.slice(0, 1)).toMatchObject([{ group: "too few", n: 102, rate: 52 / 102, referenceRate: 48 / 98 }]);
  const hidden = (await evidence(rows, [], regions("north"))).rows;
  expect(hidden.map(({ group }) => group)).toContain("too few");
  for (const row of hidden) expect(row).toMatchObject({ nReference: 0, air: null, note: "too few" });
});

it("says whom it is drawn on", async () => {
  expect(await evidence(decided({ approve: 20 }))).toMatchObject({ people: 20, drawnOn });
});
