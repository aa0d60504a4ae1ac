import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Metadata, openMetadata } from "../storage/index.ts";
import { openVault, type Vault } from "../vault/index.ts";
import { drawFairness, type FairnessRequest } from "./fairness-report.ts";

let folder: string;
let metadata: Metadata;
let vault: Vault;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-fairness-report-"));
  metadata = await openMetadata(folder);
  vault = await openVault(metadata);
  const person = (i: number, field: string, value: string) => ({
    entityType: "borrower",
    entity: `b-${i}`,
    field,
    value,
    at: 1,
  });
  const people = Array.from({ length: 450 }, (_, i) => [
    person(i, "sex", i % 2 === 0 ? "F" : "M"),
    person(i, "region", i < 5 ? "north" : i % 4 < 2 ? "south" : "west"),
  ]);
  await vault.store(people.flat());
});
afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

const declaration = {
  minimumCell: 30,
  attributes: [{ field: "sex", reference: "M", basis: "prohibited basis" }],
  notes: ["Only sex is collected."],
};
type Disposition = FairnessRequest["decisions"][number]["disposition"];
const decided = (n: number, disposition: (i: number) => Disposition) =>
  Array.from({ length: n }, (_, i) => ({ entity: `b-${i}`, disposition: disposition(i) }));
const draw = (decisions: FairnessRequest["decisions"], more: Partial<FairnessRequest> = {}) =>
  drawFairness({ decisions, declaration, vault, entityType: "borrower", falseAlarmRate: 0.01, ...more });

/** Women are approved half as often. */
const unequal = (i: number): Disposition =>
  i % 2 === 0 ? (i % 4 === 0 ? "approve" : "decline") : i % 8 === 1 ? "decline" : "approve";
const equal = (i: number): Disposition => (i % 4 < 2 ? "approve" : "decline");

describe("fairness of served decisions", () => {
  it("names the group that fares worse, by totals and limits", async () => {
    const { report, findings } = await draw(decided(400, unequal));
    const row = report.rows.find(({ favourable }) => favourable === "approved as asked")!;
    expect(row).toMatchObject({ attribute: "sex", group: "F", reference: "M", n: 200, air: 100 / 150 });
    expect(row.high).toBeLessThan(0.8);
    expect(findings).toMatchObject([
      {
        key: "fairness sex F",
        kind: "fairness",
        severity: "critical",
        subject: { name: "sex: F" },
        bound: { value: 0.8 },
      },
    ]);
    expect(findings[0]!.sentence).toBe(
      `approved as asked: 50.0 % of F, 75.0 % of M (sex); ratio 0.67 [${row.low!.toFixed(2)}, ${row.high!.toFixed(2)}].`,
    );
  });

  it("finds nothing where groups fare alike, or too few are known to say", async () => {
    const { report, findings } = await draw(decided(400, equal));
    expect(findings).toEqual([]);
    expect(report.rows[0]).toMatchObject({ air: 1 });
    const few = await draw(decided(400, unequal), { declaration: { ...declaration, minimumCell: 201 } });
    expect(few.findings).toEqual([]);
    for (const { air, high } of few.report.rows) expect([air, high]).toEqual([null, null]);
  });

  it("counts people in whole hundreds, so that a later report never tells of a few", async () => {
    const now = await draw(decided(400, unequal));
    const later = await draw(decided(450, unequal));
    expect(later.report.rows).toEqual(now.report.rows);
    expect(later.report.notes).toEqual([
      '400 people, each by the first decision in the span that was not "incomplete".',
      "The latest 50 people are not counted yet: people are counted in whole hundreds.",
      "Only sex is collected.",
    ]);
    expect(await draw(decided(99, unequal))).toMatchObject({ report: { rows: [] }, findings: [] });
  });

  it("counts a person once, by the first decision that told them something", async () => {
    const incomplete = decided(400, () => "incomplete");
    const again = decided(400, () => "approve");
    const { report } = await draw([...incomplete, ...decided(400, unequal), ...again]);
    expect(report.rows).toEqual((await draw(decided(400, unequal))).report.rows);
  });

  it("never shows a group of a few", async () => {
    const attributes = [{ field: "region", reference: "west", basis: "barred by policy" }];
    const { report } = await draw(decided(400, unequal), { declaration: { ...declaration, attributes } });
    expect(JSON.stringify(report)).not.toContain("north");
    for (const { n } of report.rows) expect(n).toBeGreaterThanOrEqual(10);
  });
});
