// One form for filters that mean the same, so that spelling changes no hash: nested alls and somes are flattened, their
// parts sorted and told once, `anyOf` of one literal is equality. Operands of values keep their order: which of two missing
// kinds shows depends on it.

import { canonicalJson } from "../base/index.ts";
import type { FilterNode, TestNode, ValueNode } from "./nodes.ts";

export function normalValue(node: ValueNode): ValueNode {
  if (node.kind === "asked") return node;
  if (node.kind === "aggregate") {
    const { stream } = node;
    return { ...node, stream: { ...stream, filter: stream.filter && normalFilter(stream.filter) } };
  }
  if ("of" in node) {
    const of = normalValue(node.of);
    return node.kind === "is" ? { ...node, of, test: normalTest(node.test) } : { ...node, of };
  }
  return { ...node, left: normalValue(node.left), right: normalValue(node.right) };
}

export function normalFilter(filter: FilterNode): FilterNode {
  if (filter.kind === "fieldTest") return { ...filter, test: normalTest(filter.test) };
  const parts = filter.filters.map(normalFilter).flatMap((part) => (part.kind === filter.kind ? part.filters : [part]));
  const byText = new Map(parts.map((part) => [canonicalJson(part), part]));
  const filters = [...byText.keys()].sort().map((text) => byText.get(text)!);
  return filters.length === 1 ? filters[0]! : { kind: filter.kind, filters };
}

function normalTest(test: TestNode): TestNode {
  if (!("values" in test)) return test;
  const values = [...new Set(test.values)].sort((a, b) => a - b);
  return test.kind === "anyOf" && values.length === 1
    ? { kind: "equals", value: values[0]! }
    : { kind: test.kind, values };
}
