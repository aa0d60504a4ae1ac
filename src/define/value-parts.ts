// The values that a value is made of: how every walk over a definition goes down. Order is that of evaluation.

import type { ValueNode } from "./nodes.ts";

export function partsOf(node: ValueNode): readonly ValueNode[] {
  switch (node.kind) {
    case "aggregate":
    case "asked":
    case "literal":
    case "daysPastDue":
      return [];
    case "choose":
      return [node.when, node.yes, node.no];
    case "related":
      return [node.link, node.value];
    default:
      return "of" in node ? [node.of] : [node.left, node.right];
  }
}

/** The same value over other parts. */
export function mapParts(node: ValueNode, map: (part: ValueNode) => ValueNode): ValueNode {
  switch (node.kind) {
    case "aggregate":
    case "asked":
    case "literal":
    case "daysPastDue":
      return node;
    case "choose":
      return { ...node, when: map(node.when), yes: map(node.yes), no: map(node.no) };
    case "related":
      return { ...node, link: map(node.link), value: map(node.value) };
    default:
      return "of" in node ? { ...node, of: map(node.of) } : { ...node, left: map(node.left), right: map(node.right) };
  }
}
