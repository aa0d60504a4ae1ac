// One form for filters that mean the same, so that spelling changes no hash: nested alls and somes are flattened, their
// parts sorted and told once, `anyOf` of one literal is equality. Operands of values keep their order: which of two missing
// kinds shows depends on it.

import { canonicalJson } from "../base/index.ts";
import type {
  ColumnNode,
  FilterNode,
  PastDueNode,
  RowNode,
  StreamNode,
  TestNode,
  ValueNode,
  WindowNode,
} from "./nodes.ts";
import { mapRowParts } from "./row-parts.ts";
import { mapParts } from "./value-parts.ts";

export function normalValue(node: ValueNode): ValueNode {
  if (node.kind === "aggregate") {
    const { stream, row, window } = node;
    return { ...node, stream: normalStream(stream), row: row && normalRow(row), window: normalWindow(window) };
  }
  if (node.kind === "daysPastDue") return normalPastDue(node);
  const normal = mapParts(node, normalValue);
  return normal.kind === "is" ? { ...normal, test: normalTest(normal.test) } : normal;
}

function normalPastDue(node: PastDueNode): PastDueNode {
  const normal = ({ stream, row }: ColumnNode): ColumnNode => {
    return { row, stream: { ...stream, filter: stream.filter && normalFilter(stream.filter) } };
  };
  const { due, amount, cause, paid, returned, stops } = node;
  return {
    ...node,
    ...(stops === undefined ? {} : { stops: stops.map(normalStream) }),
    due: normal(due),
    amount: normal(amount),
    cause: cause && normal(cause),
    paid: normal(paid),
    returned: returned && normal(returned),
  };
}

export function normalStream(stream: StreamNode): StreamNode {
  return { ...stream, filter: stream.filter && normalFilter(stream.filter) };
}

function normalWindow(window: WindowNode): WindowNode {
  return window.kind === "ofLatest" ? { ...window, parent: normalStream(window.parent) } : window;
}

export function normalRow(row: RowNode): RowNode {
  const normal = mapRowParts(row, normalRow);
  if (normal.kind === "rowIs") return { ...normal, test: normalTest(normal.test) };
  return normal.kind === "rowWhere" ? { ...normal, filter: normalFilter(normal.filter) } : normal;
}

export function normalFilter(filter: FilterNode): FilterNode {
  if (filter.kind === "fieldTest") return { ...filter, row: normalRow(filter.row), test: normalTest(filter.test) };
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
