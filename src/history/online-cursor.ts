// Reading one (entity, event type): its tail and the chunks before it, put together into the columns that a kernel walks, or
// the chunks left packed for one that passes over blocks.

import type { EventColumns } from "../compile/index.ts";
import { type Views, viewsOf } from "./online-column.ts";
import { firstChunk, readDirectory } from "./online-directory.ts";
import { ColumnsDraft, type HistoryBytes, type Lent, type ReadPlan } from "./online-draft.ts";
import { lentColumns } from "./online-lent.ts";
import { readHeader, type ValueHeader } from "./online-value.ts";

/** How rows are read. */
export interface ReadWay {
  /** Microseconds: rows before it may be left out. */
  readonly since: number;
  /** Whether chunks may stay packed until a walk needs them (online-lent.ts). */
  readonly packed: boolean;
}

/**
 * All rows, or those that windows back to `since` (microseconds) can hold and perhaps some before. `undefined` where there
 * is none. Hot path.
 */
export function readColumns(
  bytes: HistoryBytes,
  plan: ReadPlan,
  entity: string,
  way: ReadWay,
): EventColumns | undefined {
  const lent = bytes.tail(entity, plan.wanted.event);
  if (lent === undefined) return undefined;
  const tail = readHeader(lent.views);
  const layout = plan.layout(tail.layoutId);
  if (layout === undefined) return readAgain(bytes, plan, entity, way);
  if (tail.chunks > 0) return readChunks(bytes, plan, lent, tail, way) ?? readAgain(bytes, plan, entity, way);
  const draft = new ColumnsDraft(plan.wanted, tail.rows, bytes.space);
  draft.add(lent.views, tail, layout);
  return draft.columns(false);
}

function readAgain(bytes: HistoryBytes, plan: ReadPlan, entity: string, way: ReadWay): EventColumns | undefined {
  plan.learn();
  return readColumns(bytes, plan, entity, way);
}

/** `undefined` where a chunk has a layout that is to be learnt. */
function readChunks(bytes: HistoryBytes, plan: ReadPlan, lent: Lent, tail: ValueHeader, { since, packed }: ReadWay) {
  const views = kept(lent);
  const told = packed ? lentColumns(bytes, plan, views, tail) : undefined;
  if (told !== undefined) return told;
  const { group } = tail;
  const listed = bytes.directory(group)!;
  const { chunks } = readDirectory(listed.views, listed.length);
  const first = firstChunk(chunks, since);
  let rows = tail.rows;
  for (let i = first; i < chunks.length; i++) rows += chunks[i]!.rows;
  const draft = new ColumnsDraft(plan.wanted, rows, bytes.space);
  for (let i = first; i < chunks.length; i++) {
    const chunk = bytes.chunk(group, chunks[i]!.chunk)!.views;
    const header = readHeader(chunk);
    const layout = plan.layout(header.layoutId);
    if (layout === undefined) return undefined;
    draft.add(chunk, header, layout);
  }
  draft.add(views, tail, plan.layout(tail.layoutId)!);
  return draft.columns(first > 0);
}

let aside = viewsOf(new ArrayBuffer(8192));

/** A copy that look-ups leave alone, until the next copy. */
function kept({ views, length }: Lent): Views {
  if (length > aside.bytes.length) aside = viewsOf(new ArrayBuffer((length * 2 + 7) & -8));
  aside.bytes.set(views.bytes.subarray(0, length));
  return aside;
}
