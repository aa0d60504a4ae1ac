// A bundle over the benches' features: a forest drawn from a seed, cut where two fifths of the people asked about pass, with
// reasons of five features each measured against people who pass.

import { hashBytes, hashJson, invariant, SEMANTICS } from "../src/base/index.ts";
import { compileKernel, type EntityHistory } from "../src/compile/index.ts";
import type { BundleParcel } from "../src/decisions/index.ts";
import type { ModelNode, PolicyNode, RequestNode } from "../src/define/index.ts";
import { jurisdictionPack } from "../src/policy/index.ts";
import { loadScorer, type Row } from "../src/score/index.ts";
import { quantile } from "./bench.ts";
import { randomForest } from "./random-forest.ts";
import { decidedAt } from "./spending.ts";
import { schema, spendingHash, spendingSet } from "./window-features.ts";

export interface Sized {
  readonly trees: number;
  readonly depth: number;
  /** At most, in the baseline. */
  readonly baseline: number;
}

const GROUP = 5;
const names = spendingSet.features.map(({ name }) => name);
const columns = names.map((name) => `applicant.${name}`);

const request: RequestNode = {
  kind: "request",
  name: "lineRequest",
  parties: { applicant: { entity: "borrower", optional: false } },
  fields: { increase: { type: { kind: "money", currency: "USD", scale: 2 }, protection: "none", optional: false } },
};

/** Bands of probability: approved below the first cut-off, offered half below the second, declined above. */
function policyOf([approved, offered]: readonly [number, number]): PolicyNode {
  const offer = (times: number) => ({ increase: { asked: "increase", times } });
  return {
    kind: "policy",
    name: "lines",
    request: request.name,
    rules: [
      {
        kind: "bands",
        name: "score",
        on: { model: "pd", output: "pd" },
        bands: [
          { below: approved, action: { kind: "approve", offer: offer(1) } },
          { below: offered, action: { kind: "counterOffer", offer: offer(0.5) } },
        ],
        otherwise: { kind: "decline" },
      },
    ],
  };
}

function modelNode(name: string): ModelNode {
  return {
    kind: "model",
    name,
    label: "defaulted",
    inputs: [{ role: "applicant", set: spendingSet.name, features: names }],
    family: {
      kind: "xgboost",
      depth: 4,
      trees: 100,
      learningRate: 0.1,
      monotone: false,
      minChildWeight: 1,
      subsample: 1,
      colsample: 1,
    },
    outputs: [{ kind: "probability", name: "pd", horizon: "1 month UTC" }],
    calibrate: { method: "isotonic", on: "validation" },
  };
}

/** Values of people at the instant decided at. */
function rowsOf(people: readonly EntityHistory[]): Row[] {
  const kernel = compileKernel(spendingSet, schema, { meaningHash: spendingHash });
  return people.map((history) => {
    const row = { values: new Float64Array(columns.length), kinds: new Uint8Array(columns.length) };
    kernel.evaluate(history, decidedAt, {}, row.values, row.kinds, 0);
    return row;
  });
}

export function spendingParcel(people: readonly EntityHistory[], sized: Sized, seed: string): BundleParcel {
  const forest = randomForest(sized.trees, sized.depth, columns, seed);
  const scorer = loadScorer("xgboost-json", forest, columns);
  invariant(!Array.isArray(scorer), "the forest can be read");
  const scored = rowsOf(people).map((row) => ({ row, margin: scorer.margin(row) }));
  const margins = scored.map(({ margin }) => margin);
  const [low, high] = [Math.min(...margins) - 1, Math.max(...margins) + 1];
  const probabilityOf = (margin: number) => (margin - low) / (high - low);
  const cutoffs = [probabilityOf(quantile(margins, 0.4)), probabilityOf(quantile(margins, 0.7))] as const;
  const passing = scored.filter(({ margin }) => probabilityOf(margin) < cutoffs[0] - 1e-6).slice(0, sized.baseline);
  const baseline = {
    format: "assay.baseline",
    version: 1,
    model: "pd",
    output: "pd",
    cutoff: cutoffs[0],
    columns,
    rows: passing.map(({ row }) => Array.from(row.values, (value) => (Number.isNaN(value) ? null : value))),
    kinds: passing.map(({ row }) => [...row.kinds]),
  };
  const calibrator = {
    format: "assay.calibrator",
    version: 1,
    method: "isotonic",
    margins: [low, high],
    probabilities: [0, 1],
    fittedOn: { rows: people.length, dataset: "0".repeat(64), knownUntil: "2025-06-01T00:00:00.000000Z" },
  };
  const json = (document: object) => new TextEncoder().encode(JSON.stringify(document));
  return parcelOf({ forest, calibrator: json(calibrator), baseline: json(baseline), cutoffs });
}

interface Parts {
  readonly forest: Uint8Array;
  readonly calibrator: Uint8Array;
  readonly baseline: Uint8Array;
  readonly cutoffs: readonly [number, number];
}

function parcelOf({ forest, calibrator, baseline, cutoffs }: Parts): BundleParcel {
  const model = (name: string) => ({
    node: modelNode(name),
    artefact: { format: "xgboost-json", hash: hashBytes(forest) } as const,
    calibrator: hashBytes(calibrator),
    columns,
    run: `run-${name}`,
  });
  const document: BundleParcel["document"] = {
    format: "assay.bundle",
    version: 1,
    name: "spending",
    semantics: SEMANTICS,
    events: Object.values(schema),
    request,
    roles: { applicant: spendingSet.name },
    featureSets: [{ node: spendingSet, meaningHash: spendingHash }],
    models: [model("pd")],
    shadow: [model("challenger")],
    policy: policyOf(cutoffs),
    reasons: { kind: "reasonLibrary", name: "spending", reasons: groups() },
    baseline: { hash: hashBytes(baseline), model: "pd", output: "pd", cutoff: cutoffs[0] },
    jurisdiction: jurisdictionPack("US")!,
    evidence: { dataset: "1".repeat(64), evaluation: "2".repeat(64), fairness: "3".repeat(64) },
    intendedUse: "benches",
    owner: "bench",
    validator: "bench",
    limits: [],
    approvals: [],
  };
  const objects = new Map([forest, calibrator, baseline].map((bytes) => [hashBytes(bytes), bytes]));
  return { hash: hashJson(document), document, objects };
}

function groups() {
  return Array.from({ length: columns.length / GROUP }, (_, group) => ({
    name: `group${group}`,
    text: { en: `Spending, part ${group + 1}` },
    group: columns.slice(group * GROUP, (group + 1) * GROUP),
    when: null,
  }));
}
