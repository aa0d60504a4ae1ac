// What a label is made of: how every walk over one goes down.

import type { LabelNode, StreamNode, ValueNode } from "./nodes.ts";

/** What censors a label's rows, in the order written; a single stream has no name. */
export function endingsOf({
  endedBy,
}: Pick<LabelNode, "endedBy">): readonly { readonly name: string | null; readonly stream: StreamNode }[] {
  if (endedBy === null) return [];
  return endedBy.kind === "stream" ? [{ name: null, stream: endedBy }] : endedBy.endings;
}

export function valuesOfLabel({ bad, unclear, exclude, observed }: LabelNode): ValueNode[] {
  const proof = observed.kind === "by" ? observed.value : null;
  return [bad, unclear, ...(exclude ?? []).map(({ value }) => value), proof].filter((value) => value !== null);
}
