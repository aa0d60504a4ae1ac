// One tree of an XGBoost file, checked node by node from its root: every index in bounds, every node reached once, every
// number finite in float32. Nodes that pruning left behind are never reached and never copied.

import { z } from "zod";
import type { Problem } from "../base/index.ts";
import { problems } from "./errors.ts";

export const MOST_DEPTH = 24;

const numbers = z.array(z.number());
export const treeShape = z.object({
  left_children: numbers,
  right_children: numbers,
  split_indices: numbers,
  split_conditions: numbers,
  default_left: numbers,
  split_type: numbers,
  categories: z.array(z.unknown()),
  tree_param: z.object({ num_feature: z.string(), num_nodes: z.string(), size_leaf_vector: z.string() }),
});
export type TreeDocument = z.infer<typeof treeShape>;

/** Nodes in pre-order, growing as trees are added. */
export interface NodeLists {
  readonly column: number[];
  readonly split: number[];
  readonly left: number[];
  readonly right: number[];
  readonly missingLeft: number[];
}

/** Appends the tree's reachable nodes to `lists`; the index of its root is the length before. */
export function appendTree(thing: string, tree: TreeDocument, columns: number, lists: NodeLists): Problem | undefined {
  const problem = wrongForm(thing, tree);
  if (problem !== undefined) return problem;
  const seen = new Uint8Array(tree.left_children.length);
  const visit = (node: number, depth: number): Problem | undefined => {
    if (depth > MOST_DEPTH) return problems.TOO_LARGE(thing, { what: "levels", got: depth, most: MOST_DEPTH });
    if (!(node in tree.left_children)) return problems.TREE(thing, { why: `it has no node ${node}` });
    if (seen[node] === 1) return problems.TREE(thing, { why: `its node ${node} is reached twice` });
    seen[node] = 1;
    if (tree.left_children[node] === -1) return appendLeaf(thing, tree, node, lists);
    const wrong = appendSplit(thing, tree, node, columns, lists);
    if (wrong !== undefined) return wrong;
    const at = lists.column.length - 1;
    lists.left[at] = lists.column.length;
    const below = visit(tree.left_children[node]!, depth + 1);
    if (below !== undefined) return below;
    lists.right[at] = lists.column.length;
    return visit(tree.right_children[node]!, depth + 1);
  };
  return visit(0, 0);
}

function wrongForm(thing: string, tree: TreeDocument): Problem | undefined {
  const nodes = tree.left_children.length;
  const parallel = [tree.right_children, tree.split_indices, tree.split_conditions, tree.default_left, tree.split_type];
  if (nodes === 0) return problems.TREE(thing, { why: "it has no nodes" });
  if (parallel.some((list) => list.length !== nodes)) {
    return problems.TREE(thing, { why: "its lists of nodes differ in length" });
  }
  if (tree.split_type.some((type) => type !== 0) || tree.categories.length > 0) return problems.CATEGORICAL(thing, {});
  // 0 in files of a model that never set it; both mean one number a leaf.
  if (!["0", "1"].includes(tree.tree_param.size_leaf_vector)) {
    return problems.CLASSES(thing, { got: `leaves of ${tree.tree_param.size_leaf_vector} numbers` });
  }
  return undefined;
}

function appendLeaf(thing: string, tree: TreeDocument, node: number, lists: NodeLists): Problem | undefined {
  if (tree.right_children[node] !== -1) return problems.TREE(thing, { why: `its node ${node} has one child` });
  return append(thing, tree, node, -1, lists);
}

function appendSplit(
  thing: string,
  tree: TreeDocument,
  node: number,
  columns: number,
  lists: NodeLists,
): Problem | undefined {
  const column = tree.split_indices[node]!;
  if (!Number.isInteger(column) || column < 0 || column >= columns) {
    return problems.TREE(thing, { why: `its node ${node} splits on column ${column} of ${columns}` });
  }
  return append(thing, tree, node, column, lists);
}

function append(
  thing: string,
  tree: TreeDocument,
  node: number,
  column: number,
  lists: NodeLists,
): Problem | undefined {
  const split = Math.fround(tree.split_conditions[node]!);
  if (!Number.isFinite(split)) return problems.TREE(thing, { why: `the number of its node ${node} is not finite` });
  lists.column.push(column);
  lists.split.push(split);
  lists.left.push(-1);
  lists.right.push(-1);
  lists.missingLeft.push(tree.default_left[node]!);
  return undefined;
}
