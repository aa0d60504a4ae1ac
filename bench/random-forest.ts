// A forest of full trees as an XGBoost 3.2 JSON file, drawn from a seed: the heaviest work that its depth allows, and one
// that XGBoost reads too.

import { type SeededRandom, seededRandom } from "../src/base/index.ts";

export function columnNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `applicant.f${String(i).padStart(2, "0")}`);
}

/** Splits and values lie in [0, 1); leaves sum to small margins. */
export function randomForest(trees: number, depth: number, columns: readonly string[], seed: string): Buffer {
  const random = seededRandom(`${seed}/forest`);
  const model = {
    cats: { enc: [], feature_segments: [], sorted_idx: [] },
    gbtree_model_param: { num_parallel_tree: "1", num_trees: String(trees) },
    iteration_indptr: Array.from({ length: trees + 1 }, (_, i) => i),
    tree_info: new Array<number>(trees).fill(0),
    trees: Array.from({ length: trees }, (_, id) => randomTree(id, depth, columns.length, random)),
  };
  const learner = {
    attributes: {},
    feature_names: columns,
    feature_types: columns.map(() => "float"),
    gradient_booster: { model, name: "gbtree" },
    learner_model_param: {
      base_score: "[5E-1]",
      boost_from_average: "1",
      num_class: "0",
      num_feature: String(columns.length),
      num_target: "1",
    },
    objective: { name: "binary:logistic", reg_loss_param: { scale_pos_weight: "1" } },
  };
  return Buffer.from(JSON.stringify({ learner, version: [3, 2, 0] }).replaceAll(/"@([^@"]*)@"/g, "$1"));
}

/** XGBoost tells a float from an integer by its text: every float is written with an exponent, and unquoted at the end. */
function float(value: number): string {
  return `@${value.toExponential().replace("e+", "E").replace("e", "E")}@`;
}

const NO_PARENT = 2_147_483_647;

/** Nodes level by level: the children of node i are 2i + 1 and 2i + 2. */
function randomTree(id: number, depth: number, columns: number, random: SeededRandom) {
  const inner = 2 ** depth - 1;
  const nodes = 2 * inner + 1;
  const all = Array.from({ length: nodes }, (_, i) => i);
  const zeros = all.map(() => float(0));
  const isLeaf = (node: number) => node >= inner;
  return {
    base_weights: zeros,
    categories: [],
    categories_nodes: [],
    categories_segments: [],
    categories_sizes: [],
    default_left: all.map(() => random.integer(2)),
    id,
    left_children: all.map((node) => (isLeaf(node) ? -1 : 2 * node + 1)),
    loss_changes: zeros,
    parents: all.map((node) => (node === 0 ? NO_PARENT : (node - 1) >> 1)),
    right_children: all.map((node) => (isLeaf(node) ? -1 : 2 * node + 2)),
    split_conditions: all.map((node) => float(Math.fround(isLeaf(node) ? (random.next() - 0.5) / 10 : random.next()))),
    split_indices: all.map((node) => (isLeaf(node) ? 0 : random.integer(columns))),
    split_type: all.map(() => 0),
    sum_hessian: all.map(() => float(1)),
    tree_param: {
      num_deleted: "0",
      num_feature: String(columns),
      num_nodes: String(nodes),
      size_leaf_vector: "1",
    },
  };
}
