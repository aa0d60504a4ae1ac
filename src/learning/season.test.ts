import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BuiltDataset } from "../datasets/index.ts";
import { buildSeason } from "./build-season.ts";
import { bundleObjects } from "./bundle-objects.ts";
import { cutOff, fairness, hasPython, openSmallSeason, type SmallSeason, spine } from "./fixtures/small-season.ts";
import { type JudgedSeason, type JudgeRequest, judgeSeason } from "./judge-season.ts";
import { type FlatTable, type TrainedSeason, trainSeason } from "./train-season.ts";

describe.skipIf(!hasPython)("a season (needs the Python environment)", () => {
  let season: SmallSeason;
  let dataset: BuiltDataset;
  let flat: FlatTable;
  let trained: TrainedSeason;
  let judged: JudgedSeason;

  beforeAll(async () => {
    season = await openSmallSeason();
    const split = { seed: "season", train: 0.6, validation: 0.2 };
    const given = { spine: spine(), snapshot: season.snapshot, labelCutOff: cutOff, split };
    dataset = await buildSeason(season.plan, given, season.site);
    const columns = ["applicant.lateCount", "applicant.billedNow"];
    flat = { file: dataset.file, sha256: dataset.manifest.file.sha256, columns };
    trained = await trainSeason(season.plan, dataset, flat, season.site);
    judged = await judgeSeason(season.plan, request(), season.site);
  });

  afterAll(() => season.close());

  const request = (more: Partial<JudgeRequest> = {}): JudgeRequest => ({
    dataset,
    snapshot: season.snapshot,
    trained,
    flat,
    within: { column: "applicant.lateCount", below: 1 },
    fairness,
    approvals: [{ person: "tester", at: "2024-08-10T00:00:00Z", note: "for a test" }],
    ...more,
  });

  it("leaves dataset, runs and models in the registry, by hash", async () => {
    const { registry } = season.site;
    expect(await registry.document(dataset.hash)).toEqual(dataset.manifest);
    const runs = await registry.runs();
    expect(runs.map(({ name, state }) => `${name} ${state}`).sort()).toEqual([
      "pd.card finished",
      "pd.card/control finished",
      "pd.trees finished",
      "reference finished",
    ]);
    for (const { trained: model } of trained.candidates) {
      expect(await season.site.objects.has(model.artefact.hash)).toBe(true);
    }
  });

  it("binds the policy to the winner of the contest, and to the runner-up in the second bundle", async () => {
    const { choice } = judged.evaluation;
    expect(new Set([choice.chosen, choice.runnerUp])).toEqual(new Set(["pd.card", "pd.trees"]));
    for (const [hash, champion, shadow] of [
      [judged.bundle, choice.chosen, choice.runnerUp],
      [judged.runnerUpBundle!, choice.runnerUp, choice.chosen],
    ] as const) {
      const bundle = await season.site.registry.bundle(hash!);
      expect(bundle.policy.rules.at(-1)).toMatchObject({ kind: "bands", on: { model: champion, output: "pd" } });
      expect(bundle.models.map(({ node }) => node.name)).toEqual([champion]);
      expect(bundle.shadow.map(({ node }) => node.name)).toEqual([shadow]);
      expect(bundle.evidence.dataset).toBe(dataset.hash);
      const calibrator = JSON.parse(
        Buffer.from(await season.site.objects.get(bundle.models[0]!.calibrator!)).toString(),
      ) as { readonly fittedOn: object };
      const { rule, rows } = dataset.manifest.split;
      expect(calibrator.fittedOn).toMatchObject({
        rows: rows.validation,
        split: { seed: rule.seed, part: "validation" },
      });
    }
  });

  it("counts fairness on the decisions of the bundle, by groups that only the vault knows", () => {
    expect(new Set(judged.fairness.rows.map(({ attribute, group }) => `${attribute} ${group}`))).toContain("sex F");
    expect(judged.evaluation.control.refused).toBe(true);
    expect(judged.fairness).toMatchObject({
      people: dataset.manifest.split.rows.test,
      drawnOn: "test people whose outcome was known by 2024-08-10",
    });
  });

  it("fits nothing twice, and judges the same runs to the same choice", async () => {
    const again = await trainSeason(season.plan, dataset, flat, season.site);
    expect([...again.candidates.map((candidate) => candidate.trained), again.reference, again.control]).toSatisfy(
      (models: { resumed: boolean }[]) => models.every(({ resumed }) => resumed),
    );
    const twice = await judgeSeason(season.plan, request({ trained: again }), season.site);
    expect(twice.evaluation.choice).toEqual(judged.evaluation.choice);
    expect(twice.evaluation.champion).toEqual(judged.evaluation.champion);
    expect(twice.fairness).toEqual(judged.fairness);
    const [before, after] = await Promise.all(
      [judged, twice].map(async ({ bundle }) => await season.site.registry.bundle(bundle)),
    );
    expect({ ...after, evidence: null }).toEqual({ ...before, evidence: null });
  });

  it("stops where the control passes, and keeps no bundle", async () => {
    const before = await season.site.registry.bundles();
    const passing = { ...trained, control: trained.candidates[0]!.trained };
    await expect(judgeSeason(season.plan, request({ trained: passing }), season.site)).rejects.toMatchObject({
      code: "ASSAY_LEARNING_CONTROL_PASSED",
    });
    expect(await season.site.registry.bundles()).toEqual(before);
  });

  it("hands a decider every object that its bundle names, and none that is damaged", async () => {
    const document = await season.site.registry.bundle(judged.bundle);
    const objects = await bundleObjects(document, season.site.objects);
    const model = document.models[0]!.artefact.hash;
    expect([...objects.keys()]).toContain(model);
    expect(objects.size).toBe(5);
    const file = join(season.objectsFolder, model.slice(0, 2), model.slice(2));
    const bytes = await readFile(file);
    await writeFile(file, bytes.with(0, bytes[0]! ^ 1));
    await expect(bundleObjects(document, season.site.objects)).rejects.toMatchObject({
      problem: { code: "ASSAY_STORAGE_WRONG_HASH", thing: `object ${model}` },
    });
    await writeFile(file, bytes);
  });

  it("keeps a run that failed as failed", async () => {
    const { registry } = season.site;
    const other = { ...flat, columns: ["applicant.billedMean"] };
    const site = { ...season.site, python: "/no/such/python" };
    await expect(trainSeason(season.plan, dataset, other, site)).rejects.toMatchObject({
      code: "ASSAY_TRAINING_PYTHON_ABSENT",
    });
    const failed = (await registry.runs()).filter(({ state }) => state === "failed");
    expect(failed.map(({ name }) => name)).toEqual(["reference"]);
  });
});
