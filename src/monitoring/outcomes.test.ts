import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixedClock, formatInstant, instant, MICROS_PER_DAY, seededRandom } from "../base/index.ts";
import {
  boolean,
  type Catalogue,
  days,
  definitionOf,
  entity,
  event,
  findDefinition,
  label,
  occurs,
} from "../define/index.ts";
import type { EvaluationDocument } from "../evaluate/index.ts";
import { openHistory, type Snapshot } from "../history/index.ts";
import type { OutcomeDecision } from "./judged-decisions.ts";
import { drawOutcomes, type OutcomesRequest } from "./outcomes.ts";

const borrower = entity("borrower");
const outcome = event("outcome", borrower, { fields: { missed: boolean } });
const missed = label("missed", borrower, {
  bad: occurs(outcome.where({ missed: true })).next(days(30)),
  observedBy: occurs(outcome).next(days(30)),
});
const catalogue: Catalogue = { definitions: [borrower, outcome, missed].map((thing) => definitionOf(thing)) };
const schema = { outcome: findDefinition(catalogue, "event", "outcome")!.node };
const labelNode = findDefinition(catalogue, "label", "missed")!.node;

const PEOPLE = 1200;
const FIRST_DAY = instant("2024-03-01T00:00:00Z");
const cutOffAfter = (daysLater: number) => FIRST_DAY + daysLater * MICROS_PER_DAY;

/** The first half is decided on in March, the others in April; a bad one misses with its true probability. */
const truth = (() => {
  const random = seededRandom("monitoring/outcomes");
  return Array.from({ length: PEOPLE }, (_, i) => {
    const probability = 0.02 + 0.6 * random.next() * random.next();
    return {
      entity: `b-${i}`,
      t: cutOffAfter(i < PEOPLE / 2 ? 5 : 40),
      probability,
      missed: random.next() < probability,
    };
  });
})();

let folder: string;
let snapshot: Snapshot;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-outcomes-"));
  const vault = { store: () => Promise.reject(new Error("nothing here is protected")) };
  const history = await openHistory(folder, { schema, vault, clock: fixedClock(instant("2026-01-01T00:00:00Z")) });
  const events = truth.map(({ entity, t, missed }) => ({
    event: "outcome",
    entity,
    eventId: entity,
    at: formatInstant(t + 20 * MICROS_PER_DAY),
    fields: { missed },
  }));
  const stray = { ...events[0]!, entity: "nobody decided on", eventId: "stray" };
  await history.ingest([...events, stray], { source: "core" });
  snapshot = await history.seal();
  await history.close();
});
afterAll(() => rm(folder, { recursive: true }));

const decided = (change: (row: (typeof truth)[number], i: number) => Partial<OutcomeDecision> = () => ({})) =>
  truth.map((row, i): OutcomeDecision => {
    const { entity, t, probability } = row;
    const disposition = probability < 0.2 ? "approve" : "refer";
    return { decisionId: `d-${i}`, entity, t, probability, disposition, ...change(row, i) };
  });
const draw = (decisions: readonly OutcomeDecision[], more: Partial<OutcomesRequest> = {}) =>
  drawOutcomes({
    decisions,
    snapshot,
    schema,
    label: labelNode,
    labelCutOff: cutOffAfter(100),
    evaluation: null,
    falseAlarmRate: 0.01,
    ...more,
  });

/** Only what a report reads of an evaluation has to be real here. */
function evaluated(auc: number, standardError = 0.005): EvaluationDocument {
  const estimate = { value: auc, low: auc - 0.01, high: auc + 0.01, standardError, method: "DeLong", n: 5000 };
  return {
    models: [{ role: "champion", auc: estimate }],
    champion: { bands: [0.05, 0.1, 0.2, 0.3].map((to) => ({ to })).concat({ to: null as never }) },
  } as unknown as EvaluationDocument;
}

describe("a report on outcomes", () => {
  it("of right probabilities finds nothing, and says what they are worth", async () => {
    const { report, findings } = await draw(decided(), { evaluation: evaluated(0.72) });
    expect(findings).toEqual([]);
    const bads = truth.filter(({ missed }) => missed).length;
    expect(report).toMatchObject({ matured: PEOPLE, notes: [], labelCutOff: formatInstant(cutOffAfter(100)) });
    expect(report.statuses).toEqual({
      good: PEOPLE - bads,
      bad: bads,
      immature: 0,
      notObserved: 0,
      censored: 0,
      indeterminate: 0,
    });
    const { slope, intercept, expectedOverObserved } = report.calibration;
    for (const [estimate, right] of [
      [slope, 1],
      [intercept, 0],
      [expectedOverObserved, 1],
    ] as const) {
      expect(estimate.low).toBeLessThan(right);
      expect(estimate.high).toBeGreaterThan(right);
    }
    expect(report.auc.value).toBeGreaterThan(0.65);
    expect(report.bands.map(({ from, to }) => [from, to])).toEqual([
      [null, 0.05],
      [0.05, 0.1],
      [0.1, 0.2],
      [0.2, 0.3],
      [0.3, null],
    ]);
    for (const { expected, observed, decisions, matured } of report.bands) {
      expect(matured).toBe(decisions);
      expect(expected! > observed.low! && expected! < observed.high!).toBe(true);
    }
  });

  it("shows how mature each vintage is, and calls no young one good", async () => {
    // April's windows close on day 70.
    const { report } = await draw(decided(), { labelCutOff: cutOffAfter(69) });
    expect(report.statuses).toMatchObject({ immature: PEOPLE / 2 });
    const [march, april] = report.vintages;
    expect(march).toMatchObject({ vintage: "2024-03", decisions: PEOPLE / 2, matured: PEOPLE / 2, maturity: 1 });
    expect(april).toMatchObject({ vintage: "2024-04", decisions: PEOPLE / 2, matured: 0, maturity: 0 });
    for (const estimate of [april!.badRate, april!.auc, april!.ks, april!.expectedOverObserved]) {
      expect(estimate).toMatchObject({ value: null, low: null, n: 0, note: "no outcome is known yet" });
    }
  });

  it("cuts ten bands at the deciles where no evaluation says where", async () => {
    const { report } = await draw(decided());
    expect(report.bands).toHaveLength(10);
    for (const { decisions } of report.bands) expect(Math.abs(decisions - PEOPLE / 10)).toBeLessThan(3);
  });

  it("says so where nothing is known, or nobody was decided on", async () => {
    const young = await draw(decided(), { labelCutOff: cutOffAfter(10), evaluation: evaluated(0.9) });
    expect(young.findings).toEqual([]);
    expect(young.report).toMatchObject({ matured: 0, auc: { value: null }, calibration: { slope: { value: null } } });
    expect(young.report.notes).toEqual([expect.stringContaining("No outcome is known yet")]);
    const nobody = await draw([]);
    expect(nobody).toMatchObject({ report: { matured: 0, vintages: [], bands: [], dispositions: [] }, findings: [] });
    const strangers = await draw(decided((_, i) => ({ entity: `stranger ${i}` })));
    expect(strangers.report).toMatchObject({ matured: 0, statuses: { notObserved: PEOPLE, good: 0 } });
  });

  it("says so where all are of one class, and gives no number that they cannot give", async () => {
    for (const kind of [true, false]) {
      const alike = decided().filter((_, i) => truth[i]!.missed === kind);
      const { report } = await draw(alike);
      expect(report.auc).toMatchObject({ value: null, note: expect.stringContaining("at least one bad and one good") });
      expect(report.ks.value).toBeNull();
      expect(report.notes).toEqual([
        `All ${alike.length} known outcomes are ${kind ? "bad" : "good"}: one class tells nothing about ranking.`,
      ]);
      const { expectedOverObserved } = report.calibration;
      expect([expectedOverObserved.low, expectedOverObserved.high]).toEqual([null, null]);
    }
  });

  it("counts somebody once a month", async () => {
    const { report } = await draw([...decided(), ...decided().slice(0, 50)]);
    expect(report.matured).toBe(PEOPLE);
    expect(report.notes).toEqual(["50 further decisions about the same people in the same month are not counted."]);
  });

  it("ranks by margins where all have one", async () => {
    const flat = decided(({ missed }) => ({ probability: 0.2, margin: missed ? 1 : -1 }));
    expect((await draw(flat)).report.auc.value).toBe(1);
    expect((await draw([{ ...flat[0]!, margin: undefined as never }, ...flat.slice(1)])).report.auc.value).toBe(0.5);
  });
});

describe("findings on outcomes", () => {
  const kindsOf = ({ findings }: Awaited<ReturnType<typeof draw>>) =>
    findings.map(({ kind, severity }) => [kind, severity]);

  it("tell probabilities that are too low or too high by a size that matters", async () => {
    const scaled = (by: number) => draw(decided(({ probability }) => ({ probability: probability * by })));
    const low = await scaled(0.6);
    expect(kindsOf(low)).toEqual([["calibration", "critical"]]);
    expect(low.findings[0]).toMatchObject({ key: "calibration outcomes", bound: { value: 1.25 } });
    expect(low.findings[0]!.sentence).toMatch(/^\d+ of 1200 known outcomes are bad, more than the \d+\.\d expected/);
    expect(kindsOf(await scaled(1.6))).toEqual([["calibration", "warning"]]);
    expect(kindsOf(await scaled(1.1))).toEqual([]);
  });

  it("tell that none is bad where many were expected", async () => {
    const good = decided().filter((_, i) => !truth[i]!.missed);
    const { findings } = await draw(good);
    expect(findings).toMatchObject([{ kind: "calibration", severity: "warning", effect: { value: 0 } }]);
    expect((await draw(good.slice(0, 10))).findings).toEqual([]);
  });

  it("tell a ranking that is worse than the evaluation's, beyond chance", async () => {
    expect(kindsOf(await draw(decided(), { evaluation: evaluated(0.9) }))).toEqual([["discrimination", "critical"]]);
    expect(kindsOf(await draw(decided(), { evaluation: evaluated(0.9, 0.1) }))).toEqual([]);
    expect(kindsOf(await draw(decided().slice(0, 40), { evaluation: evaluated(0.9) }))).toEqual([]);
  });

  it("make no alarm of a ranking seen among the approved only", async () => {
    // Whoever was referred is unknown to the history.
    const selected = decided(({ entity, probability }) => (probability < 0.2 ? {} : { entity: `${entity} elsewhere` }));
    const { report, findings } = await draw(selected, { evaluation: evaluated(0.9) });
    expect(findings).toMatchObject([{ kind: "discrimination", severity: "notice" }]);
    expect(report.notes).toEqual(["Outcomes are hardly known of refer: the numbers are about the others."]);
    expect(report.dispositions).toMatchObject([
      { disposition: "approve", badRate: { n: report.matured } },
      { disposition: "refer", matured: 0, badRate: { value: null, note: "no outcome is known yet" } },
    ]);
  });

  it("stay silent over many spans with nothing wrong", async () => {
    const spansOf = (n: number) => Array.from({ length: PEOPLE / n }, (_, i) => decided().slice(i * n, (i + 1) * n));
    for (const span of [...spansOf(30), ...spansOf(100), ...spansOf(300)]) {
      expect((await draw(span, { evaluation: evaluated(0.72) })).findings).toEqual([]);
    }
  });
});
