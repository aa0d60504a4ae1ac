// Yes or no in a row, and one of two values by it.

import { type RowNode, typeOfRow } from "../../define/index.ts";
import { testSource } from "../comparison.ts";
import { likeItsParts, type RowKind, single, writeSingle } from "./row-kind.ts";

export const rowIs: RowKind<RowNode & { kind: "rowIs" }> = {
  ...single,
  gap: false,
  bound: () => "1",
  write: (node, x, [of], writer) =>
    writeSingle(x, `${of} !== ${of} ? NaN : ${testSource(node.test, of!)} ? 1 : 0`, writer),
  words: (node, [of], words) => `(${of} is ${words.test(node.test, typeOfRow(node.of))})`,
};

export const rowWhere: RowKind<RowNode & { kind: "rowWhere" }> = {
  ...likeItsParts,
  bound: (_node, [of, otherwise]) => `Math.max(${of}, ${otherwise})`,
  write: (node, x, [of, otherwise], writer) => {
    writer.line(`const ${x}p = ${writer.passes(node.filter)}, ${x} = ${x}p ? ${of} : ${otherwise};`);
    if (writer.mode === "plain") return;
    writer.line(`const ${x}h = ${x}p ? ${of}h : ${otherwise}h, ${x}l = ${x}p ? ${of}l : ${otherwise}l;`);
  },
  words: (node, [of, otherwise], words) => `(${of} where ${words.filter(node.filter)}, otherwise ${otherwise})`,
};
