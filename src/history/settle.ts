// What becomes of the valid rows of one caller, judged in order against what is held: who is refused, who is known, and what
// goes to the vault, to the documents and to the log.

import type { HistoryEvent } from "../compile/index.ts";
import type { RefusedRow } from "./quarantine-lines.ts";
import type { ReadRow } from "./read-row.ts";
import { type HeldEvent, judge, withRevision } from "./revision.ts";
import type { DivertedValue, KeptDocument, ValidEvent } from "./validate-event.ts";

export interface Candidate {
  readonly row: ReadRow;
  readonly valid: ValidEvent;
  /** What the event is called, as `idOf` tells it. */
  readonly id: string;
}

/** What a group adds to the log, in order. */
export interface Accepted {
  readonly events: HistoryEvent[];
  /** Of each, what it is called and what is held under that once it is applied. */
  readonly ids: string[];
  readonly held: HeldEvent[];
  /** Of them, those that came for the first time. */
  readonly fresh: HistoryEvent[];
  readonly diverted: DivertedValue[];
  readonly documents: KeptDocument[];
}

export interface Tally {
  accepted: number;
  duplicates: number;
  revisions: number;
  readonly refused: RefusedRow[];
}

export function nothingAccepted(): Accepted {
  return { events: [], ids: [], held: [], fresh: [], diverted: [], documents: [] };
}

export function newTally(): Tally {
  return { accepted: 0, duplicates: 0, revisions: 0, refused: [] };
}

/** `held` grows, so that rows of one group see each other. */
export function settle(
  source: string,
  candidates: readonly Candidate[],
  held: Map<string, HeldEvent>,
  tally: Tally,
  accepted: Accepted,
): void {
  for (const { row, valid, id } of candidates) {
    const before = held.get(id);
    const verdict = judge(valid, before);
    if (verdict.kind === "refused") {
      tally.refused.push({ raw: row.raw, source, row: row.row, problem: verdict.problem });
      continue;
    }
    accepted.diverted.push(...valid.diverted);
    if (verdict.kind === "duplicate") {
      tally.duplicates++;
      continue;
    }
    tally.accepted++;
    if (verdict.kind === "revision") tally.revisions++;
    else accepted.fresh.push(valid.event);
    const after = withRevision(before, valid.event);
    held.set(id, after);
    accepted.events.push(valid.event);
    accepted.ids.push(id);
    accepted.held.push(after);
    accepted.documents.push(...valid.documents);
  }
}
