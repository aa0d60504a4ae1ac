// An XGBoost 3.2 JSON file as a forest. Only what is scored bit-equal is accepted: one binary:logistic output, gbtree,
// numeric splits; everything else is refused by name rather than scored nearly right. All trees in the file are used:
// whoever stops early saves the slice.

import { z } from "zod";
import type { Problem } from "../base/index.ts";
import { BASE_SCORE_LEAST, BASE_SCORE_MOST, baseMargin } from "./base-margin.ts";
import { parseJson, readShape } from "./document.ts";
import { problems } from "./errors.ts";
import type { Forest } from "./forest.ts";
import { appendTree, type NodeLists, treeShape } from "./xgboost-tree.ts";

const MOST_BYTES = 64 * 1024 * 1024;
const MOST_TREES = 10_000;
const MOST_NODES = 2_000_000;
const THING = "the XGBoost model";

const headShape = z.object({
  version: z.array(z.number()).length(3),
  learner: z.object({
    feature_names: z.array(z.string()),
    feature_types: z.array(z.string()),
    learner_model_param: z.object({
      base_score: z.string(),
      num_class: z.string(),
      num_feature: z.string(),
      num_target: z.string(),
    }),
    objective: z.object({ name: z.string() }),
    gradient_booster: z.object({ name: z.string(), model: z.unknown() }),
  }),
});
const modelShape = z.object({
  cats: z.object({ enc: z.array(z.unknown()) }),
  gbtree_model_param: z.object({ num_trees: z.string() }),
  tree_info: z.array(z.number()),
  trees: z.array(treeShape),
});
type Head = z.infer<typeof headShape>;
type Model = z.infer<typeof modelShape>;

/** Reads the file's bytes against the columns it is said to be fitted on, in order. */
export function readForest(bytes: Uint8Array, columns: readonly string[]): Forest | Problem[] {
  if (bytes.length > MOST_BYTES) {
    return [problems.TOO_LARGE(THING, { what: "bytes", got: bytes.length, most: MOST_BYTES })];
  }
  const parsed = parseJson(THING, bytes);
  if (Array.isArray(parsed)) return parsed;
  const head = readShape(THING, headShape, parsed.json);
  if (Array.isArray(head)) return head;
  const refused = [...refuseHead(head.value), ...refuseColumns(head.value, columns)];
  if (refused.length > 0) return refused;
  const model = readShape(THING, modelShape, head.value.learner.gradient_booster.model);
  if (Array.isArray(model)) return model;
  const wrong = refuseModel(model.value);
  if (wrong.length > 0) return wrong;
  return readTrees(head.value, model.value, columns.length);
}

function refuseHead({ version, learner }: Head): Problem[] {
  const found: Problem[] = [];
  const { num_class, num_target, base_score } = learner.learner_model_param;
  if (version[0] !== 3 || version[1] !== 2) {
    found.push(problems.VERSION(THING, { got: version.join("."), known: "3.2" }));
  }
  if (learner.objective.name !== "binary:logistic") {
    found.push(problems.OBJECTIVE(THING, { got: learner.objective.name }));
  }
  if (learner.gradient_booster.name !== "gbtree") {
    found.push(problems.BOOSTER(THING, { got: learner.gradient_booster.name }));
  }
  if (Number(num_class) > 1) found.push(problems.CLASSES(THING, { got: `${num_class} classes` }));
  if (num_target !== "1") found.push(problems.CLASSES(THING, { got: `${num_target} targets` }));
  if (readBaseScore(base_score) === undefined) found.push(problems.BASE_SCORE(THING, { got: base_score }));
  if (learner.feature_types.includes("c")) found.push(problems.CATEGORICAL(THING, {}));
  return found;
}

function refuseColumns({ learner }: Head, columns: readonly string[]): Problem[] {
  const got = Number(learner.learner_model_param.num_feature);
  if (got !== columns.length) return [problems.FEATURE_COUNT(THING, { got, expected: columns.length })];
  // A model fitted on a bare matrix names nothing; then the order declared is all there is.
  if (learner.feature_names.length === 0) return [];
  const position = columns.findIndex((column, i) => learner.feature_names[i] !== column);
  if (position < 0) return [];
  const name = learner.feature_names[position] ?? "absent";
  return [problems.FEATURE_NAME(THING, { position, got: name, expected: columns[position]! })];
}

function readBaseScore(text: string): number | undefined {
  const match = /^\[([-+.0-9eE]+)\]$/.exec(text);
  const probability = match === null ? Number.NaN : Number(match[1]);
  return probability >= BASE_SCORE_LEAST && probability <= BASE_SCORE_MOST ? probability : undefined;
}

function refuseModel(model: Model): Problem[] {
  const trees = model.trees.length;
  if (model.cats.enc.length > 0) return [problems.CATEGORICAL(THING, {})];
  if (trees > MOST_TREES) return [problems.TOO_LARGE(THING, { what: "trees", got: trees, most: MOST_TREES })];
  if (Number(model.gbtree_model_param.num_trees) !== trees || model.tree_info.length !== trees) {
    return [
      problems.TREE(THING, { why: `it announces ${model.gbtree_model_param.num_trees} trees and holds ${trees}` }),
    ];
  }
  if (model.tree_info.some((output) => output !== 0))
    return [problems.CLASSES(THING, { got: "trees of many outputs" })];
  const nodes = model.trees.reduce((sum, tree) => sum + tree.left_children.length, 0);
  return nodes > MOST_NODES ? [problems.TOO_LARGE(THING, { what: "nodes", got: nodes, most: MOST_NODES })] : [];
}

function readTrees(head: Head, model: Model, columns: number): Forest | Problem[] {
  const lists: NodeLists = { column: [], split: [], left: [], right: [], missingLeft: [] };
  const roots: number[] = [];
  for (const [index, tree] of model.trees.entries()) {
    roots.push(lists.column.length);
    const problem = appendTree(`tree ${index} of the XGBoost model`, tree, columns, lists);
    if (problem !== undefined) return [problem];
  }
  return {
    baseMargin: baseMargin(readBaseScore(head.learner.learner_model_param.base_score)!),
    roots: Int32Array.from(roots),
    column: Int32Array.from(lists.column),
    split: Float32Array.from(lists.split),
    left: Int32Array.from(lists.left),
    right: Int32Array.from(lists.right),
    missingLeft: Uint8Array.from(lists.missingLeft),
  };
}
