// A run as plain data. Its hash names the run: the same family, columns, directions, bytes of data, seed and trainer give
// the same artefact, so a finished run is found again by its hash and never fitted twice.

import { type Hash, hashJson, invariant } from "../base/index.ts";
import type { FamilyNode, FeatureSetNode, ModelNode } from "../define/index.ts";
import type { ModelFormat } from "../score/index.ts";

/** `xgboost-plain` is the yardstick: XGBoost as a person would start by hand. It is compared with, never released. */
export type RunFamily = FamilyNode | { readonly kind: "xgboost-plain" };

/** 1: risk grows with the value; -1: it falls; 0: either way. */
export type Direction = -1 | 0 | 1;

export interface RunSpecification {
  readonly format: "assay.run";
  readonly version: 1;
  readonly model: string;
  readonly family: RunFamily;
  /** `role.feature`, in the order the model is fitted on. */
  readonly columns: readonly string[];
  readonly monotone: { readonly [column: string]: Direction };
  readonly dataset: RunDataset;
  readonly seed: number;
  /** Fits on reversed outcomes: see `controlOf`. */
  readonly flipLabels: boolean;
}

export interface RunDataset {
  /** Hash of the dataset's manifest. */
  readonly manifest: Hash;
  /** SHA-256 of each Parquet file, in the order of its rows. */
  readonly files: readonly Hash[];
  /** Outcomes known later do not exist in it: ISO 8601. */
  readonly knownUntil: string;
}

/** The specification of a model definition: columns by role, directions from the features. */
export function specifyRun(
  model: ModelNode & { readonly family: FamilyNode },
  sets: readonly FeatureSetNode[],
  given: { readonly dataset: RunDataset; readonly seed: number },
): RunSpecification {
  const inputs = model.inputs.flatMap(({ role, set, features }) =>
    features.map((name) => ({ column: `${role}.${name}`, direction: directionOf(sets, set, name) })),
  );
  return {
    format: "assay.run",
    version: 1,
    model: model.name,
    family: model.family,
    columns: inputs.map((input) => input.column),
    monotone: Object.fromEntries(inputs.map((input) => [input.column, input.direction])),
    dataset: given.dataset,
    seed: given.seed,
    flipLabels: false,
  };
}

function directionOf(sets: readonly FeatureSetNode[], set: string, name: string): Direction {
  const found = sets.find((each) => each.name === set)?.features.find((each) => each.name === name);
  invariant(found !== undefined, `a checked model reads only features that exist, not ${set}.${name}`);
  if (found.feature.worse === null) return 0;
  return found.feature.worse === "higher" ? 1 : -1;
}

/**
 * The mirror image of a run, which a gate must refuse: outcomes reversed, and declared directions with them. Directions
 * say which way risk goes; a control that kept them would find whatever noise agrees with them, and may still rank.
 */
export function controlOf(specification: RunSpecification): RunSpecification {
  const reversed = Object.entries(specification.monotone).map(([column, direction]) => [column, 0 - direction]);
  return {
    ...specification,
    model: `${specification.model}/control`,
    monotone: Object.fromEntries(reversed),
    flipLabels: !specification.flipLabels,
  };
}

/** The run's name: the specification and the trainer that would fit it. */
export function runHash(specification: RunSpecification, trainer: Hash): Hash {
  return hashJson({ specification, trainer });
}

export function formatOf(family: RunFamily): ModelFormat {
  return family.kind === "scorecard" ? "assay.scorecard" : "xgboost-json";
}
