// A checkpoint hashes the heads of all chains, after the checkpoint before it. Links alone cannot show that a chain lost its
// end: what is left is a shorter whole chain. A head that a checkpoint names must still stand where it stood. (Whoever can
// rewrite the whole database can rewrite both: keep a checkpoint's hash somewhere else.)

import { createHash } from "node:crypto";
import type { Link } from "./record.ts";

export interface ChainHead {
  readonly writer: string;
  readonly ordinal: number;
  readonly chain_hash: string;
}

export interface Checkpoint {
  readonly heads: readonly ChainHead[];
  readonly hash: string;
}

export function checkpointHash(previous: string, heads: readonly ChainHead[]): string {
  const text = heads.map((head) => `${head.writer} ${head.ordinal} ${head.chain_hash}`).join("\n");
  return createHash("sha256").update(`${previous}\n${text}`).digest("hex");
}

export interface HeadBreak {
  readonly writer: string;
  readonly ordinal: number;
  readonly why: string;
}

/** Checkpoints, oldest first, that do not follow each other, and heads that no longer stand; each head once. */
export function checkpointBreaks(
  checkpoints: readonly Checkpoint[],
  chains: ReadonlyMap<string, readonly Link[]>,
): HeadBreak[] {
  const breaks = new Map<string, HeadBreak>();
  let previous = "";
  checkpoints.forEach((checkpoint, i) => {
    if (checkpointHash(previous, checkpoint.heads) !== checkpoint.hash) {
      breaks.set(`checkpoint ${i}`, {
        writer: "checkpoints",
        ordinal: i + 1,
        why: "its hash does not match its heads",
      });
    }
    previous = checkpoint.hash;
    for (const { writer, ordinal, chain_hash } of checkpoint.heads) {
      if (chains.get(writer)?.[ordinal - 1]?.chainHash === chain_hash) continue;
      breaks.set(`${writer} ${ordinal}`, {
        writer,
        ordinal,
        why: "a checkpoint saw it here, and it is gone or another",
      });
    }
  });
  return [...breaks.values()];
}
