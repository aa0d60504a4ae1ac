// What a settled condition reads, by walking it: checks, hashes and bundles all ask.

import type { ConditionNode, OperandNode } from "./nodes.ts";

/** Every operand of a condition, in the order written. */
export function operandsOf(condition: ConditionNode): OperandNode[] {
  return "conditions" in condition ? condition.conditions.flatMap(operandsOf) : [condition.operand];
}
