// Bit-equality with XGBoost itself, on margins recorded from xgboost-cpu 3.2.0. The fixtures were made by this script
// (then formatted): 600 rows of 6 columns with missing values, 8 trees of depth 3; rows on and beside splits; intercepts of
// a one-tree model whose leaves are zero.
//
//   x = np.round(rng.normal(size=(600, 6)) * [1, 10, 0.1, 1000, 1, 1], 3)      # rng = np.random.default_rng(20051003)
//   x[rng.random(x.shape) < 0.2] = np.nan
//   z = np.nan_to_num(x) / [1, 10, 0.1, 1000, 1, 1]
//   y = (z[:, 0] + z[:, 1] * z[:, 2] - 0.5 * z[:, 3] + rng.normal(size=600) > 0.7).astype(int)
//   model = xgb.train({"objective": "binary:logistic", "max_depth": 3, "eta": 0.4, "subsample": 0.8, "seed": 7,
//                      "nthread": 1, "tree_method": "hist"}, xgb.DMatrix(x, y, feature_names=names), 8)
//   model.save_model("xgboost-3.2-model.json"); saved = json.load(open("xgboost-3.2-model.json"))
//   rows = x[:24].tolist()
//   for tree in saved["learner"]["gradient_booster"]["model"]["trees"][:4]:
//       for node in range(3):
//           if tree["left_children"][node] < 0: continue
//           column, split = tree["split_indices"][node], float(np.float32(tree["split_conditions"][node]))
//           for value in (split, np.nextafter(split, -np.inf), np.nextafter(np.float32(split), np.float32(-np.inf))):
//               row = list(rows[node]); row[column] = float(value); rows.append(row)
//   margins = model.predict(xgb.DMatrix(np.array(rows + [[np.nan] * 6]), feature_names=names), output_margin=True)
//   # intercepts: for each p, base_score = f"[{p}]" in the saved JSON, one tree with zero leaves, predict one row
//   # every number of the fixture is np.float32(v).view(np.uint32)

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { baseMargin } from "./base-margin.ts";
import { loadScorer } from "./index.ts";

const modelUrl = new URL("./fixtures/xgboost-3.2-model.json", import.meta.url);
const golden = JSON.parse(readFileSync(new URL("./fixtures/xgboost-3.2-margins.json", import.meta.url), "utf8")) as {
  columns: string[];
  rows: (number | null)[][];
  marginBits: number[];
  intercepts: [string, number][];
};
const modelBytes = readFileSync(modelUrl);

function load(bytes: Uint8Array, columns: readonly string[] = golden.columns) {
  return loadScorer("xgboost-json", bytes, columns);
}
function float32Bits(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}
function rowOf(values: readonly (number | null)[]) {
  return {
    values: Float64Array.from(values, (value) => value ?? Number.NaN),
    kinds: Uint8Array.from(values, (value) => (value === null ? 3 : 0)),
  };
}
/** The saved file with one thing changed, by path. */
function altered(path: readonly (string | number)[], value: unknown): Uint8Array {
  const document: unknown = JSON.parse(modelBytes.toString("utf8"));
  let place = document as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string | number, unknown>;
  place[path.at(-1)!] = value;
  return new TextEncoder().encode(JSON.stringify(document));
}
function codesOf(loaded: ReturnType<typeof load>): string[] {
  return Array.isArray(loaded) ? loaded.map((problem) => problem.code) : [];
}

const learner = ["learner"];
const param = ["learner", "learner_model_param"];
const firstTree = ["learner", "gradient_booster", "model", "trees", 0];

describe("margins", () => {
  test("are bit-equal to XGBoost's for every recorded row", () => {
    const scorer = load(modelBytes);
    if (Array.isArray(scorer)) throw new Error(JSON.stringify(scorer));
    expect(golden.rows.map((row) => float32Bits(scorer.margin(rowOf(row))))).toEqual(golden.marginBits);
  });
  test("start from XGBoost's own float32 intercept", () => {
    const ours = golden.intercepts.map(([probability]) => [probability, float32Bits(baseMargin(Number(probability)))]);
    expect(ours).toEqual(golden.intercepts);
  });
});

describe("a file that would be scored nearly right is refused by name", () => {
  const cases: [string, readonly (string | number)[], unknown, string][] = [
    ["another layout", ["version"], [1, 1, 1], "VERSION"],
    ["another objective", [...learner, "objective", "name"], "reg:squarederror", "OBJECTIVE"],
    ["another booster", [...learner, "gradient_booster", "name"], "dart", "BOOSTER"],
    ["many classes", [...param, "num_class"], "3", "CLASSES"],
    ["many targets", [...param, "num_target"], "2", "CLASSES"],
    ["a bare base score", [...param, "base_score"], "5E-1", "BASE_SCORE"],
    ["two base scores", [...param, "base_score"], "[5E-1,5E-1]", "BASE_SCORE"],
    ["a base score of one", [...param, "base_score"], "[1E0]", "BASE_SCORE"],
    ["categorical columns", [...learner, "feature_types"], ["float", "c"], "CATEGORICAL"],
    ["a categorical split", [...firstTree, "split_type", 0], 1, "CATEGORICAL"],
    ["more columns", [...param, "num_feature"], "7", "FEATURE_COUNT"],
    ["other names", [...learner, "feature_names", 2], "applicant.z", "FEATURE_NAME"],
    ["a split on a column out of range", [...firstTree, "split_indices", 0], 6, "TREE"],
    ["a child out of range", [...firstTree, "left_children", 0], 99, "TREE"],
    ["a cycle", [...firstTree, "right_children", 0], 0, "TREE"],
    ["a node with one child", [...firstTree, "right_children", 0], -1, "TREE"],
    ["lists of different length", [...firstTree, "default_left"], [0], "TREE"],
    ["a number beyond float32", [...firstTree, "split_conditions", 0], 1e39, "TREE"],
    ["fewer trees than announced", [...learner, "gradient_booster", "model", "tree_info"], [0], "TREE"],
    ["a vector leaf", [...firstTree, "tree_param", "size_leaf_vector"], "2", "CLASSES"],
    ["a null split", [...firstTree, "split_conditions", 0], null, "UNREADABLE"],
  ];
  test.each(cases)("%s", (_, path, value, rule) => {
    expect(codesOf(load(altered(path, value)))).toContain(`ASSAY_SCORE_${rule}`);
  });
  test("NaN, which JSON cannot hold", () => {
    const text = modelBytes.toString("utf8").replace(/"split_conditions": \[\s*[-+.0-9e]+/, '"split_conditions": [NaN');
    expect(text).toContain("[NaN");
    expect(codesOf(load(new TextEncoder().encode(text)))).toEqual(["ASSAY_SCORE_UNREADABLE"]);
  });
  test("bytes that are no UTF-8", () => {
    expect(codesOf(load(Uint8Array.of(0xff, 0xfe)))).toEqual(["ASSAY_SCORE_UNREADABLE"]);
  });
  test("a tree too deep to explain", () => {
    const depth = 30;
    const nodes = 2 * depth + 1;
    const list = (value: (node: number) => number) => Array.from({ length: nodes }, (_, node) => value(node));
    const inner = (node: number) => node % 2 === 0 && node < 2 * depth;
    const tree = {
      left_children: list((node) => (inner(node) ? node + 1 : -1)),
      right_children: list((node) => (inner(node) ? node + 2 : -1)),
      split_indices: list(() => 0),
      split_conditions: list(() => 0),
      default_left: list(() => 0),
      split_type: list(() => 0),
      categories: [],
      tree_param: { num_feature: "6", num_nodes: String(nodes), size_leaf_vector: "1" },
    };
    expect(codesOf(load(altered(firstTree, tree)))).toEqual(["ASSAY_SCORE_TOO_LARGE"]);
  });
  test("the same column declared twice", () => {
    expect(codesOf(load(modelBytes, ["a", "a", "b", "c", "d", "e"]))).toEqual(["ASSAY_SCORE_REPEATED_COLUMN"]);
  });
});
