// Real bundles on the small season: a champion that learnt from two hundred borrowers, a challenger that learnt from six hundred,
// and one that was fitted on reversed outcomes.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Hash } from "../base/index.ts";
import type { BuiltDataset } from "../datasets/index.ts";
import type { RecordStore } from "../decisions/index.ts";
import { buildSeason } from "./build-season.ts";
import type { LearningDeclaration } from "./declaration.ts";
import { withDefaults } from "./default-declaration.ts";
import { type Ground, openGround, prepareGround } from "./fixtures/loop-ground.ts";
import { cutOff, hasPython, spine } from "./fixtures/small-season.ts";
import { faultyPython } from "./fixtures/tampering-trainer.ts";
import { judgeSeason } from "./judge-season.ts";
import { openLoopJudge } from "./loop-judge.ts";
import { trainSeason } from "./train-season.ts";

type Opened = Awaited<ReturnType<typeof openGround>>;

const wide: LearningDeclaration = {
  bundle: "lines",
  // A hundred and twenty people are few: margins as wide as their limits.
  gates: [
    { gate: "data", leastRows: 500, leastBads: 50, missingRise: 0.1 },
    { gate: "discrimination", margin: 0.1 },
    { gate: "calibration", most: 2, margin: 0.05 },
    { gate: "slices", margin: 0.3, leastBads: 12 },
    { gate: "fairness", margin: 0.5 },
    { gate: "reasons", agreement: 0.2 },
    { gate: "stability", margin: 0.1, leastBads: 12 },
    { gate: "latency", mostMicros: 1e7 },
    { gate: "replay", decisions: 150, mostFlipped: 0.9 },
  ],
};

describe.skipIf(!hasPython)("the judge of loops (needs the Python environment)", () => {
  let ground: Ground;
  let opened: Opened;
  let dataset: BuiltDataset;
  let challenger: Hash;

  beforeAll(async () => {
    ground = await prepareGround();
    opened = await openGround(ground.folder);
    dataset = await builtAt(cutOff);
    challenger = await fitted(opened, dataset);
  });
  afterAll(async () => {
    await opened.close();
    await ground.close();
  });

  const snapshot = () => opened.site.snapshot("");
  const season = ({ site }: Opened = opened) => ({
    ...site.season,
    registry: site.registry,
    signal: new AbortController().signal,
  });

  async function builtAt(labelCutOff: number, seed = "loop"): Promise<BuiltDataset> {
    const split = { seed, train: 0.6, validation: 0.2 };
    const given = { spine: spine(), snapshot: await snapshot(), labelCutOff, split };
    return await buildSeason(opened.site.plan, given, season());
  }

  async function fitted(on: Opened, over: BuiltDataset): Promise<Hash> {
    const flat = { file: over.file, sha256: over.manifest.file.sha256, columns: over.manifest.columns };
    const trained = await trainSeason(on.site.plan, over, flat, season(on));
    const judgement = on.site.judgement(over);
    const request = { dataset: over, snapshot: await snapshot(), trained, flat, ...judgement, approvals: [] };
    return (await judgeSeason(on.site.plan, request, season(on))).bundle;
  }

  function judge(declaration: LearningDeclaration) {
    const { plan, judgement, records } = opened.site;
    return openLoopJudge({ plan, declaration, records: records as RecordStore, judgement });
  }

  async function gatesOf(bundle: Hash, declaration = wide, champion: Hash = ground.champion, over = dataset) {
    const asked = { champion, challenger: bundle, dataset: over, snapshot: await snapshot(), season: season() };
    return await judge(withDefaults(declaration)).gates(asked);
  }

  const verdictsOf = (gates: Awaited<ReturnType<typeof gatesOf>>) =>
    Object.fromEntries(gates.map(({ name, verdict }) => [name, verdict]));

  it("passes a better challenger, with numbers, bounds and what they were made from", async () => {
    const gates = await gatesOf(challenger);
    const { fairness, ...verdicts } = verdictsOf(gates);
    expect(new Set(Object.values(verdicts))).toEqual(new Set(["pass"]));
    expect(gates).toHaveLength(11);
    // A hundred and twenty people: too few of each sex for the vault to say who is favoured by one bundle only.
    expect(fairness).toBe("inconclusive");
    const { hash, manifest } = dataset;
    const discrimination = gates.find(({ name }) => name === "discrimination")!;
    expect(discrimination).toMatchObject({ bounds: { margin: 0.1 }, measured: { rows: manifest.split.rows.test } });
    expect(discrimination.evidence).toMatchObject({
      dataset: hash,
      seed: "loop",
      challenger,
      champion: ground.champion,
    });
    expect(gates.find(({ name }) => name === "replay")!.measured).toMatchObject({ decisions: 150, differing: 0 });
    expect(gates.find(({ name }) => name === "data")!.measured["rowsCompared"]).toBe(400);
  });

  it("waits for a person where a hundred and twenty people cannot meet the margins that hold by default", async () => {
    const verdicts = verdictsOf(await gatesOf(challenger, { bundle: "lines" }));
    expect(verdicts).toMatchObject({
      data: "inconclusive",
      discrimination: "inconclusive",
      calibration: "inconclusive",
    });
  });

  it("refuses one that was fitted on reversed outcomes", async () => {
    const python = await faultyPython(ground.folder, "flipped");
    const other = await openGround(ground.folder, { python });
    // Another second of outcomes is another dataset, or the fits of before would be found.
    const over = await builtAt(cutOff + 1_000_000);
    const flipped = await fitted(other, over);
    await other.close();
    const gates = await gatesOf(flipped, wide, ground.champion, over);
    expect(verdictsOf(gates)).toMatchObject({ discrimination: "fail", stability: "fail", size: "pass" });
  });

  it("compares nothing where the champion was fitted on another split", async () => {
    const over = await builtAt(cutOff, "another");
    const gates = await gatesOf(challenger, wide, ground.champion, over);
    const apart = gates.filter(({ sentence }) => sentence.startsWith("the champion was fitted on another split"));
    expect(apart.map(({ name }) => name)).toEqual([
      "discrimination",
      "calibration",
      "slices",
      "fairness",
      "reasons",
      "stability",
      "latency",
    ]);
    expect(new Set(apart.map(({ verdict }) => verdict))).toEqual(new Set(["inconclusive"]));
  });

  it("looks at both sides' decisions, and at what either failed", async () => {
    const { records } = opened.site;
    const head = await records.keptHead();
    const declared = withDefaults({ bundle: "lines" });
    const first = { bundle: ground.champion, toKept: Math.floor(head / 2) };
    const rest = { bundle: ground.champion, fromKept: Math.floor(head / 2) };
    const look = await judge(declared).look({ stage: "bake", challenger: rest, control: first });
    expect(look.stage).toBe("bake");
    expect(look.decisions.challenger + look.decisions.control).toBe(400);
    expect(look.results.map(({ name }) => name)).toEqual(declared.guardrails!.map(({ guardrail }) => guardrail));
    expect(look.results.filter(({ verdict }) => verdict === "broken")).toEqual([]);
    await (records as RecordStore).addFailures([
      { bundle: ground.champion, arm: "shadow", failures: 9_000 },
      { bundle: challenger, arm: "canary", failures: 300 },
    ]);
    const canary = { bundle: challenger, arm: "canary" };
    const control = { bundle: ground.champion, arm: "champion" };
    const [errors] = (await judge(declared).look({ stage: "canary", challenger: canary, control })).results;
    expect(errors).toMatchObject({ name: "errors", verdict: "broken", challenger: 1, control: 0 });
  });
});
