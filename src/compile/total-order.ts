// The total order of one entity's events (contract 1): at, source, seq, event id, then knownAt. Strings compare by their
// UTF-8 bytes. A source that gives no seq orders its ties by event id; where one source gives it for some events only, those
// without come first.

import type { HistoryEvent } from "./history.ts";

type Ordered = Pick<HistoryEvent, "at" | "source" | "seq" | "eventId" | "knownAt">;

export function compareEvents(a: Ordered, b: Ordered): number {
  return (
    a.at - b.at ||
    compareBytes(a.source, b.source) ||
    compareSeq(a.seq, b.seq) ||
    compareBytes(a.eventId, b.eventId) ||
    a.knownAt - b.knownAt
  );
}

function compareSeq(a: number | null, b: number | null): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  return a - b;
}

/** Order of the UTF-8 bytes of two well-formed strings, without encoding them. */
export function compareBytes(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return codeUnitRank(left) - codeUnitRank(right);
  }
  return a.length - b.length;
}

// UTF-16 puts surrogates (code points from 10000 up) before E000 to FFFF; UTF-8 puts them after.
function codeUnitRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x2800 : unit;
}
