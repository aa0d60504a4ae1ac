// A model of a bundle, ready to score: its artefact and calibrator fetched by hash and verified, its columns bound to the
// places of the values that the kernels write.

import { type Hash, hashBytes, nearest, type Problem } from "../base/index.ts";
import { type Calibrator, loadCalibrator, loadScorer, type Row, type Scorer, uncalibrated } from "../score/index.ts";
import type { BoundColumn } from "./bound-columns.ts";
import type { BundledModel } from "./bundle-document.ts";
import { problems } from "./errors.ts";

/** Fetches an object's bytes from the store; `undefined` where it is not held. */
export type Objects = (hash: Hash) => Uint8Array | undefined;

export interface LoadedModel {
  readonly name: string;
  readonly output: string;
  readonly columns: readonly string[];
  readonly scorer: Scorer;
  readonly calibrator: Calibrator;
  /** For each column, its place among the bundle's bound columns. */
  readonly places: Int32Array;
}

export function fetchVerified(thing: string, hash: Hash, objects: Objects): Uint8Array | Problem[] {
  const bytes = objects(hash);
  if (bytes === undefined) return [problems.OBJECT_ABSENT(thing, { hash })];
  const got = hashBytes(bytes);
  return got === hash ? bytes : [problems.OBJECT_ALTERED(thing, { hash, got })];
}

/** What the document alone shows to be wrong. */
export function checkModel(model: BundledModel, bound: readonly BoundColumn[]): Problem[] {
  const thing = `model ${model.node.name}`;
  const found: Problem[] = [];
  const names = bound.map((column) => column.name);
  const inputs = model.node.inputs.flatMap(({ role, features }) => features.map((feature) => `${role}.${feature}`));
  if (inputs.length !== model.columns.length || inputs.some((name, i) => name !== model.columns[i])) {
    found.push(problems.COLUMNS(thing, {}));
  }
  if (model.node.outputs.length !== 1) found.push(problems.OUTPUTS(thing, { got: model.node.outputs.length }));
  for (const name of model.columns.filter((column) => !names.includes(column))) {
    found.push(problems.UNKNOWN_NAME(thing, { what: "column", name }, { nearest: nearest(name, names) }));
  }
  return found;
}

export function loadModel(
  model: BundledModel,
  bound: readonly BoundColumn[],
  objects: Objects,
): LoadedModel | Problem[] {
  const thing = `model ${model.node.name}`;
  const bytes = fetchVerified(thing, model.artefact.hash, objects);
  if (Array.isArray(bytes)) return bytes;
  const scorer = loadScorer(model.artefact.format, bytes, model.columns);
  if (Array.isArray(scorer)) return scorer;
  const calibrator = model.calibrator === null ? uncalibrated : fetchCalibrator(thing, model.calibrator, objects);
  if (Array.isArray(calibrator)) return calibrator;
  const places = Int32Array.from(model.columns, (name) => bound.findIndex((column) => column.name === name));
  const output = model.node.outputs[0]!.name;
  return { name: model.node.name, output, columns: model.columns, scorer, calibrator, places };
}

function fetchCalibrator(thing: string, hash: Hash, objects: Objects): Calibrator | Problem[] {
  const bytes = fetchVerified(`the calibrator of ${thing}`, hash, objects);
  return Array.isArray(bytes) ? bytes : loadCalibrator(parsedOrNull(bytes));
}

/** `null` where the bytes are no JSON; the reader of the document then says so. */
export function parsedOrNull(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/** The model's inputs out of all bound values. */
export function modelRow(model: LoadedModel, values: Row): Row {
  return {
    values: Float64Array.from(model.places, (place) => values.values[place]!),
    kinds: Uint8Array.from(model.places, (place) => values.kinds[place]!),
  };
}

export interface ScoredOutput {
  readonly model: string;
  readonly output: string;
  /** Margin: log odds of bad. */
  readonly raw: number;
  /** Probability of bad. */
  readonly calibrated: number;
}

export function scoreModel(model: LoadedModel, values: Row): ScoredOutput {
  // A sum that cancels to -0 is recorded as 0.
  const raw = model.scorer.margin(modelRow(model, values)) + 0;
  return { model: model.name, output: model.output, raw, calibrated: model.calibrator.probability(raw) };
}
